package dev.chancery.provider.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.KeyStateException;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyState;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.provider.file.layout.Disk;
import dev.chancery.provider.file.layout.StoreDirectory;
import dev.chancery.provider.file.layout.StoreUri;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.files.FileRules;
import dev.chancery.spi.records.KeyRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DestructionTest {
    private static final KeyId KEY = new KeyId("a");

    @TempDir
    private Path temp;

    private Path privateHalf;

    @BeforeEach
    void retiredKey() {
        privateHalf = temp.resolve("private/a.pem");
        try (KeyStore store = KeyStores.open(temp)) {
            store.generate(KeyRequest.of(KeySpec.EC_P256, "a"));
            store.changeState(KEY, KeyState.DEACTIVATED, "retired");
        }
    }

    /** Breaks where a private half is about to go. */
    private static final class BreakingDisk extends Disk {
        @Override
        public void delete(Path file) throws IOException {
            if (file.toString().contains("/private/")) {
                throw new IOException("broken");
            }
            super.delete(file);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.pem", "a.pem.disabled"})
    void what_a_cut_off_destruction_left_is_shown_and_the_next_writer_removes_it(String name) throws IOException {
        Path left = Files.move(privateHalf, privateHalf.resolveSibling(name));
        breakOffDestruction();

        try (KeyStore store = KeyStores.open(temp)) {
            assertThat(store.get(KEY).state()).isEqualTo(KeyState.DESTROYED);
            assertThat(store.list()).singleElement().matches(KeyMetadata::leftOver);
            assertThat(left).exists();

            store.generate(KeyRequest.of(KeySpec.EC_P256, "another"));

            assertThat(left).doesNotExist();
            assertThat(store.list()).hasSize(2).noneMatch(KeyMetadata::leftOver);
        }
    }

    private void breakOffDestruction() throws IOException {
        Disk disk = new BreakingDisk();
        StoreUri uri = StoreUri.parse(temp.toUri().toString());
        StoreDirectory layout = new StoreDirectory(uri, disk, FileRules.of(temp.getFileSystem()));
        KeyStoreConfig config =
                new KeyStoreConfig(temp.toUri().toString(), KeyStoreOptions.DEFAULT, new SoftwareKeys());
        try (KeyBackend breaking = new FileKeyBackend(layout, disk, config)) {
            StoredKey read = breaking.find(KEY).orElseThrow();
            KeyRecord destroyed = read.record()
                    .legible()
                    .orElseThrow()
                    .with(key -> key.state(KeyState.DESTROYED, Instant.now(), "end of life"));
            assertThatThrownBy(() ->
                            breaking.abilities().keepsRecords().orElseThrow().put(read, destroyed, false))
                    .isInstanceOf(StoreUnavailableException.class);
        }
    }

    @Test
    void a_private_half_that_was_put_back_is_shown_signs_nothing_and_goes_with_another_destruction()
            throws IOException {
        byte[] copy = Files.readAllBytes(privateHalf);
        try (KeyStore store = KeyStores.open(temp)) {
            store.changeState(KEY, KeyState.DESTROYED, "end of life");
            assertThat(store.get(KEY)).matches(key -> !key.leftOver());
        }
        Files.write(privateHalf, copy);
        Files.setPosixFilePermissions(privateHalf, PosixFilePermissions.fromString("rw-------"));

        try (KeyStore store = KeyStores.open(temp)) {
            assertThat(store.get(KEY)).matches(KeyMetadata::leftOver);
            assertThatThrownBy(() -> store.signer(KEY).sign(new byte[1])).isInstanceOf(KeyStateException.class);

            assertThat(store.changeState(KEY, KeyState.DESTROYED, "once more")).matches(key -> !key.leftOver());
            assertThat(privateHalf).doesNotExist();
        }
    }
}
