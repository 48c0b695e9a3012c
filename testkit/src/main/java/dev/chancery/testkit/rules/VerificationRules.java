package dev.chancery.testkit.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyStore;
import dev.chancery.Verifier;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.algorithm.SignatureEncoding;
import dev.chancery.error.AlgorithmMismatchException;
import dev.chancery.error.InvalidSignatureException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyState;
import dev.chancery.signature.Signature;
import dev.chancery.signature.Verification;
import dev.chancery.signature.VerifyOptions;
import dev.chancery.testkit.witness.Witnesses;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** A wrong signature is an answer, never an exception, and never right. Of RSA one size is asked, which stands for the others. */
public interface VerificationRules extends Rules {

    @Test
    default void a_signature_is_recognised_in_messages_streams_files_and_digests(@TempDir Path directory)
            throws IOException, GeneralSecurityException {
        KeyMetadata key = tested().key("invoices");
        byte[] message = message();
        byte[] signature = tested().keys().signer(key.id()).sign(message).value();
        Path file = Files.write(directory.resolve("message"), message);
        Verifier verifier = tested().keys().verifier(key.id());
        VerifyOptions options = VerifyOptions.DEFAULT;

        Verification answer = verifier.verify(message, signature);

        assertThat(answer.isValid()).isTrue();
        assertThat(answer.orThrow()).isSameAs(answer);
        assertThat(answer.key()).hasValue(key);
        assertThat(answer.state()).hasValue(KeyState.ACTIVE);
        assertThat(answer.stateUnknown()).isFalse();
        assertThat(verifier.verify(new ByteArrayInputStream(message), signature, options))
                .isEqualTo(answer);
        assertThat(verifier.verify(file, signature, options)).isEqualTo(answer);
        if (key.defaultAlgorithm().digest().isPresent()) {
            byte[] digest = MessageDigest.getInstance(
                            key.defaultAlgorithm().digest().get())
                    .digest(message);
            assertThat(verifier.verifyDigest(digest, signature, options)).isEqualTo(answer);
            assertThatThrownBy(() -> verifier.verifyDigest(new byte[digest.length - 1], signature, options))
                    .isInstanceOf(AlgorithmMismatchException.class);
        } else {
            assertThatThrownBy(() -> verifier.verifyDigest(new byte[64], signature, options))
                    .isInstanceOf(UnsupportedException.class);
        }
    }

    @TestFactory
    default Stream<DynamicTest> one_flipped_bit_makes_a_signature_wrong() {
        // The key's state stays what it is: a remote store need not be asked for it at every byte.
        KeyStore keys = tested().open(options -> options.stateTtl(Duration.ofHours(1)));
        return tested().forEachKindButLargerRsa((spec, key) -> flipBits(keys, spec, key));
    }

    private void flipBits(KeyStore keys, KeySpec spec, KeyMetadata key) throws IOException {
        byte[] message = message();

        for (SignatureAlgorithm algorithm : tested().algorithms(spec)) {
            Signature signature = keys.signer(key.id(), algorithm).sign(message);
            byte[] value = signature.value();
            Verifier verifier = keys.verifier(key.id());
            VerifyOptions options = VerifyOptions.DEFAULT.withAlgorithm(algorithm);

            byte[] forged = flip(message, 0);
            Verification answer = verifier.verify(forged, value, options);
            assertThat(answer.status()).isEqualTo(Verification.Status.INVALID);
            assertThat(verifier.verify(new ByteArrayInputStream(forged), value, options)
                            .status())
                    .isEqualTo(Verification.Status.INVALID);
            assertThatThrownBy(answer::orThrow)
                    .isInstanceOf(InvalidSignatureException.class)
                    .hasMessage(answer.reason());
            Witnesses.refute(key, forged, signature);

            // Core verifies for every store, and its own tests change every byte.
            for (int at : new int[] {0, 1, value.length / 3, value.length / 2, value.length - 1}) {
                assertThat(verifier.verify(message, flip(value, at), options).isValid())
                        .as("%s with byte %d of %d changed", algorithm, at, value.length)
                        .isFalse();
            }
        }
    }

