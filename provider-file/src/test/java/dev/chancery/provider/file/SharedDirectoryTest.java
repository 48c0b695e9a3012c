package dev.chancery.provider.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.KeyExistsException;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyName;
import dev.chancery.key.KeyOrigin;
import dev.chancery.key.KeyState;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.provider.file.layout.Disk;
import dev.chancery.provider.file.layout.StoreDirectory;
import dev.chancery.provider.file.layout.StoreLock;
import dev.chancery.provider.file.layout.StoreUri;
import dev.chancery.spi.CreateKey;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.MakesKeys;
import dev.chancery.spi.PublicHalf;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.files.FileRules;
import dev.chancery.spi.records.KeyRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several processes, or several open stores, in one directory. */
class SharedDirectoryTest {
    private static final int NAMES = 25;

    @TempDir
    private Path temp;

    /** Makes all keys that nobody else makes first, and prints theirs. */
    static final class Generating {
        public static void main(String[] arguments) {
            try (KeyStore store = KeyStores.open(Path.of(arguments[0]))) {
                for (int n = 0; n < NAMES; n++) {
                    try {
                        KeyMetadata key = store.generate(KeyRequest.of(KeySpec.EC_P256, "key-" + n));
                        System.out.println(key.id());
                    } catch (KeyExistsException e) {
                        // the other process was faster
                    }
                }
            }
        }
    }

    @Test
    void of_two_processes_that_make_the_same_keys_each_key_is_made_by_one() throws IOException {
        Path keys = temp.resolve("keys");
        List<Process> processes = List.of(
                ChildJvm.start(List.of(), Generating.class, keys.toString()),
                ChildJvm.start(List.of(), Generating.class, keys.toString()));
        List<String> made = new ArrayList<>();
        for (Process process : processes) {
            made.addAll(new String(process.getInputStream().readAllBytes(), UTF_8)
                    .lines()
                    .toList());
            assertThat(ChildJvm.exit(process)).isZero();
        }
        assertThat(made).doesNotHaveDuplicates().hasSize(NAMES);
        try (KeyStore store = KeyStores.open(keys)) {
            assertThat(store.list()).hasSize(NAMES);
            assertThat(store.unusable()).isEmpty();
        }
    }

    @Test
    void what_one_store_does_the_other_sees() {
        try (KeyStore one = KeyStores.open(temp);
                KeyStore other = KeyStores.open(temp.resolve(".").resolve("../" + temp.getFileName()))) {
            KeyMetadata key = one.generate(KeyRequest.of(KeySpec.EC_P256, "a"));
            assertThat(other.list()).containsExactly(key);
            assertThatThrownBy(() -> other.generate(KeyRequest.of(KeySpec.EC_P256, "a")))
                    .isInstanceOf(KeyExistsException.class);
        }
    }

    /** Holds the lock until it is told to stop. */
    static final class Holding {
        public static void main(String[] arguments) throws IOException {
            lock(Path.of(arguments[0]), Duration.ofSeconds(30)).change(root -> root, root -> root, root -> {
                System.out.println("held");
                System.out.flush();
                return System.in.read();
            });
        }
    }

    @Test
    void a_lock_that_another_process_keeps_is_an_error_after_a_while_and_readers_do_not_mind() throws IOException {
        try (KeyStore store = KeyStores.open(temp)) {
            store.generate(KeyRequest.of(KeySpec.EC_P256, "a"));
        }
        Process holder = ChildJvm.start(List.of(), Holding.class, temp.toString());
        try {
            assertThat(holder.inputReader().readLine()).isEqualTo("held");
            assertThatThrownBy(() -> lock(temp, Duration.ofMillis(50)).change(root -> root, root -> root, root -> root))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining(".lock")
                    .hasMessageContaining("Nothing was changed");
            try (KeyStore store = KeyStores.open(temp)) {
                KeyMetadata key = store.list().get(0);
                assertThat(store.signer(key.id()).sign(new byte[] {1}).value()).isNotEmpty();
            }
        } finally {
            holder.destroyForcibly();
            ChildJvm.exit(holder);
        }
        assertThat(lock(temp, Duration.ofSeconds(30)).<String>change(root -> root, root -> root, root -> "free"))
                .isEqualTo("free");
    }

    /** Makes and discards one waiting key, over and over. */
    static final class Discarding {
        public static void main(String[] arguments) {
            KeyStoreConfig config = new KeyStoreConfig(arguments[0], KeyStoreOptions.DEFAULT, new SoftwareKeys());
            KeyAttributes waiting = KeyAttributes.builder(
                            KeyState.PRE_ACTIVE, Instant.parse("2026-11-23T10:00:00Z"), KeyOrigin.GENERATED)
                    .build();
            try (KeyBackend store = new FileKeyStoreProvider().open(config)) {
                MakesKeys makes = store.abilities().makesKeys().orElseThrow();
                for (int n = 0; n < 40; n++) {
                    makes.create(new CreateKey(new KeyName("waiting"), KeySpec.EC_P256, KeyRecord.of(waiting)));
                    makes.removeCandidate(new KeyId("waiting"));
                }
            }
        }
    }

    @Test
    void a_key_that_comes_and_goes_is_seen_whole_or_not_at_all() throws IOException {
        String uri = temp.toUri().toString();
        Process other = ChildJvm.start(List.of(), Discarding.class, uri);
        int seen = 0;
        try (KeyBackend store =
                new FileKeyStoreProvider().open(new KeyStoreConfig(uri, KeyStoreOptions.DEFAULT, new SoftwareKeys()))) {
            while (other.isAlive()) {
                List<StoredKey> found = new ArrayList<>(store.list().toList());
                store.find(new KeyId("waiting")).ifPresent(found::add);
                for (StoredKey key : found) {
                    assertThat(key.publicHalf()).isInstanceOf(PublicHalf.Vouched.class);
                    KeyAttributes attributes =
                            key.record().legible().orElseThrow().attributes();
                    assertThat(attributes.origin()).isEqualTo(KeyOrigin.GENERATED);
                    assertThat(attributes.state()).isEqualTo(KeyState.PRE_ACTIVE);
                    seen++;
                }
            }
        }
        assertThat(ChildJvm.exit(other)).isZero();
        assertThat(seen).isPositive();
        assertThat(new StoreTree(temp.toRealPath()).files()).isEmpty();
    }

    @Test
    void who_follows_a_writer_that_failed_tidies_up_once() throws IOException {
        StoreLock lock = lock(temp, Duration.ofSeconds(30));
        Set<String> tidied = new TreeSet<>();
        lock.change(root -> tidied.add("first"), root -> tidied.add("nothing to finish"), root -> root);
        lock.change(root -> tidied.add("not again"), root -> tidied.add("nothing to finish"), root -> root);
        assertThatThrownBy(() -> lock.change(root -> root, root -> root, root -> {
                    throw new IOException("broken off");
                }))
                .isInstanceOf(IOException.class);
        lock.change(root -> tidied.add("after a failure"), root -> tidied.add("finished"), root -> root);
        assertThat(tidied).containsExactlyInAnyOrder("first", "after a failure", "finished");
        assertThat(Files.size(temp.resolve(StoreLock.FILE))).isZero();
    }

    private static StoreLock lock(Path directory, Duration patience) throws IOException {
        StoreUri uri = StoreUri.parse(directory.toUri().toString());
        FileRules rules = FileRules.of(directory.getFileSystem());
        return new StoreLock(new StoreDirectory(uri, new Disk(), rules), patience);
    }
}
