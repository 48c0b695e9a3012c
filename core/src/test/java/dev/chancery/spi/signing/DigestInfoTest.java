package dev.chancery.spi.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.algorithm.SignatureAlgorithm;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class DigestInfoTest {
    @Test
    void the_hash_is_named_before_the_digest() {
        byte[] digest = new byte[32];

        assertThat(HexFormat.of().formatHex(DigestInfo.of(SignatureAlgorithm.RSA_PKCS1_SHA256, digest)))
                .isEqualTo("3031300d060960864801650304020105000420" + "00".repeat(32));
        assertThat(DigestInfo.of(SignatureAlgorithm.RSA_PKCS1_SHA384, new byte[48]))
                .hasSize(19 + 48)
                .startsWith(0x30, 0x41);
        assertThat(DigestInfo.of(SignatureAlgorithm.RSA_PKCS1_SHA512, new byte[64]))
                .hasSize(19 + 64)
                .startsWith(0x30, 0x51);
    }

    @Test
    void what_has_no_hash_has_none() {
        assertThatThrownBy(() -> DigestInfo.of(SignatureAlgorithm.ED25519, new byte[32]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("ED25519 has no DigestInfo.");
    }
}
