package dev.chancery.key;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class KeyMetadataTest {
    /** The public key of RFC 8410, 10.1. */
    private static final String RFC_8410 = "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=";

    private static PublicKey key() throws GeneralSecurityException {
        return KeyFactory.getInstance("Ed25519")
                .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(RFC_8410)));
    }

    @Test
    void a_fingerprint_is_what_sha256sum_says_of_the_spki() throws GeneralSecurityException {
        // base64 -d <<<MCow… | sha256sum
        assertThat(KeyMetadata.fingerprint(key()))
                .isEqualTo("a1e9156054e04fac899ae9f275132cdc07a5dbc4ea2c2ad3a1ffc6e0d253681f");
    }

    @Test
    void in_one_line_a_key_says_what_tells_it_from_others() throws GeneralSecurityException {
        KeyAttributes attributes = KeyAttributes.builder(KeyState.COMPROMISED, Instant.EPOCH, KeyOrigin.GENERATED)
                .ring(new RingPosition(new KeyName("release"), 2))
                .compromisedSince(CompromisedSince.UNKNOWN)
                .build();
        KeyMetadata key =
                new KeyMetadata(new KeyId("a"), KeySpec.ED25519, key(), "0f", ProtectionLevel.SOFTWARE, attributes);

        assertThat(key)
                .hasToString(
                        "Key[a, ED25519, COMPROMISED, compromised since UNKNOWN, ring release generation 2, SHA-256 0f]");
    }

    @Test
    void a_key_signs_with_its_own_default_or_that_of_its_kind() throws GeneralSecurityException {
        KeyAttributes plain = KeyAttributes.builder(KeyState.ACTIVE, Instant.EPOCH, KeyOrigin.FOREIGN)
                .build();
        KeyMetadata key = new KeyMetadata(new KeyId("a"), KeySpec.RSA_2048, key(), "", ProtectionLevel.SOFTWARE, plain);
        KeyMetadata special = new KeyMetadata(
                new KeyId("a"),
                KeySpec.RSA_2048,
                key(),
                "",
                ProtectionLevel.SOFTWARE,
                plain.toBuilder()
                        .defaultAlgorithm(SignatureAlgorithm.RSA_PKCS1_SHA512)
                        .build());

        assertThat(key.defaultAlgorithm()).isEqualTo(SignatureAlgorithm.RSA_PSS_SHA256);
        assertThat(special.defaultAlgorithm()).isEqualTo(SignatureAlgorithm.RSA_PKCS1_SHA512);
    }
}
