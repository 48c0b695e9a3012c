package dev.chancery.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.IntegrityException;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyOrigin;
import dev.chancery.key.KeyState;
import dev.chancery.key.ProtectionLevel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryArchiveTest {
    private static final String STORE = "awskms:///?region=eu-central-1";
    private static final KeyId ID = new KeyId("a");
    private static final PublicKey KEY = key();

    @TempDir
    private Path temp;

    private Path directory;
    private PublicArchive archive;

    @BeforeEach
    void open() {
        directory = temp.resolve("archive");
        archive = PublicArchive.directory(directory);
    }

    private static PublicKey key() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPublic();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyMetadata metadata(PublicKey key, KeyState state) {
        KeyAttributes.Builder attributes =
                KeyAttributes.builder(state, Instant.parse("2026-11-23T10:00:00Z"), KeyOrigin.GENERATED);
        if (state == KeyState.COMPROMISED) {
            attributes.compromisedSince(CompromisedSince.UNKNOWN);
        }
        return new KeyMetadata(
                ID, KeySpec.ED25519, key, KeyMetadata.fingerprint(key), ProtectionLevel.HSM, attributes.build());
    }

    private Stream<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(path -> path.getFileName().toString()).toList().stream();
        }
    }

    @Test
    void what_was_put_last_is_found() throws IOException {
        archive.put(STORE, metadata(KEY, KeyState.ACTIVE));
        archive.put(STORE, metadata(KEY, KeyState.COMPROMISED));
        assertThat(archive.find(STORE, ID)).contains(metadata(KEY, KeyState.COMPROMISED));
        assertThat(archive.find("another", ID)).isEmpty();
        assertThat(names()).hasSize(2).contains(".lock").anyMatch(name -> name.endsWith(".pem"));
    }

    @Test
    void another_key_of_that_id_is_not_written_over_it() {
        archive.put(STORE, metadata(KEY, KeyState.ACTIVE));
        assertThatThrownBy(() -> archive.put(STORE, metadata(key(), KeyState.ACTIVE)))
                .isInstanceOf(IntegrityException.class);
        assertThat(archive.find(STORE, ID)).contains(metadata(KEY, KeyState.ACTIVE));
    }

    @Test
    void an_interrupted_thread_writes_all_the_same_and_stays_interrupted() {
        Thread.currentThread().interrupt();
        archive.put(STORE, metadata(KEY, KeyState.ACTIVE));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(archive.find(STORE, ID)).isPresent();
    }

    @Test
    void what_a_writer_that_died_left_is_removed() throws IOException {
        archive.put(STORE, metadata(KEY, KeyState.ACTIVE));
        Files.writeString(directory.resolve(".lock"), "w");
        Files.createFile(directory.resolve(".0f.pem.0123456789ab.tmp"));
        archive.put(STORE, metadata(KEY, KeyState.COMPROMISED));
        assertThat(names()).hasSize(2);
    }

    @Test
    void an_archive_that_cannot_be_written_takes_what_it_has_already() throws IOException {
        archive.put(STORE, metadata(KEY, KeyState.ACTIVE));
        Files.delete(directory.resolve(".lock"));
        Files.createSymbolicLink(directory.resolve(".lock"), temp); // root may write anything but this
        archive.put(STORE, metadata(KEY, KeyState.ACTIVE));
        assertThatThrownBy(() -> archive.put(STORE, metadata(KEY, KeyState.COMPROMISED)))
                .hasMessageContaining("so nothing was done with the key");
    }
}
