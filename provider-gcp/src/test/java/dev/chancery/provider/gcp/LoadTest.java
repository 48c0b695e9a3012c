package dev.chancery.provider.gcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm;
import com.google.cloud.kms.v1.ProtectionLevel;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.Signer;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.key.KeyId;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.testkit.store.Together;
import dev.chancery.testkit.witness.ChildJava;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Load: what throttling costs, how much is on its way at once, and what is left when a store is closed. */
class LoadTest {
    private static final KeyStoreOptions PATIENT = KeyStoreOptions.builder()
            .environment(Map.of())
            .stateTtl(Duration.ofHours(1))
            .build();

    private final FakeKms kms = new FakeKms();

    @AfterEach
    void close() {
        kms.close();
        assertThat(kms.problems()).isEmpty();
    }

    private KeyId key() {
        return kms.make("theirs", CryptoKeyVersionAlgorithm.EC_SIGN_P256_SHA256, ProtectionLevel.SOFTWARE);
    }

    /** One caller and a fixed sequence of throttled requests, so that the figures are the same each time. */
    @Test
    @Tag("one-jdk")
    void at_twenty_per_cent_throttling_little_more_is_sent_and_few_calls_fail() {
        int calls = 100;
        int failed = 0;
        try (KeyStore store = KeyStores.open(kms.uri(""), PATIENT)) {
            Signer signer = store.signer(key());
            kms.forgetRequests();
            kms.faults().throttle(0.2);
            for (int i = 0; i < calls; i++) {
                try {
                    signer.sign(new byte[] {1});
                } catch (StoreUnavailableException e) {
                    failed++;
                }
            }
        }
        System.err.printf(
                "At 20 %% throttling: %d calls, %d requests, %d failed.%n",
                calls, kms.requests("AsymmetricSign"), failed);
        assertThat(kms.requests("AsymmetricSign")).isBetween((int) (1.1 * calls), (int) (1.5 * calls));
        assertThat(failed).isLessThanOrEqualTo(2);
    }

    @Test
    @Tag("one-jdk")
    void the_cap_on_calls_in_flight_holds_and_a_wait_has_an_end() throws Exception {
        KeyId id = key();
        try (KeyStore store = KeyStores.open(kms.uri("&inflight=1&deadline=1"), PATIENT)) {
            kms.faults().delayMillis = 1500;
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
    }

    /** The most that was on its way at once tells, not the time. */
    @Test
    @Tag("one-jdk")
    void a_list_asks_for_many_keys_at_once_and_never_for_more_than_the_cap() {
        IntStream.range(0, 12)
                .forEach(i ->
                        kms.make("key-" + i, CryptoKeyVersionAlgorithm.EC_SIGN_P256_SHA256, ProtectionLevel.SOFTWARE));
        try (KeyStore store = KeyStores.open(kms.uri("&inflight=4"), PATIENT)) {
            kms.faults().delayMillis = 20;
            assertThat(store.list()).hasSize(12);
        }
        assertThat(kms.mostAtOnce()).isBetween(2, 4);
    }

    /** What the child process runs, which has two carrier threads: a lock that pins them would leave none. */
    static final class SignsOnVirtualThreads {
        private SignsOnVirtualThreads() {}

        public static void main(String[] arguments) throws Exception {
            try (KeyStore store = KeyStores.open(arguments[0], PATIENT)) {
                Signer signer = store.signer(new KeyId("theirs/1"));
                var unused = Together.runOnVirtualThreads(Collections.nCopies(1000, () -> signer.sign(new byte[] {1})));
                System.out.println("All are signed.");
            }
        }
    }

    @Test
    @Tag("virtual-threads")
    void a_thousand_signatures_in_flight_finish_on_two_carrier_threads() {
        key();
        kms.faults().delayMillis = 20;
        assertThat(ChildJava.run(ChildJava.TWO_CARRIERS, SignsOnVirtualThreads.class, kms.uri("&deadline=120")))
                .contains("All are signed.");
        assertThat(kms.requests("AsymmetricSign")).isEqualTo(1000);
    }

    /** What another child process runs: opens stores, closes them, and waits until their threads are gone. */
    static final class ClosesStores {
        private static final Duration LONGEST = Duration.ofSeconds(30);

        private ClosesStores() {}

        public static void main(String[] arguments) throws InterruptedException {
            for (int i = 0; i < 3; i++) {
                try (KeyStore store = KeyStores.open(arguments[0], PATIENT)) {
                    store.signer(new KeyId("theirs/1")).sign(new byte[] {1});
                    System.out.println("At work: " + ofStores().isEmpty());
                }
            }
            long started = System.nanoTime();
            while (!ofStores().isEmpty() && System.nanoTime() - started < LONGEST.toNanos()) {
                Thread.sleep(50);
            }
            System.out.println("Left: " + ofStores());
        }

        private static List<String> ofStores() {
            return Thread.getAllStackTraces().keySet().stream()
                    .map(Thread::getName)
                    .filter(name -> name.matches("(?i).*(grpc|gax|chancery|google|netty).*"))
                    .toList();
        }
    }

    @Test
    @Tag("one-jdk")
    void no_thread_is_left_when_stores_are_closed() {
        key();
        assertThat(ChildJava.run(List.of(), ClosesStores.class, kms.uri("")))
                .contains("At work: false", "Left: []")
                .doesNotContain("At work: true");
    }
}
