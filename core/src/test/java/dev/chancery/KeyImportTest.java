package dev.chancery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.error.ConfigurationException;
import dev.chancery.key.KeyName;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KeyImportTest {

    @Test
    void a_request_to_import_shows_nothing_but_the_name() throws GeneralSecurityException {
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();

        assertThat(new KeyImport(new KeyName("invoices"), pair, Optional.of(new KeyName("ring"))))
                .hasToString("KeyImport[invoices]");
    }

    @Test
    void core_alone_reads_no_pem_and_says_who_does() {
        KeyName name = new KeyName("invoices");

        assertThatThrownBy(() -> KeyImport.fromPem(name, new byte[0], Optional.empty(), Optional.empty()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("dev.chancery:chancery-provider-file");
    }
}
