package dev.chancery.provider.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyName;
import dev.chancery.key.KeyOrigin;
import dev.chancery.key.KeyState;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.provider.file.layout.Disk;
import dev.chancery.provider.file.layout.StoreDirectory;
import dev.chancery.provider.file.layout.StoreUri;
import dev.chancery.spi.CreateKey;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.files.FileRules;
import dev.chancery.spi.records.KeyRecord;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FullDiskTest {
    @TempDir
    private Path temp;

    /** Has room for that many writes. */
    private static final class SmallDisk extends Disk {
        private int writes;

        SmallDisk(int writes) {
            this.writes = writes;
        }

        @Override
        protected void write(FileChannel channel, byte[] content) throws IOException {
            if (writes-- <= 0) {
                throw new IOException("No space left on device");
            }
            super.write(channel, content);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void whichever_file_finds_no_room_nothing_of_the_key_stays(int writes) throws IOException {
        try (KeyBackend full = open(temp, new SmallDisk(writes))) {
            assertThatThrownBy(() -> create(full, "a"))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("no space")
                    .hasMessageContaining("key a");
            assertThat(new StoreTree(temp).files()).isEmpty();
        }
        try (KeyBackend roomy = open(temp, new Disk())) {
            assertThat(create(roomy, "a").id()).isEqualTo(new KeyId("a"));
        }
    }

    @Test
    void a_change_that_finds_no_room_leaves_the_old_metadata() throws IOException {
        try (KeyBackend roomy = open(temp, new Disk())) {
            create(roomy, "a");
        }
        byte[] before = Files.readAllBytes(temp.resolve("a.json"));
        try (KeyBackend full = open(temp, new SmallDisk(0))) {
            StoredKey read = full.find(new KeyId("a")).orElseThrow();
            KeyRecord changed = read.record().legible().orElseThrow().with(old -> old.label("a", "b"));
            assertThatThrownBy(
                            () -> full.abilities().keepsRecords().orElseThrow().put(read, changed, true))
                    .isInstanceOf(StoreUnavailableException.class);
        }
        assertThat(Files.readAllBytes(temp.resolve("a.json"))).isEqualTo(before);
        assertThat(new StoreTree(temp).files()).containsExactly("a.json", "private/a.pem", "public/a.pub");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void a_disk_that_is_really_full() throws IOException {
        String output = MountedDisk.run(temp, "128k", OnFullDisk.class);
        assertThat(output).contains("refused").contains("made");
    }

    /** Fills the disk but for a few pages, and makes a key: it is made, or nothing is. */
    static final class OnFullDisk {
        public static void main(String[] arguments) throws IOException {
            Path disk = Path.of(arguments[0]);
            Path keys = disk.resolve("keys");
            for (int pages = 0; pages < 12; pages++) {
                int free = pages;
                String id = "k" + pages;
                try (KeyStore store = KeyStores.open(keys)) {
                    StoreTree tree = new StoreTree(keys);
                    Set<String> before = Files.exists(keys) ? tree.files() : Set.of();
                    Path filler = fillUpTo(disk, free);
                    try {
                        store.generate(KeyRequest.of(KeySpec.EC_P256, id));
                        assertThat(tree.privateKeys()).contains(id);
                        System.out.println(pages + " pages free: made");
                    } catch (StoreUnavailableException e) {
                        assertThat(e).hasMessageContaining("no space");
                        assertThat(Files.exists(keys) ? tree.files() : Set.of()).isEqualTo(before);
                        System.out.println(pages + " pages free: refused");
                    }
                    Files.delete(filler);
                    assertThat(store.unusable()).isEmpty();
                }
            }
        }

        private static Path fillUpTo(Path disk, int pages) throws IOException {
            Path filler = disk.resolve("filler");
            long bytes = Files.getFileStore(disk).getUsableSpace() - 4096L * pages;
            Files.write(filler, new byte[(int) Math.max(0, bytes)]);
            return filler;
        }
    }

    private static KeyBackend open(Path directory, Disk disk) throws IOException {
        StoreUri uri = StoreUri.parse(directory.toUri().toString());
        StoreDirectory layout = new StoreDirectory(uri, disk, FileRules.of(directory.getFileSystem()));
        return new FileKeyBackend(
                layout,
                disk,
                new KeyStoreConfig(directory.toUri().toString(), KeyStoreOptions.DEFAULT, new SoftwareKeys()));
    }

    private static StoredKey create(KeyBackend store, String name) {
        Instant now = Instant.parse("2026-11-23T10:00:00Z");
        KeyAttributes attributes =
                KeyAttributes.builder(KeyState.ACTIVE, now, KeyOrigin.GENERATED).build();
        return store.abilities()
                .makesKeys()
                .orElseThrow()
                .create(new CreateKey(new KeyName(name), KeySpec.EC_P256, KeyRecord.of(attributes)));
    }
}
