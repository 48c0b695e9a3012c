package dev.chancery.testkit.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyStore;
import dev.chancery.Signer;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.error.AlgorithmMismatchException;
import dev.chancery.error.MessageTooLargeException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.key.KeyMetadata;
import dev.chancery.signature.Signature;
import dev.chancery.testkit.witness.Witnesses;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every signature is confirmed by the JDK and by OpenSSL. */
public interface SigningRules extends Rules {

    @TestFactory
    default Stream<DynamicTest> a_key_signs_messages_streams_and_files_with_each_of_its_algorithms(
            @TempDir Path directory) {
        return tested().forEachKind((spec, key) -> signsInEachWay(spec, key, directory));
    }

    private void signsInEachWay(KeySpec spec, KeyMetadata key, Path directory) throws IOException {
        GenerationRules.assertThatKeyIsNew(spec, key);
        KeyStore keys = tested().keys();
        byte[] message = "Pay 100 to Alice".getBytes(StandardCharsets.UTF_8);
        Path file = Files.write(directory.resolve("message"), message);

        for (SignatureAlgorithm algorithm : spec.algorithms()) {
            if (tested().algorithms(spec).contains(algorithm)) {
                assertThat(key.algorithms()).contains(algorithm);
                Signer signer = keys.signer(key.id(), algorithm);
                assertThat(signer.algorithm()).isEqualTo(algorithm);
                Signature signature = signer.sign(message);
                assertThat(signature.keyId()).isEqualTo(key.id());
                assertThat(signature.algorithm()).isEqualTo(algorithm);
                Witnesses.confirm(keys, key, message, signature);
                // Core reads streams and files, for RSA of one size as for the others.
                if (spec != KeySpec.RSA_3072 && spec != KeySpec.RSA_4096) {
                    Witnesses.confirm(keys, key, message, signer.sign(new ByteArrayInputStream(message)));
                    Witnesses.confirm(keys, key, message, signer.sign(file));
                }
            } else {
                // A place that knows beforehand what it signs with says so before it is asked.
                assertThatThrownBy(() -> keys.signer(key.id(), algorithm).sign(message))
                        .isInstanceOf(
                                key.algorithms().contains(algorithm)
                                        ? UnsupportedException.class
                                        : AlgorithmMismatchException.class);
            }
        }
    }

    @TestFactory
    default Stream<DynamicTest> a_key_signs_digests_of_exactly_the_right_length() {
        return tested().forEachKindButLargerRsa(this::signsDigests);
    }

    private void signsDigests(KeySpec spec, KeyMetadata key) throws GeneralSecurityException {
        KeyStore keys = tested().keys();
        byte[] message = "Pay 100 to Alice".getBytes(StandardCharsets.UTF_8);

        for (SignatureAlgorithm algorithm : tested().algorithms(spec)) {
            Signer signer = keys.signer(key.id(), algorithm);
            if (algorithm.digest().isPresent()) {
                byte[] digest =
                        MessageDigest.getInstance(algorithm.digest().get()).digest(message);
                Witnesses.confirm(keys, key, message, signer.signDigest(digest));
                for (int length : new int[] {0, 1, 20, digest.length - 1, digest.length + 1, 2 * digest.length}) {
                    assertThatThrownBy(() -> signer.signDigest(Arrays.copyOf(digest, length)))
                            .isInstanceOf(AlgorithmMismatchException.class)
                            .hasMessageContaining(Integer.toString(digest.length));
                }
            } else {
                assertThatThrownBy(() -> signer.signDigest(new byte[64]))
                        .isInstanceOf(UnsupportedException.class)
                        .hasMessageContaining("message");
            }
        }
    }

    @Test
    default void without_a_word_on_it_a_key_signs_with_the_default_of_its_kind() {
        KeyMetadata key = tested().key("invoices");

        Signer signer = tested().keys().signer(key.id());

        assertThat(signer.algorithm()).isEqualTo(key.spec().defaultAlgorithm());
        assertThat(signer.key()).isEqualTo(key);
    }

    @Test
    default void an_algorithm_of_another_family_does_not_fit() {
        KeyMetadata key = tested().key("invoices");
        List<SignatureAlgorithm> others = Arrays.stream(SignatureAlgorithm.values())
                .filter(algorithm -> !key.algorithms().contains(algorithm))
                .toList();

        assertThat(others).isNotEmpty();
        for (SignatureAlgorithm other : others) {
            assertThatThrownBy(() -> tested().keys().signer(key.id(), other))
                    .isInstanceOf(AlgorithmMismatchException.class)
                    .hasMessageContaining(other.name());
        }
    }

