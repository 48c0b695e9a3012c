package dev.chancery.testkit.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyImport;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.key.KeyName;
import dev.chancery.testkit.witness.OpenSsl;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What no store takes in, whether it takes keys in or not. */
public interface ImportRules extends Rules {

    @Test
    default void halves_of_different_pairs_are_not_taken_in() throws GeneralSecurityException {
        KeyPair mixed = new KeyPair(
                pair(KeySpec.EC_P256).getPublic(), pair(KeySpec.EC_P256).getPrivate());

        assertThatThrownBy(() -> tested().keys().importKey(named("mixed", mixed)))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("mixed");

        assertThat(tested().keys().list()).isEmpty();
    }

    @Test
    default void a_key_of_no_supported_kind_is_not_taken_in() throws GeneralSecurityException {
        KeyPairGenerator small = KeyPairGenerator.getInstance("RSA");
        small.initialize(1024);
        KeyImport request = named("small", small.generateKeyPair());

        assertThatThrownBy(() -> tested().keys().importKey(request))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("1024");

        assertThat(tested().keys().list()).isEmpty();
    }

    /** A pair under a name. */
    static KeyImport named(String name, KeyPair pair) {
        return new KeyImport(new KeyName(name), pair, Optional.empty());
    }

    /** A pair that was made elsewhere; of RSA the same one each time. */
    static KeyPair pair(KeySpec spec) throws GeneralSecurityException {
        return switch (spec) {
            case RSA_2048, RSA_3072, RSA_4096 -> OpenSsl.readyRsaKeyPair(spec.bits(), 0);
            case EC_P256, EC_P384, EC_P521 -> {
                KeyPairGenerator ec = KeyPairGenerator.getInstance("EC");
                ec.initialize(new ECGenParameterSpec("secp" + spec.bits() + "r1"));
                yield ec.generateKeyPair();
            }
            case ED25519 -> KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            case ML_DSA_44, ML_DSA_65, ML_DSA_87 ->
                throw new IllegalArgumentException("No store takes " + spec + " keys in.");
        };
    }
}
