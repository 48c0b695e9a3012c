package dev.chancery.provider.gcp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.cloud.kms.v1.ProtectionLevel;
import dev.chancery.error.ConfigurationException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KmsUriTest {
    private static final String RING = "projects/example.com:p/locations/europe-west3/keyRings/Signing_1";

    @Test
    void a_key_ring_alone_is_enough() {
        KmsUri uri = KmsUri.parse("gcpkms://" + RING);

        assertThat(uri.keyRing()).isEqualTo(RING);
        assertThat(uri.location()).isEqualTo("gcpkms://" + RING);
        assertThat(uri.endpoint()).isEmpty();
        assertThat(uri.plaintext()).isFalse();
        assertThat(uri.protection()).isEqualTo(ProtectionLevel.PROTECTION_LEVEL_UNSPECIFIED);
        assertThat(uri.window()).isEmpty();
        assertThat(uri.deadline()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void every_option_is_read() {
        KmsUri uri = KmsUri.parse("gcpkms://" + RING + "?endpoint=%5B::1%5D:9010&plaintext=true&protection=hsm&window=3"
                + "&inflight=5&deadline=20&generation=300&pinned=true");

        assertThat(uri.endpoint()).contains("[::1]:9010");
        assertThat(uri.plaintext()).isTrue();
        assertThat(uri.protection()).isEqualTo(ProtectionLevel.HSM);
        assertThat(uri.window()).contains(Duration.ofDays(3));
        assertThat(uri.inFlight()).isEqualTo(5);
        assertThat(uri.deadline()).isEqualTo(Duration.ofSeconds(20));
        assertThat(uri.generation()).isEqualTo(Duration.ofMinutes(5));
        assertThat(uri.pinned()).isTrue();
        assertThat(uri.location()).isEqualTo("gcpkms://" + RING + "?endpoint=[::1]:9010");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gcpkms:",
                "gcpkms://projects/p",
                "gcpkms://projects/p/locations/l/keyRings/r/cryptoKeys/k",
                "gcpkms://projects/p/locations/l/keyRings/r?plaintext=true",
                "gcpkms://projects/p/locations/l/keyRings/r?endpoint=host",
                "gcpkms://projects/p/locations/l/keyRings/r?endpoint=https://host:1",
                "gcpkms://projects/p/locations/l/keyRings/r?colour=red",
                "gcpkms://projects/p/locations/l/keyRings/r?window=0",
                "gcpkms://projects/p/locations/l/keyRings/r?protection=paper"
            })
    void what_is_no_uri_of_a_key_ring_is_refused_with_one_that_is(String uri) {
        assertThatThrownBy(() -> KmsUri.parse(uri))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("keyRings/RING");
    }

    @Test
    void what_a_client_or_credentials_decide_is_not_the_uris_to_say() {
        KmsUri plain = KmsUri.parse("gcpkms://" + RING + "?endpoint=localhost:9010&plaintext=true");

        assertThatThrownBy(plain::requireNoEndpoint).isInstanceOf(ConfigurationException.class);
        assertThatThrownBy(plain::requireTls).isInstanceOf(ConfigurationException.class);
        assertThat(KmsUri.parse("gcpkms://" + RING)
                        .requireNoEndpoint()
                        .requireTls()
                        .keyRing())
                .isEqualTo(RING);
    }
}