    @Test
    default void messages_of_any_length_are_signed(@TempDir Path directory) throws IOException {
        KeyMetadata key = tested().key("invoices");
        Signer signer = tested().keys().signer(key.id());

        for (int length : new int[] {0, 1, 63, 64, 65, 4096, 65_536, 65_537, 1 << 20}) {
            byte[] message = new byte[length];
            new Random(length).nextBytes(message);
            Path file = Files.write(directory.resolve("message-" + length), message);

            Witnesses.confirm(tested().keys(), key, message, signer.sign(message));
            Witnesses.confirm(tested().keys(), key, message, signer.sign(inDrops(message)));
            Witnesses.confirm(tested().keys(), key, message, signer.sign(file));
        }
    }

    @Test
    default void a_stream_is_read_to_its_end_and_left_open() throws IOException {
        KeyMetadata key = tested().key("invoices");
        boolean[] closed = {false};
        InputStream message = new ByteArrayInputStream(new byte[100]) {
            @Override
            public void close() {
                closed[0] = true;
            }
        };

        Signature signature = tested().keys().signer(key.id()).sign(message);

        assertThat(message.read()).isEqualTo(-1);
        assertThat(closed[0]).isFalse();
        Witnesses.confirm(tested().keys(), key, new byte[100], signature);
    }

    @Test
    default void a_stream_that_breaks_is_not_signed() {
        Signer signer = tested().keys().signer(tested().key("invoices").id());
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the line is dead");
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                return read();
            }
        };

        assertThatThrownBy(() -> signer.sign(broken))
                .isInstanceOf(IOException.class)
                .hasMessage("the line is dead");
    }

    @Test
    default void a_file_that_is_not_there_is_not_signed(@TempDir Path directory) {
        Signer signer = tested().keys().signer(tested().key("invoices").id());
        Path missing = directory.resolve("missing");

        assertThatThrownBy(() -> signer.sign(missing))
                .isInstanceOfAny(NoSuchFileException.class, java.io.FileNotFoundException.class)
                .hasMessageContaining("missing");
    }

    @TestFactory
    default Stream<DynamicTest> a_stream_is_buffered_to_a_limit_where_the_algorithm_takes_no_digest_and_a_file_is_not(
            @TempDir Path directory) {
        KeyStore keys = tested().open(options -> options.ed25519Buffer(1000));
        return tested().forEachKindButLargerRsa((spec, key) -> {
            SignatureAlgorithm algorithm = Collections.min(tested().algorithms(spec));
            Signer signer = keys.signer(key.id(), algorithm);
            byte[] most = new byte[1000];
            Witnesses.confirm(keys, key, most, signer.sign(inDrops(most)));

            byte[] more = new byte[1001];
            if (algorithm.digest().isPresent()) {
                Witnesses.confirm(keys, key, more, signer.sign(inDrops(more)));
            } else {
                assertThatThrownBy(() -> signer.sign(inDrops(more)))
                        .isInstanceOf(MessageTooLargeException.class)
                        .hasMessageContaining("1000");
            }
            Path file = Files.write(directory.resolve("message-" + spec), more);
            Witnesses.confirm(keys, key, more, signer.sign(file));
        });
    }

    @Test
    default void a_batch_is_signed_in_order() {
        KeyMetadata key = tested().key("invoices");
        List<byte[]> messages = List.of(new byte[] {1}, new byte[] {2}, new byte[] {}, new byte[] {1});

        List<Signature> signatures = tested().keys().signer(key.id()).signAll(messages);

        assertThat(signatures).hasSameSizeAs(messages);
        for (int i = 0; i < messages.size(); i++) {
            Witnesses.confirm(tested().keys(), key, messages.get(i), signatures.get(i));
        }
        assertThat(tested().keys().signer(key.id()).signAll(List.of())).isEmpty();
    }

    /** A stream that hands out a few bytes at a time, as a network does. */
    private static InputStream inDrops(byte[] message) {
        return new ByteArrayInputStream(message) {
            @Override
            public int read(byte[] into, int offset, int length) {
                return super.read(into, offset, Math.min(length, 997));
            }
        };
    }
}
