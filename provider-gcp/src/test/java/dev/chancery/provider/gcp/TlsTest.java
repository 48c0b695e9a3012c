package dev.chancery.provider.gcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.auth.oauth2.AccessToken;
import com.google.auth.oauth2.GoogleCredentials;
import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.KeyAccessException;
import dev.chancery.health.HealthLevel;
import dev.chancery.health.HealthStatus;
import dev.chancery.key.KeyMetadata;
import dev.chancery.testkit.witness.LoopbackCertificate;
import dev.chancery.testkit.witness.Witnesses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is spoken to, and who gets to see credentials. */
class TlsTest {
    private static final byte[] MESSAGE = {1, 2, 3};
    private final GoogleCredentials credentials = GoogleCredentials.create(
            new AccessToken("a-token", Date.from(Instant.now().plusSeconds(3600))));

    private static final LoopbackCertificate CERTIFICATE = new LoopbackCertificate();

    private final FakeKms kms = new FakeKms(CERTIFICATE);

    @TempDir
    private Path directory;

    @AfterEach
    void close() {
        kms.close();
        assertThat(kms.problems()).isEmpty();
    }

    private String uri(String more) {
        return "gcpkms://" + FakeKms.KEY_RING + "?endpoint=" + kms.endpoint() + more;
    }

    private KeyStore open(String more) {
        return GcpKeyStore.open(credentials, uri(more), FakeKms.options(directory.resolve("archive")));
    }

    @Test
    void a_server_whose_certificate_is_named_gets_the_token_with_each_request() {
        try (KeyStore store = open("&trust=" + CERTIFICATE.pem())) {
            KeyMetadata key = store.generate(KeyRequest.of(KeySpec.EC_P256, "invoices"));
            Witnesses.confirm(store, key, MESSAGE, store.signer(key.id()).sign(MESSAGE));
            assertThat(store.health(HealthLevel.READ).findings())
                    .filteredOn(finding -> finding.check().equals("credentials"))
                    .singleElement()
                    .satisfies(finding -> assertThat(finding.status()).isEqualTo(HealthStatus.DEGRADED))
                    .satisfies(finding -> assertThat(finding.detail())
                            .contains("GoogleCredentials", "nothing renews them")
                            .doesNotContain("a-token"));
        }
        assertThat(kms.tokens).isNotEmpty().containsOnly("Bearer a-token");
    }

    @Test
    void a_server_whose_certificate_is_not_trusted_gets_nothing() {
        for (String trust : new String[] {"", "&trust=" + new LoopbackCertificate().pem()}) {
            try (KeyStore store = open("&deadline=2" + trust)) {
                assertThatThrownBy(() -> store.generate(KeyRequest.of(KeySpec.EC_P256, "invoices")))
                        .isInstanceOf(KeyAccessException.class)
                        .hasMessageContaining("trust=")
                        .hasMessageNotContaining("a-token");
            }
        }
        assertThat(kms.tokens).isEmpty();
    }

    @Test
    void a_file_without_certificates_is_refused_when_the_store_is_opened() throws IOException {
        Path empty = Files.createFile(directory.resolve("empty.pem"));
        assertThatThrownBy(() -> open("&trust=" + empty))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("empty.pem");
    }

    @Test
    void credentials_are_not_sent_in_plaintext() {
        assertThatThrownBy(() -> open("&plaintext=true"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("plaintext");
        assertThat(kms.tokens).isEmpty();
    }
}
