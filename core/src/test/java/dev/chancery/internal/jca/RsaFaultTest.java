package dev.chancery.internal.jca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.chancery.algorithm.KeyAlgorithm;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.error.IntegrityException;
import dev.chancery.spi.signing.SigningInput;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A fault in one half of the Chinese remainder computation makes a signature that betrays the factors of the modulus (Boneh,
 * DeMillo, Lipton 1997). Providers that {@code checksRsaCrt()} vouches for never let one out: here is the proof.
 */
class RsaFaultTest {
    private static final SigningInput MESSAGE = new SigningInput.Message(new byte[10]);

    /** What the CRT computation uses. */
    enum Part {
        P,
        Q,
        D_P,
        D_Q,
        Q_INV;

        BigInteger of(RSAPrivateCrtKey key) {
            return switch (this) {
                case P -> key.getPrimeP();
                case Q -> key.getPrimeQ();
                case D_P -> key.getPrimeExponentP();
                case D_Q -> key.getPrimeExponentQ();
                case Q_INV -> key.getCrtCoefficient();
            };
        }

        private BigInteger flipped(Part wrong, RSAPrivateCrtKey key) {
            return this == wrong ? of(key).flipBit(100) : of(key);
        }

        /** The key with one bit of this part flipped. */
        PrivateKey corrupt(RSAPrivateCrtKey key) throws GeneralSecurityException {
            return KeyFactory.getInstance(
                            "RSA", JcaProviders.jdk(KeyAlgorithm.RSA).provider())
                    .generatePrivate(new RSAPrivateCrtKeySpec(
                            key.getModulus(),
                            key.getPublicExponent(),
                            key.getPrivateExponent(),
                            P.flipped(this, key),
                            Q.flipped(this, key),
                            D_P.flipped(this, key),
                            D_Q.flipped(this, key),
                            Q_INV.flipped(this, key)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void every_provider_here_is_vouched_for(JcaChoice choice) {
        assertThat(choice.providers().choose(KeyAlgorithm.RSA).checksRsaCrt()).isTrue();
    }

    static Stream<Arguments> pure_java_and_parts() {
        return Stream.of(JcaChoice.JDK, JcaChoice.BOUNCY_CASTLE)
                .flatMap(choice -> Stream.of(Part.values()).map(part -> Arguments.of(choice, part)));
    }

    @ParameterizedTest
    @MethodSource("pure_java_and_parts")
    void a_corrupt_key_signs_nothing(JcaChoice choice, Part part) throws Exception {
        KeyPair pair = TestKeys.pair(KeySpec.RSA_2048);
        JcaProviders.Choice provider = choice.providers().choose(KeyAlgorithm.RSA);
        PrivateKey corrupt =
                JcaKeys.convert(part.corrupt((RSAPrivateCrtKey) pair.getPrivate()), KeySpec.RSA_2048, provider);
        // Past JcaKeys.load, whose test of the pair would already refuse the key.
        JcaKey key = new JcaKey(corrupt, pair.getPublic(), provider, "a corrupt key");

        assertSignsNothing(key);
    }

    @ParameterizedTest
    @EnumSource
    void a_corrupt_key_does_not_load(Part part) throws Exception {
        KeyPair pair = TestKeys.pair(KeySpec.RSA_2048);
        PrivateKey corrupt = part.corrupt((RSAPrivateCrtKey) pair.getPrivate());
        for (JcaChoice choice : JcaChoice.present()) {
            JcaKeys keys = new JcaKeys(choice.providers());
            assertThatThrownBy(() -> keys.load(corrupt, pair.getPublic(), "a corrupt key"))
                    .isInstanceOf(IntegrityException.class);
        }
    }

    /** AWS-LC checks a key when it takes it in, so the fault has to come later, as one of the hardware would. */
    @ParameterizedTest
    @EnumSource(names = {"D_P", "D_Q"})
    void a_fault_in_native_memory_lets_no_signature_out(Part part) throws Exception {
        assumeThat(JcaChoice.present()).contains(JcaChoice.CORRETTO);
        KeyPair pair = new JcaKeys(JcaChoice.JDK.providers()).generate(KeySpec.RSA_2048);
        JcaProviders.Choice provider = JcaChoice.CORRETTO.providers().choose(KeyAlgorithm.RSA);
        JcaKey key = new JcaKey(
                JcaKeys.convert(pair.getPrivate(), KeySpec.RSA_2048, provider), pair.getPublic(), provider, "a key");
        for (SignatureAlgorithm algorithm : KeySpec.RSA_2048.algorithms()) {
            key.sign(algorithm, MESSAGE);
            key.sign(algorithm, new SigningInput.Digest(new byte[algorithm.digestLength()]));
        }

        assertThat(NativeMemory.flipBitOf(part.of((RSAPrivateCrtKey) pair.getPrivate())))
                .isPositive();

        assertSignsNothing(key);
    }

    private static void assertSignsNothing(JcaKey key) {
        for (SignatureAlgorithm algorithm : KeySpec.RSA_2048.algorithms()) {
            SigningInput digest = new SigningInput.Digest(new byte[algorithm.digestLength()]);
            assertThatThrownBy(() -> key.sign(algorithm, MESSAGE))
                    .as("%s of a message", algorithm)
                    .isInstanceOf(IntegrityException.class);
            assertThatThrownBy(() -> key.sign(algorithm, digest))
                    .as("%s of a digest", algorithm)
                    .isInstanceOf(IntegrityException.class);
        }
    }
}