    @Test
    default void a_signature_has_one_length() {
        KeyMetadata key = tested().key("invoices");
        byte[] message = message();
        byte[] value = tested().keys().signer(key.id()).sign(message).value();
        Verifier verifier = tested().keys().verifier(key.id());

        for (int length : new int[] {0, 1, value.length - 1, value.length + 1, 2 * value.length, 100_000}) {
            assertThat(verifier.verify(message, Arrays.copyOf(value, length)).status())
                    .as("%d bytes instead of %d", length, value.length)
                    .isEqualTo(Verification.Status.INVALID);
        }
    }

    @Test
    default void a_signature_of_another_key_is_wrong() {
        KeyMetadata alice = tested().key("alice");
        KeyMetadata bob = tested().key("bob");
        byte[] message = message();
        Signature signature = tested().keys().signer(bob.id()).sign(message);

        Verification answer = tested().keys().verifier(alice.id()).verify(message, signature.value());

        assertThat(answer.status()).isEqualTo(Verification.Status.INVALID);
        Witnesses.refute(alice, message, signature);
    }

    @Test
    default void an_algorithm_that_does_not_fit_the_key_is_a_mistake_and_not_an_answer() {
        KeyMetadata key = tested().key("invoices");
        Verifier verifier = tested().keys().verifier(key.id());
        List<SignatureAlgorithm> others = Arrays.stream(SignatureAlgorithm.values())
                .filter(algorithm -> !key.spec().algorithms().contains(algorithm))
                .toList();

        assertThat(others).isNotEmpty();
        for (SignatureAlgorithm other : others) {
            assertThatThrownBy(
                            () -> verifier.verify(message(), new byte[64], VerifyOptions.DEFAULT.withAlgorithm(other)))
                    .isInstanceOf(AlgorithmMismatchException.class);
        }
    }

    @TestFactory
    default Stream<DynamicTest> ecdsa_signatures_have_two_encodings_each_read_as_what_it_is_and_others_have_one() {
        return tested().forEachKindButLargerRsa(this::encodings);
    }

    private void encodings(KeySpec spec, KeyMetadata key) {
        KeyStore keys = tested().keys();
        byte[] message = message();
        Verifier verifier = keys.verifier(key.id());

        for (SignatureAlgorithm algorithm : tested().algorithms(spec)) {
            Signature signature = keys.signer(key.id(), algorithm).sign(message);
            byte[] p1363 = signature.toP1363();
            VerifyOptions asDer = VerifyOptions.DEFAULT.withAlgorithm(algorithm);
            VerifyOptions asP1363 = asDer.withEncoding(SignatureEncoding.P1363);

            assertThat(signature.encoded(SignatureEncoding.P1363)).isEqualTo(p1363);
            assertThat(signature.encoded(SignatureEncoding.DER)).isEqualTo(signature.value());
            assertThat(verifier.verify(message, p1363, asP1363).isValid()).isTrue();
            if (algorithm.scheme() == SignatureAlgorithm.Scheme.ECDSA) {
                assertThat(p1363).hasSize(2 * ((spec.bits() + 7) / 8));
                assertThat(verifier.verify(message, p1363, asDer).isValid()).isFalse();
                assertThat(verifier.verify(message, signature.value(), asP1363).isValid())
                        .isFalse();
            } else {
                assertThat(p1363).isEqualTo(signature.value());
            }
        }
    }

    @Test
    default void a_public_key_is_all_that_verifying_takes() {
        KeyMetadata key = tested().key("invoices");
        byte[] message = message();
        Signature signature = tested().keys().signer(key.id()).sign(message);

        Verification answer = Verifier.of(key.publicKey()).verify(message, signature.value());

        assertThat(answer.isValid()).isTrue();
        assertThat(answer.key()).isEmpty();
        assertThat(answer.state()).isEmpty();
    }

    private static byte[] message() {
        return "Pay 100 to Alice".getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] flip(byte[] bytes, int at) {
        byte[] changed = bytes.clone();
        changed[at] ^= 1;
        return changed;
    }
}
