package dev.chancery.provider.pkcs11;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyAttributes;
import dev.chancery.KeyOrigin;
import dev.chancery.KeyState;
import dev.chancery.StoreUnavailableException;
import dev.chancery.spi.support.WriterLock;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records in a directory: a writer that was overtaken writes nothing. */
class DirectoryRecordsTest {
    private static final TokenSession NO_TOKEN = null;
    private static final TokenKeyId ID = TokenKeyId.parse("invoices:0a0b");
    private static final KeyRecord FIRST = KeyRecord.halfMade(
            ID,
            KeyAttributes.builder(KeyState.ACTIVE, Instant.parse("2026-11-29T12:00:00Z"), KeyOrigin.GENERATED)
                    .build());

    @TempDir
    private Path directory;

    private static KeyRecord labelled(KeyRecord record, String label) {
        return record.with(record.attributes().toBuilder().label(label, "there").build());
    }

    @Test
    void a_record_takes_the_place_of_a_lower_revision_only() {
        DirectoryRecords records = new DirectoryRecords(directory);
        KeyRecord second = labelled(FIRST, "second");

        assertThat(records.put(NO_TOKEN, FIRST)).isEmpty();
        assertThat(records.put(NO_TOKEN, second)).isEmpty();
        assertThat(records.put(NO_TOKEN, FIRST)).contains(second);
        assertThat(records.put(NO_TOKEN, labelled(FIRST, "rival"))).contains(second);

        assertThat(records.find(NO_TOKEN, ID)).contains(second);
    }

    @Test
    void no_change_of_many_writers_is_lost() throws Exception {
        int writers = 4;
        int changes = 10;
        new DirectoryRecords(directory).put(NO_TOKEN, FIRST);
        ExecutorService threads = Executors.newFixedThreadPool(writers);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int writer = 0; writer < writers; writer++) {
                String name = "writer-" + writer + "-";
                running.add(threads.submit(() -> {
                    for (int i = 0; i < changes; i++) {
                        add(name + i);
                    }
                }));
            }
            for (Future<?> writer : running) {
                writer.get();
            }
        } finally {
            threads.shutdownNow();
        }

        KeyRecord last = new DirectoryRecords(directory).find(NO_TOKEN, ID).orElseThrow();
        assertThat(last.attributes().labels()).hasSize(writers * changes);
    }

    private void add(String label) {
        DirectoryRecords records = new DirectoryRecords(directory);
        Optional<KeyRecord> standing = records.find(NO_TOKEN, ID);
        while (standing.isPresent()) {
            standing = records.put(NO_TOKEN, labelled(standing.get(), label));
        }
    }

    @Test
    void an_interrupted_writer_writes_all_the_same() {
        Thread.currentThread().interrupt();

        new DirectoryRecords(directory).put(NO_TOKEN, FIRST);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(new DirectoryRecords(directory).find(NO_TOKEN, ID)).contains(FIRST);
    }

    /** What the test below starts: another process that keeps the lock until its input ends. */
    static final class Holder {
        private Holder() {}

        public static void main(String[] arguments) throws IOException {
            try (FileChannel channel = FileChannel.open(
                            Path.of(arguments[0]), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock held = channel.lock()) {
                System.out.println(held.isValid());
                System.in.read();
            }
        }
    }

    @Test
    void a_directory_that_another_process_keeps_locked_is_an_error_in_the_end() throws Exception {
        WriterLock lock = new WriterLock(directory.resolve(".lock"), Duration.ofMillis(50));
        Process holder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        directory.resolve(".lock").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            assertThat(holder.inputReader().readLine()).isEqualTo("true");

            assertThatThrownBy(() -> lock.hold(any -> true))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining(directory.toString());
        } finally {
            holder.getOutputStream().close();
        }

        assertThat(holder.waitFor()).isZero();
        assertThat(lock.<Boolean>hold(any -> true)).isTrue();
    }
}
