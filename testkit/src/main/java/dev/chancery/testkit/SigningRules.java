package dev.chancery.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.AlgorithmMismatchException;
import dev.chancery.KeyMetadata;
import dev.chancery.KeyRequest;
import dev.chancery.KeySpec;
import dev.chancery.KeyStore;
import dev.chancery.MessageTooLargeException;
import dev.chancery.Signature;
import dev.chancery.SignatureAlgorithm;
import dev.chancery.Signer;
import dev.chancery.UnsupportedException;
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
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every signature is confirmed by the JDK and by OpenSSL. */
interface SigningRules extends Rules {

    @ParameterizedTest
    @EnumSource(value = KeySpec.class, mode = EnumSource.Mode.MATCH_NONE, names = "ML_DSA_.*")
    default void a_key_signs_messages_streams_and_files_with_each_of_its_algorithms(
            KeySpec spec, @TempDir Path directory) throws IOException {
        if (!tested().makes(spec)) {
            assertThatThrownBy(() -> tested().keys().generate(KeyRequest.of(spec, "unwanted")))
                    .isInstanceOf(UnsupportedException.class);
            return;
        }
        KeyStore keys = tested().keys();
        KeyMetadata key = keys.generate(KeyRequest.of(spec, "invoices"));
        byte[] message = "Pay 100 to Alice".getBytes(StandardCharsets.UTF_8);
        Path file = Files.write(directory.resolve("message"), message);

        for (SignatureAlgorithm algorithm : spec.algorithms()) {
            Signer signer = keys.signer(key.id(), algorithm);
            if (!tested().algorithms(spec).contains(algorithm)) {
                assertThatThrownBy(() -> signer.sign(message)).isInstanceOf(UnsupportedException.class);
                continue;
            }
            assertThat(signer.algorithm()).isEqualTo(algorithm);
            Signature signature = signer.sign(message);
            assertThat(signature.keyId()).isEqualTo(key.id());
            assertThat(signature.algorithm()).isEqualTo(algorithm);
            Witnesses.confirm(keys, key, message, signature);
            Witnesses.confirm(keys, key, message, signer.sign(new ByteArrayInputStream(message)));
            Witnesses.confirm(keys, key, message, signer.sign(file));
        }
    }

    @ParameterizedTest
    @EnumSource(value = KeySpec.class, mode = EnumSource.Mode.MATCH_NONE, names = "ML_DSA_.*|RSA_3072|RSA_4096")
    default void a_key_signs_digests_of_exactly_the_right_length(KeySpec spec) throws GeneralSecurityException {
        if (!tested().makes(spec)) {
            assertThatThrownBy(() -> tested().keys().generate(KeyRequest.of(spec, "unwanted")))
                    .isInstanceOf(UnsupportedException.class);
            return;
        }
        KeyStore keys = tested().keys();
        KeyMetadata key = keys.generate(KeyRequest.of(spec, "invoices"));
        byte[] message = "Pay 100 to Alice".getBytes(StandardCharsets.UTF_8);

        for (SignatureAlgorithm algorithm : tested().algorithms(spec)) {
            Signer signer = keys.signer(key.id(), algorithm);
            if (algorithm.digest().isEmpty()) {
                assertThatThrownBy(() -> signer.signDigest(new byte[64]))
                        .isInstanceOf(UnsupportedException.class)
                        .hasMessageContaining("message");
                continue;
            }
            byte[] digest = MessageDigest.getInstance(algorithm.digest().get()).digest(message);
            Witnesses.confirm(keys, key, message, signer.signDigest(digest));
            for (int length : new int[] {0, 1, 20, digest.length - 1, digest.length + 1, 2 * digest.length}) {
                assertThatThrownBy(() -> signer.signDigest(Arrays.copyOf(digest, length)))
                        .isInstanceOf(AlgorithmMismatchException.class)
                        .hasMessageContaining(Integer.toString(digest.length));
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

        for (SignatureAlgorithm other : SignatureAlgorithm.values()) {
            if (!key.algorithms().contains(other)) {
                assertThatThrownBy(() -> tested().keys().signer(key.id(), other))
                        .isInstanceOf(AlgorithmMismatchException.class)
                        .hasMessageContaining(other.name());
            }
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

    @Test
    default void ed25519_buffers_a_stream_up_to_its_limit_and_reads_files_whole(@TempDir Path directory)
            throws IOException {
        KeyStore keys = tested().open(options -> options.ed25519Buffer(1000));
        if (!tested().makes(KeySpec.ED25519)) {
            assertThatThrownBy(() -> keys.generate(KeyRequest.of(KeySpec.ED25519, "unwanted")))
                    .isInstanceOf(UnsupportedException.class);
            return;
        }
        KeyMetadata key = keys.generate(KeyRequest.of(KeySpec.ED25519, "invoices"));
        Signer signer = keys.signer(key.id());

        byte[] most = new byte[1000];
        Witnesses.confirm(keys, key, most, signer.sign(inDrops(most)));

        byte[] tooMuch = new byte[1001];
        assertThatThrownBy(() -> signer.sign(inDrops(tooMuch)))
                .isInstanceOf(MessageTooLargeException.class)
                .hasMessageContaining("1000");
        Path file = Files.write(directory.resolve("message"), tooMuch);
        Witnesses.confirm(keys, key, tooMuch, signer.sign(file));
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
