package dev.chancery.provider.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.Signer;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.key.KeyId;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.testkit.store.Together;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Load: what throttling costs, how much is on its way at once, and how fast it goes out. */
class LoadTest {
    private static final KeyStoreOptions PATIENT =
            FakeKms.options().toBuilder().stateTtl(Duration.ofHours(1)).build();

    private final FakeKms kms = new FakeKms();

    @AfterEach
    void close() {
        kms.close();
    }

    private KeyId key() {
        try (KeyStore store = KeyStores.open(kms.uri(""), FakeKms.options())) {
            return store.generate(KeyRequest.of(KeySpec.EC_P256, "invoices")).id();
        }
    }

    /** The fault is the quota's, whose rate the process learns; {@code benchmarks/throttling} counts a longer run. */
    @Test
    @Tag("one-jdk")
    void at_a_fixed_quota_no_call_fails_and_few_are_refused() throws Exception {
        KeyId id = key();
        int calls = 400;
        try (KeyStore store = KeyStores.open(kms.uri(""), PATIENT)) {
            Signer signer = store.signer(id);
            kms.forgetRequests();
            kms.faults().quota("Sign", 100);
            ExecutorService threads = Executors.newFixedThreadPool(4);
            List<Future<byte[]>> running = new ArrayList<>();
            for (int i = 0; i < calls; i++) {
                running.add(threads.submit(() -> signer.sign(new byte[] {1}).value()));
            }
            for (Future<byte[]> signature : running) {
                assertThat(signature.get()).isNotEmpty();
            }
            threads.shutdown();
        }

        assertThat(kms.requests("Sign")).isBetween(calls, (int) (1.15 * calls));
    }

    /** A fixed sequence of throttled requests, so that the figures are the same each time. */
    @Test
    @Tag("one-jdk")
    void at_twenty_per_cent_throttling_a_quarter_more_is_sent_and_no_call_fails() {
        KeyId id = key();
        int calls = 40;
        try (KeyStore store = KeyStores.open(kms.uri(""), PATIENT)) {
            Signer signer = store.signer(id);
            kms.forgetRequests();
            kms.faults().throttle(0.2);
            for (int i = 0; i < calls; i++) {
                assertThat(signer.sign(new byte[] {1}).value()).isNotEmpty();
            }
        }

        assertThat(kms.requests("Sign")).isBetween((int) (1.15 * calls), (int) (1.4 * calls));
    }

    @Test
    @Tag("one-jdk")
    void the_cap_on_calls_in_flight_holds_and_a_wait_has_an_end() throws Exception {
        KeyId id = key();
        kms.faults().delayMillis = 1500;
        try (KeyStore store = KeyStores.open(kms.uri("&inflight=1&deadline=1"), PATIENT)) {
            ExecutorService threads = Executors.newFixedThreadPool(3);
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                running.add(threads.submit(() -> store.get(id)));
            }
            for (Future<?> call : running) {
                assertThatThrownBy(call::get).hasCauseInstanceOf(StoreUnavailableException.class);
            }
            threads.shutdown();
        }
        assertThat(kms.problems()).isEmpty();
    }

    /** 64 on their way at once, each 20 ms: none holds a carrier thread. */
    @Test
    @Tag("virtual-threads")
    void a_thousand_signatures_in_flight_on_virtual_threads_pin_nothing(@TempDir Path directory) throws Exception {
        KeyId id = key();
        kms.faults().delayMillis = 20;
        Path file = directory.resolve("pinned.jfr");
        try (KeyStore store = KeyStores.open(kms.uri("&deadline=120"), PATIENT);
                Recording recording = new Recording()) {
            Signer signer = store.signer(id);
            recording.enable("jdk.VirtualThreadPinned").withThreshold(Duration.ofMillis(1));
            Callable<byte[]> task = () -> signer.sign(new byte[] {1}).value();
            var unused = Together.runOnVirtualThreads(List.of(task)); // the JDK initialises classes, which pins once
            recording.start();
            assertThat(Together.runOnVirtualThreads(Collections.nCopies(1000, task)))
                    .allSatisfy(signature -> assertThat(signature).isNotEmpty());
            recording.stop();
            recording.dump(file);
        }
        assertThat(ofOurs(file)).isEmpty();
    }

    /** What counts is waiting for an answer. */
    private static List<RecordedEvent> ofOurs(Path file) throws IOException {
        assertThat(Files.size(file)).isPositive();
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getStackTrace() != null
                        && event.getStackTrace().getFrames().stream()
                                .anyMatch(frame ->
                                        frame.getMethod().getType().getName().contains("NioSocketImpl")))
                .toList();
    }
}
