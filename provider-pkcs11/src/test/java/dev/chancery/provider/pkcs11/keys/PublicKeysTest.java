package dev.chancery.provider.pkcs11.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.ChanceryException;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.provider.pkcs11.binding.Ck;
import dev.chancery.provider.pkcs11.binding.CkAttributes;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Points as tokens write them. */
class PublicKeysTest {

    private static PublicKey key(KeySpec spec) throws GeneralSecurityException {
        if (spec == KeySpec.ED25519) {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPublic();
        }
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp" + spec.bits() + "r1"));
        return generator.generateKeyPair().getPublic();
    }

    private static CkAttributes attributes(KeySpec spec, byte[] point) {
        return new CkAttributes()
                .with(Ck.CKA_KEY_TYPE, spec == KeySpec.ED25519 ? Ck.CKK_EC_EDWARDS : Ck.CKK_EC)
                .with(Ck.CKA_EC_PARAMS, PublicKeys.ecParameters(spec))
                .with(Ck.CKA_EC_POINT, point);
    }

    private static byte[] behind(byte[] point, int... bytes) {
        byte[] wrapped = new byte[bytes.length + point.length];
        for (int i = 0; i < bytes.length; i++) {
            wrapped[i] = (byte) bytes[i];
        }
        System.arraycopy(point, 0, wrapped, bytes.length, point.length);
        return wrapped;
    }

    @ParameterizedTest
    @EnumSource(
            value = KeySpec.class,
            names = {"EC_P256", "EC_P384", "EC_P521", "ED25519"})
    void aPointIsReadWrappedOrNot(KeySpec spec) throws GeneralSecurityException {
        PublicKey key = key(spec);
        byte[] point = PublicKeys.ecPoint(key, spec);
        byte[] octetString =
                point.length < 0x80 ? behind(point, 0x04, point.length) : behind(point, 0x04, 0x81, point.length);
        byte[] bitString = point.length < 0x7f
                ? behind(point, 0x03, point.length + 1, 0)
                : behind(point, 0x03, 0x81, point.length + 1, 0);
        byte[] wrongLength = behind(point, 0x04, 0x7f);

        for (byte[] form : new byte[][] {point, octetString, bitString, wrongLength}) {
            assertThat(PublicKeys.of(attributes(spec, form))).hasValue(key);
        }
        if (spec != KeySpec.ED25519) {
            byte[] coordinates = Arrays.copyOfRange(point, 1, point.length);
            assertThat(PublicKeys.of(attributes(spec, coordinates))).hasValue(key);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = KeySpec.class,
            names = {"EC_P256", "EC_P384", "EC_P521"})
    void aPointBesideItsCurveIsNoKey(KeySpec spec) throws GeneralSecurityException {
        byte[] point = PublicKeys.ecPoint(key(spec), spec);
        point[point.length - 1] ^= 1;

        assertThatThrownBy(() -> PublicKeys.of(attributes(spec, point)))
                .isInstanceOf(ChanceryException.class)
                .hasMessageContaining("curve");
    }

    @Test
    void aPointOfAnotherLengthOrFormIsNoKey() throws GeneralSecurityException {
        byte[] point = PublicKeys.ecPoint(key(KeySpec.EC_P256), KeySpec.EC_P256);
        byte[] tooShort = Arrays.copyOf(point, 33);
        byte[] tooLong = Arrays.copyOf(point, 80);
        byte[] compressed = point.clone();
        compressed[0] = 0x02;

        for (byte[] form : new byte[][] {tooShort, tooLong, compressed}) {
            assertThatThrownBy(() -> PublicKeys.of(attributes(KeySpec.EC_P256, form)))
                    .isInstanceOf(IntegrityException.class)
                    .hasMessageContaining("CKA_EC_POINT");
        }
        assertThat(PublicKeys.of(attributes(KeySpec.EC_P256, new byte[0]))).isEmpty();
    }

    @Test
    void anotherCurveOrTypeIsNotSupported() {
        CkAttributes brainpool = new CkAttributes()
                .with(Ck.CKA_KEY_TYPE, Ck.CKK_EC)
                .with(Ck.CKA_EC_PARAMS, new byte[] {6, 9, 0x2b, 0x24, 3, 3, 2, 8, 1, 1, 7})
                .with(Ck.CKA_EC_POINT, new byte[65]);
        CkAttributes dsa = new CkAttributes().with(Ck.CKA_KEY_TYPE, 1L);

        assertThatThrownBy(() -> PublicKeys.of(brainpool)).isInstanceOf(UnsupportedException.class);
        assertThatThrownBy(() -> PublicKeys.of(dsa)).isInstanceOf(UnsupportedException.class);
    }
}
