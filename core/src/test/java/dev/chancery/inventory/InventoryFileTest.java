package dev.chancery.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyRequest;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.ConfigurationException;
import dev.chancery.internal.store.BackendKeyStore;
import dev.chancery.internal.store.FakeBackend;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyState;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.rotation.RotationPolicy;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class InventoryFileTest {

    @TempDir
    Path directory;

    private final MovingClock clock = new MovingClock();
    private Path file;
    private BackendKeyStore store;

    /** Stands still until it is told. */
    private static final class MovingClock extends Clock {
        private volatile Instant now = Instant.parse("2026-11-23T12:00:00Z");

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    @BeforeEach
    void openStore() {
        file = directory.resolve("key-inventory.csv");
        store = new FakeBackend()
                .open(KeyStoreOptions.builder()
                        .clock(clock)
                        .stateTtl(Duration.ZERO)
                        .build());
        store.addListener(new InventoryFile(store, file, clock));
    }

    private void assertCurrent() throws IOException {
        assertThat(file).hasContent(Inventory.of(store, clock).csv());
    }

    @Test
    void every_change_is_in_the_file_at_once() throws IOException {
        KeyMetadata loose = store.generate(KeyRequest.of(KeySpec.ED25519, "loose"));
        assertThat(Files.readString(file)).contains("loose,ED25519,255,2026-11-23,active");
        store.changeState(loose.id(), KeyState.SUSPENDED, "audit");
        assertThat(Files.readString(file)).contains("loose,ED25519,255,2026-11-23,suspended");
        store.compromise(loose.id(), CompromisedSince.UNKNOWN, "stolen");
        assertThat(Files.readString(file)).contains("loose,ED25519,255,2026-11-23,compromised");

        store.generate(KeyRequest.builder(KeySpec.EC_P256).ring("codes").build());
        assertCurrent();
        clock.now = clock.now.plus(Duration.ofDays(400));
        store.ring("codes").rotateIfDue(RotationPolicy.PRODUCTION);
        assertCurrent();
        clock.now = clock.now.plus(Duration.ofDays(1));
        store.ring("codes").rotateIfDue(RotationPolicy.PRODUCTION); // notes that the overlap is over
        assertThat(Files.readString(file)).contains(",archived,codes,1,").contains(",active,codes,2,");
        clock.now = clock.now.plus(Duration.ofDays(360));
        // Publishes the next key ahead of its time.
        store.ring("codes").rotateIfDue(RotationPolicy.PRODUCTION.withLeadTime(Duration.ofDays(30)));
        assertThat(Files.readString(file)).contains(",pre-active,codes,3,");
        assertCurrent();
    }

    @Test
    void the_file_is_for_everybody_to_read_and_leaves_no_other_behind() throws IOException {
        store.generate(KeyRequest.of(KeySpec.ED25519, "one"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-r--r--");
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder("key-inventory.csv", ".key-inventory.csv.lock");
        }
    }

    @Test
    void a_symbolic_link_is_replaced_and_not_followed() throws IOException {
        Path elsewhere = Files.writeString(directory.resolve("elsewhere"), "precious");
        Files.createSymbolicLink(file, elsewhere);
        store.generate(KeyRequest.of(KeySpec.ED25519, "one"));
        assertThat(file).isRegularFile().content().contains("one,");
        assertThat(Files.isSymbolicLink(file)).isFalse();
        assertThat(elsewhere).hasContent("precious");
    }

    @Test
    void a_lock_that_is_a_symbolic_link_is_refused() throws IOException {
        Path elsewhere = directory.resolve("elsewhere");
        Files.createSymbolicLink(directory.resolve(".key-inventory.csv.lock"), elsewhere);
        assertThatThrownBy(() -> new InventoryFile(store, file, clock).update())
                .isInstanceOf(ConfigurationException.class);
        assertThat(elsewhere).doesNotExist();
    }

    @Test
    void a_directory_that_is_not_there_is_named_and_fails_no_key() {
        Path nowhere = directory.resolve("no/inventory.csv");
        assertThatThrownBy(() -> new InventoryFile(store, nowhere, clock).update())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContainingAll(nowhere.toString(), "fake:", "CHANCERY_INVENTORY");
        store.addListener(new InventoryFile(store, nowhere, clock));
        assertThat(store.generate(KeyRequest.of(KeySpec.ED25519, "one")).id()).hasToString("one");
    }

    @Test
    void an_interrupted_thread_writes_all_the_same_and_stays_interrupted() throws IOException {
        Thread.currentThread().interrupt();
        new InventoryFile(store, file, clock).update();
        assertThat(Thread.interrupted()).isTrue();
        assertCurrent();
    }

    @Test
    void another_application_in_this_jvm_that_holds_the_lock_is_waited_for() throws Exception {
        InventoryFile inventory = new InventoryFile(store, file, clock);
        Thread writer = new Thread(inventory::update);
        try (FileChannel channel = FileChannel.open(
                        directory.resolve(".key-inventory.csv.lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
                FileLock elsewhere = channel.lock()) {
            writer.start();
            while (writer.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
            assertThat(elsewhere.isValid()).isTrue();
            assertThat(file).doesNotExist();
        }
        writer.join();
        assertCurrent();
    }

    @Test
    void what_a_writer_that_died_left_is_removed() throws IOException {
        Files.writeString(directory.resolve(".key-inventory.csv.lock"), "w");
        Path leftover = Files.createFile(directory.resolve(".key-inventory.csv.0123456789ab.tmp"));
        Path foreign = Files.createFile(directory.resolve(".message.sig.0123456789ab.tmp"));
        new InventoryFile(store, file, clock).update();
        assertThat(leftover).doesNotExist();
        assertThat(foreign).exists();
    }

    @Test
    void threads_and_stores_take_turns_and_the_last_one_has_seen_all() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> done = new ArrayList<>();
            for (int n = 0; n < 40; n++) {
                String name = "key-" + n;
                done.add(threads.submit(() -> store.generate(KeyRequest.of(KeySpec.ED25519, name))));
            }
            for (Future<?> each : done) {
                each.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertCurrent();
        assertThat(Files.readAllLines(file)).hasSize(41);
    }
}
