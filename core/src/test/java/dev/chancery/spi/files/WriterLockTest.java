package dev.chancery.spi.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.error.StoreUnavailableException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class WriterLockTest {
    @TempDir
    private Path temp;

    private Path file;
    private WriterLock lock;

    @BeforeEach
    void nameTheLock() {
        file = temp.resolve(".lock");
        lock = new WriterLock(file, Duration.ofSeconds(30));
    }

    /** Another process: says whether it could lock the file, and keeps it locked until its input ends. */
    static final class Other {
        public static void main(String[] arguments) throws IOException {
            try (FileChannel channel = FileChannel.open(
                            Path.of(arguments[0]), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock held = channel.tryLock()) {
                System.out.println(held != null);
                System.in.read();
            }
        }

        static Process start(Path file) throws IOException {
            return new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-XX:+UseSerialGC",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Other.class.getName(),
                            file.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        }

        static boolean canLock(Path file) throws IOException, InterruptedException {
            Process other = start(file);
            String answer = other.inputReader().readLine();
            other.getOutputStream().close();
            assertThat(other.waitFor()).isZero();
            return Boolean.parseBoolean(answer);
        }
    }

    @Test
    void the_file_is_locked_for_other_processes_while_a_writer_works_and_then_is_empty() throws Exception {
        assertThat(lock.<Boolean>hold(afterFailure -> canLock())).isFalse();
        assertThat(Other.canLock(file)).isTrue();
        assertThat(file).isEmptyFile();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    private boolean canLock() throws IOException {
        try {
            return Other.canLock(file);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Test
    void a_lock_that_another_process_keeps_is_an_error_in_the_end() throws Exception {
        Process other = Other.start(file);
        try {
            assertThat(other.inputReader().readLine()).isEqualTo("true");
            assertThatThrownBy(() -> new WriterLock(file, Duration.ofMillis(50)).hold(afterFailure -> file))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContainingAll(temp.toString(), ".lock", "Nothing was changed");
        } finally {
            other.getOutputStream().close();
        }
        assertThat(other.waitFor()).isZero();
        assertThat(lock.<Path>hold(afterFailure -> file)).isEqualTo(file);
    }

    @Test
    void a_lock_that_another_thread_keeps_is_an_error_in_the_end_whatever_the_interrupts() throws Exception {
        ExecutorService hurried = Executors.newSingleThreadExecutor();
        Boolean interrupted = lock.hold(afterFailure -> {
            Future<Boolean> waiting = hurried.submit(() -> {
                Thread.currentThread().interrupt();
                assertThatThrownBy(() -> new WriterLock(file, Duration.ofMillis(20)).hold(any -> file))
                        .isInstanceOf(StoreUnavailableException.class)
                        .hasMessageContainingAll("Another thread", temp.toString(), "Nothing was changed");
                return Thread.interrupted();
            });
            try {
                return waiting.get();
            } catch (InterruptedException | java.util.concurrent.ExecutionException e) {
                throw new IOException(e);
            }
        });
        hurried.shutdown();
        assertThat(interrupted).isTrue();
    }

    @Test
    void another_application_in_this_jvm_keeps_its_lock_though_others_gave_up_on_it() throws Exception {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock elsewhere = channel.lock()) {
            assertThatThrownBy(() -> new WriterLock(file, Duration.ofMillis(20)).hold(afterFailure -> file))
                    .isInstanceOf(StoreUnavailableException.class);
            assertThat(elsewhere.isValid()).isTrue();
            assertThat(Other.canLock(file)).isFalse();
        }
        assertThat(lock.<Path>hold(afterFailure -> file)).isEqualTo(file);
    }

    @Test
    void who_follows_a_writer_that_failed_is_told_once() throws IOException {
        List<Boolean> told = new ArrayList<>();
        lock.hold(told::add);
        assertThatThrownBy(() -> lock.hold(afterFailure -> {
                    throw new IOException("broken off");
                }))
                .hasMessage("broken off");
        lock.hold(told::add);
        lock.hold(told::add);
        assertThat(told).containsExactly(false, true, false);
    }

    @Test
    void threads_take_turns_whatever_they_call_the_directory() throws Exception {
        Path link = Files.createSymbolicLink(temp.resolve("link"), temp);
        Path counter = Files.writeString(temp.resolve("counter"), "0");
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int n = 0; n < 200; n++) {
                WriterLock each = new WriterLock((n % 2 == 0 ? temp : link).resolve(".lock"), Duration.ofSeconds(30));
                running.add(threads.submit(() -> each.hold(afterFailure -> {
                    int count = Integer.parseInt(Files.readString(counter));
                    return Files.writeString(counter, String.valueOf(count + 1));
                })));
            }
            for (Future<?> each : running) {
                each.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(counter).hasContent("200");
    }

    @Test
    void a_writer_may_ask_for_its_own_lock_again() throws Exception {
        assertThat(lock.<Boolean>hold(afterFailure -> lock.hold(again -> !canLock())))
                .isTrue();
        assertThat(Other.canLock(file)).isTrue();
    }

    @Test
    void an_interrupt_before_waits_until_the_work_is_done() throws IOException {
        Thread.currentThread().interrupt();
        assertThat(lock.<Boolean>hold(afterFailure -> Thread.currentThread().isInterrupted()))
                .isFalse();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(file).isEmptyFile();
    }

    @Test
    void an_interrupt_during_the_work_neither_unlocks_nor_is_lost() throws IOException {
        assertThat(lock.<Boolean>hold(afterFailure -> {
                    Thread.currentThread().interrupt();
                    return lock.hold(again -> FileContent.read(file, 1).bytes().length == 1);
                }))
                .isTrue();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(lock.<Boolean>hold(afterFailure -> afterFailure)).isFalse();
    }

    @Test
    void an_interrupt_while_waiting_does_not_end_the_waiting() throws Exception {
        Process other = Other.start(file);
        assertThat(other.inputReader().readLine()).isEqualTo("true");
        List<Boolean> interrupted = new ArrayList<>();
        Thread waiting = new Thread(() -> {
            try {
                lock.hold(afterFailure -> file);
                interrupted.add(Thread.currentThread().isInterrupted());
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        waiting.start();
        while (waiting.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        waiting.interrupt();
        other.getOutputStream().close();
        waiting.join();
        assertThat(interrupted).containsExactly(true);
        assertThat(other.waitFor()).isZero();
    }

    @Test
    void a_symbolic_link_is_refused() throws IOException {
        Files.createSymbolicLink(file, temp.resolve("elsewhere"));
        assertThatThrownBy(() -> lock.hold(afterFailure -> file)).isInstanceOf(IOException.class);
        assertThat(temp.resolve("elsewhere")).doesNotExist();
    }
}
