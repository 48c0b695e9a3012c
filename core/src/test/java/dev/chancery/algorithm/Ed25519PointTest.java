package dev.chancery.algorithm;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.Verifier;
import dev.chancery.error.UnsupportedException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Ed25519PointTest {
    private static final String SPKI = "302a300506032b6570032100";

    private static PublicKey key(String point) throws Exception {
        return KeyFactory.getInstance("Ed25519")
                .generatePublic(new X509EncodedKeySpec(HexFormat.of().parseHex(SPKI + point)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0000000000000000000000000000000000000000000000000000000000000000",
                "0000000000000000000000000000000000000000000000000000000000000080",
                "0100000000000000000000000000000000000000000000000000000000000000",
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
                "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
                "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
                "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85"
            })
    void a_point_of_small_order_is_refused(String point) throws Exception {
        PublicKey key = key(point);

        assertThatThrownBy(() -> Verifier.of(key))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("small order");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
            })
    void a_point_beyond_the_field_is_refused(String point) throws Exception {
        PublicKey key = key(point);

        assertThatThrownBy(() -> Verifier.of(key))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("not canonical");
    }
}
