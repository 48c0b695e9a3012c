package dev.chancery.testkit.witness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.KeyStore;
import dev.chancery.key.KeyMetadata;
import dev.chancery.signature.Signature;
import dev.chancery.signature.Verification;
import dev.chancery.signature.VerifyOptions;

/** Who is asked about a signature: the store's own verifier, the JDK, and OpenSSL. */
public final class Witnesses {
    private Witnesses() {}

    /**
     * Asserts that all of them take a signature for right.
     *
     * @param keys the store
     * @param key the key that signed
     * @param message what it signed
     * @param signature the signature
     */
    public static void confirm(KeyStore keys, KeyMetadata key, byte[] message, Signature signature) {
        Verification answer = keys.verifier(key.id())
                .verify(message, signature.value(), VerifyOptions.DEFAULT.withAlgorithm(signature.algorithm()));
        assertThat(answer.isValid()).as("Chancery: %s", answer.reason()).isTrue();
        assertThat(JdkSignatures.verify(key.publicKey(), signature.algorithm(), message, signature.value()))
                .as("the JDK on a signature with %s", signature.algorithm())
                .isTrue();
        assertThat(OpenSsl.verify(key.publicKey(), signature.algorithm(), message, signature.value()))
                .as("OpenSSL on a signature with %s", signature.algorithm())
                .isTrue();
    }

    /**
     * Asserts that the JDK and OpenSSL take a signature for wrong.
     *
     * @param key the key that is said to have signed
     * @param message what it is said to have signed
     * @param signature the signature
     */
    public static void refute(KeyMetadata key, byte[] message, Signature signature) {
        assertThat(JdkSignatures.verify(key.publicKey(), signature.algorithm(), message, signature.value()))
                .as("the JDK on a wrong signature with %s", signature.algorithm())
                .isFalse();
        assertThat(OpenSsl.verify(key.publicKey(), signature.algorithm(), message, signature.value()))
                .as("OpenSSL on a wrong signature with %s", signature.algorithm())
                .isFalse();
    }
}
