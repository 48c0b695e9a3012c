package dev.chancery.internal.ecdsa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.internal.jca.TestKeys;
import java.security.KeyPair;
import java.security.Signature;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class EcdsaEncodingTest {

    @ParameterizedTest
    @EnumSource(names = {"EC_P256", "EC_P384", "EC_P521"})
    void what_the_jdk_makes_is_sound_and_survives_the_way_there_and_back(KeySpec spec) throws Exception {
        KeyPair pair = TestKeys.pair(spec);
        Signature der = Signature.getInstance("SHA256withECDSA");
        Signature p1363 = Signature.getInstance("SHA256withECDSAinP1363Format");
        p1363.initVerify(pair.getPublic());
        der.initSign(pair.getPrivate());
        for (int i = 0; i < 50; i++) {
            byte[] signature = der.sign();
            byte[] fixed = EcdsaEncoding.toP1363(signature, spec);

            assertThat(EcdsaEncoding.problemOfDer(signature, spec)).isEmpty();
            assertThat(EcdsaEncoding.problemOfP1363(fixed, spec)).isEmpty();
            assertThat(EcdsaEncoding.toDer(fixed)).isEqualTo(signature);
            assertThat(p1363.verify(fixed)).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({"01, 01, 3006020101020101", "7f, 80, 300702017f02020080", "0100, ff, 30080202010002 0200ff"})
    void numbers_are_as_short_as_they_can_be(String r, String s, String der) {
        HexFormat hex = HexFormat.of();
        byte[] p1363 = hex.parseHex("0".repeat(64 - r.length()) + r + "0".repeat(64 - s.length()) + s);
        byte[] expected = hex.parseHex(der.replace(" ", ""));

        assertThat(EcdsaEncoding.toDer(p1363)).isEqualTo(expected);
        assertThat(EcdsaEncoding.toP1363(expected, KeySpec.EC_P256)).isEqualTo(p1363);
    }

    @Test
    void what_is_malformed_or_of_a_larger_curve_has_no_p1363_form() {
        byte[] largest = new byte[96];
        largest[0] = 1;
        largest[95] = 1;
        byte[] ofP384 = EcdsaEncoding.toDer(largest);

        assertThatThrownBy(() -> EcdsaEncoding.toP1363(ofP384, KeySpec.EC_P256))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> EcdsaEncoding.toP1363(new byte[8], KeySpec.EC_P256))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
