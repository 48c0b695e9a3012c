package dev.chancery.internal.jca;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.Verifier;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.signature.VerifyOptions;
import dev.chancery.spi.signing.LocalKey;
import dev.chancery.spi.signing.SigningInput;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** RSA signatures over a digest are the same as over the message, in the eyes of the JDK and of OpenSSL. */
class RsaDigestSignatureTest {
    private static final byte[] MESSAGE = "sealed".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path directory;

    static Stream<Arguments> every_size_algorithm_and_provider() {
        return Stream.of(KeySpec.RSA_2048, KeySpec.RSA_3072, KeySpec.RSA_4096)
                .flatMap(spec -> spec.algorithms().stream()
                        .flatMap(algorithm ->
                                JcaChoice.present().stream().map(choice -> Arguments.of(spec, algorithm, choice))));
    }

    @ParameterizedTest
    @MethodSource("every_size_algorithm_and_provider")
    void what_is_signed_by_digest_verifies_elsewhere(KeySpec spec, SignatureAlgorithm algorithm, JcaChoice choice)
            throws Exception {
        KeyPair pair = TestKeys.pair(spec);
        LocalKey key = new JcaKeys(choice.providers()).load(pair.getPrivate(), pair.getPublic(), "a test key");
        byte[] digest = MessageInput.digest(MESSAGE, algorithm);

        byte[] signature = key.sign(algorithm, new SigningInput.Digest(digest)).signature();

        Signature jdk = jdkEngine(algorithm);
        jdk.initVerify(pair.getPublic());
        jdk.update(MESSAGE);
        assertThat(jdk.verify(signature)).as("the JDK").isTrue();
        assertThat(openSslVerifies(pair, algorithm, signature)).as("OpenSSL").isTrue();
    }

    @ParameterizedTest
    @MethodSource("every_size_algorithm_and_provider")
    void what_is_signed_elsewhere_verifies_by_digest(KeySpec spec, SignatureAlgorithm algorithm, JcaChoice choice)
            throws Exception {
        KeyPair pair = TestKeys.pair(spec);
        Verifier verifier = choice.verifierOf(pair.getPublic());
        VerifyOptions options = VerifyOptions.DEFAULT.withAlgorithm(algorithm);
        byte[] digest = MessageInput.digest(MESSAGE, algorithm);
        byte[] other = MessageInput.digest(new byte[1], algorithm);

        Signature jdk = jdkEngine(algorithm);
        jdk.initSign(pair.getPrivate());
        jdk.update(MESSAGE);
        for (byte[] signature : new byte[][] {jdk.sign(), openSslSigns(pair, algorithm)}) {
            assertThat(verifier.verifyDigest(digest, signature, options).isValid())
                    .isTrue();
            assertThat(verifier.verifyDigest(other, signature, options).isValid())
                    .isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RSA_PSS_SHA256", "RSA_PSS_SHA512", "RSA_PKCS1_SHA256", "RSA_PKCS1_SHA512"})
    void one_wrong_bit_in_any_byte_of_the_encoded_message_is_refused(SignatureAlgorithm algorithm) throws Exception {
        KeyPair pair = TestKeys.pair(KeySpec.RSA_2048);
        Verifier verifier = Verifier.of(pair.getPublic());
        VerifyOptions options = VerifyOptions.DEFAULT.withAlgorithm(algorithm);
        byte[] digest = MessageInput.digest(MESSAGE, algorithm);
        byte[] encoded = RsaDigestSignature.encode(algorithm, digest, (RSAPublicKey) pair.getPublic());
        assertThat(verifier.verifyDigest(digest, raw(pair, encoded), options).isValid())
                .isTrue();

        for (int i = 0; i < encoded.length; i++) {
            byte[] wrong = encoded.clone();
            wrong[i] ^= 1;
            byte[] signature = raw(pair, wrong);
            assertThat(verifier.verifyDigest(digest, signature, options).isValid())
                    .as("by digest, byte %d", i)
                    .isFalse();
            assertThat(verifier.verify(MESSAGE, signature, options).isValid())
                    .as("by message, byte %d", i)
                    .isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RSA_PSS_SHA256", "RSA_PSS_SHA384", "RSA_PSS_SHA512"})
    void a_salt_of_another_length_is_refused(SignatureAlgorithm algorithm) throws Exception {
        KeyPair pair = TestKeys.pair(KeySpec.RSA_2048);
        String hash = JcaAlgorithm.hash(algorithm);
        for (int salt : new int[] {0, algorithm.digestLength() - 1, algorithm.digestLength() + 1}) {
            Signature jdk = Signature.getInstance("RSASSA-PSS");
            jdk.setParameter(new PSSParameterSpec(hash, "MGF1", new MGF1ParameterSpec(hash), salt, 1));
            jdk.initSign(pair.getPrivate());
            jdk.update(MESSAGE);
            byte[] signature = jdk.sign();
            for (JcaChoice choice : JcaChoice.present()) {
                Verifier verifier = choice.verifierOf(pair.getPublic());
                VerifyOptions options = VerifyOptions.DEFAULT.withAlgorithm(algorithm);
                assertThat(verifier.verify(MESSAGE, signature, options).isValid())
                        .isFalse();
                assertThat(verifier.verifyDigest(MessageInput.digest(MESSAGE, algorithm), signature, options)
                                .isValid())
                        .isFalse();
            }
        }
    }

    private boolean openSslVerifies(KeyPair pair, SignatureAlgorithm algorithm, byte[] signature) {
        OpenSsl openssl = new OpenSsl(directory);
        openssl.writePem("public.pem", "PUBLIC KEY", pair.getPublic());
        openssl.write("message", MESSAGE);
        openssl.write("signature", signature);
        return openssl.succeeds(command(algorithm, "-verify", "public.pem", "-signature", "signature", "message"));
    }

    private byte[] openSslSigns(KeyPair pair, SignatureAlgorithm algorithm) {
        OpenSsl openssl = new OpenSsl(directory);
        openssl.writePem("private.pem", "PRIVATE KEY", pair.getPrivate());
        openssl.write("message", MESSAGE);
        openssl.run(command(algorithm, "-sign", "private.pem", "-out", "signature", "message"));
        return openssl.read("signature");
    }

    private static String[] command(SignatureAlgorithm algorithm, String... rest) {
        String hash = "-" + JcaAlgorithm.hash(algorithm).replace("-", "").toLowerCase(java.util.Locale.ROOT);
        Stream<String> padding = algorithm.scheme() == SignatureAlgorithm.Scheme.RSA_PSS
                ? Stream.of("-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest")
                : Stream.empty();
        return Stream.of(Stream.of("dgst", hash), padding, Arrays.stream(rest))
                .flatMap(part -> part)
                .toArray(String[]::new);
    }

    private static Signature jdkEngine(SignatureAlgorithm algorithm) throws GeneralSecurityException {
        return JcaAlgorithm.forMessages(
                algorithm, JcaProviders.jdk(algorithm.keyAlgorithm()).provider());
    }

    private static byte[] raw(KeyPair pair, byte[] encoded) throws GeneralSecurityException {
        Cipher engine = Cipher.getInstance("RSA/ECB/NoPadding");
        engine.init(Cipher.DECRYPT_MODE, pair.getPrivate());
        return engine.doFinal(encoded);
    }
}
