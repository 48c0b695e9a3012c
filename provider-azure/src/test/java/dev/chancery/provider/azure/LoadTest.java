package dev.chancery.provider.azure;

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
import dev.chancery.testkit.witness.ChildJava;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Load: what throttling costs, and how much is on its way at once. */
class LoadTest {
    private static final KeyStoreOptions PATIENT =
            FakeKeyVault.options().toBuilder().stateTtl(Duration.ofHours(1)).build();

    private final FakeKeyVault vault = new FakeKeyVault();

    @AfterEach
    void close() {
        vault.close();
    }

    private KeyId key(KeySpec spec) {
        try (KeyStore store = KeyStores.open(vault.uri(""), FakeKeyVault.options())) {
            return store.generate(KeyRequest.of(spec, "invoices")).id();
        }
    }

    /** One caller and a fixed sequence of throttled requests, so that the figures are the same each time. */
    @Test
    @Tag("one-jdk")
    void at_twenty_per_cent_throttling_little_more_is_sent_and_few_calls_fail() {
        KeyId id = key(KeySpec.EC_P256);
        int calls = 100;
        int failed = 0;
        try (KeyStore store = KeyStores.open(vault.uri(""), PATIENT)) {
            Signer signer = store.signer(id);
            vault.forgetRequests();
            vault.retryAfter = 0;
            vault.faults().throttle(0.2);
            for (int i = 0; i < calls; i++) {
                try {
                    signer.sign(new byte[] {1});
                } catch (StoreUnavailableException e) {
                    failed++;
                }
            }
        }

        System.err.printf(
                "At 20 %% throttling: %d calls, %d requests, %d failed.%n", calls, vault.requests("sign"), failed);
        assertThat(vault.requests("sign")).isBetween((int) (1.1 * calls), (int) (1.4 * calls));
        assertThat(failed).isLessThanOrEqualTo(2);
    }

    /** Two signatures of RSA-4096 and no more: the third waits, one of P-256 does not. */
    @Test
    @Tag("one-jdk")
    void a_quota_is_of_one_kind_of_key() {
        KeyId large = key(KeySpec.RSA_4096);
        KeyId small;
        vault.retryAfter = 60;
        try (KeyStore store = KeyStores.open(vault.uri(""), PATIENT)) {
            small = store.generate(KeyRequest.of(KeySpec.EC_P256, "contracts")).id();
            Signer limited = store.signer(large);
            Signer other = store.signer(small);
            vault.keys().quotas.put("RSA 4096", new AtomicInteger(2));

            limited.sign(new byte[1]);
            limited.sign(new byte[1]);
            assertThatThrownBy(() -> limited.sign(new byte[1]))
                    .isInstanceOfSatisfying(
                            StoreUnavailableException.class,
                            e -> assertThat(e.retryAfter()).isPresent());
            assertThat(other.sign(new byte[1]).keyId()).isEqualTo(small);
        }
    }

    @Test
    @Tag("one-jdk")
    void the_cap_on_calls_in_flight_holds_and_a_wait_has_an_end() throws Exception {
        KeyId id = key(KeySpec.EC_P256);
        vault.faults().delayMillis = 1500;
        try (KeyStore store = KeyStores.open(vault.uri("&inflight=1&deadline=1"), PATIENT)) {
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
        assertThat(vault.problems()).isEmpty();
    }

    /** What the child process runs, which has two carrier threads: a lock that pins them would leave none. */
    static final class SignsOnVirtualThreads {
        private SignsOnVirtualThreads() {}

        public static void main(String[] arguments) throws Exception {
            try (FakeKeyVault vault = new FakeKeyVault();
                    KeyStore store = KeyStores.open(vault.uri("&deadline=120"), PATIENT)) {
                Signer signer = store.signer(store.generate(KeyRequest.of(KeySpec.EC_P256, "invoices"))
                        .id());
                vault.faults().delayMillis = 20;
                var unused = Together.runOnVirtualThreads(Collections.nCopies(1000, () -> signer.sign(new byte[] {1})));
                System.out.println("All are signed.");
            }
        }
    }

    @Test
    @Tag("virtual-threads")
    void a_thousand_signatures_in_flight_finish_on_two_carrier_threads() {
        assertThat(ChildJava.run(ChildJava.TWO_CARRIERS, SignsOnVirtualThreads.class))
                .contains("All are signed.");
    }
}
