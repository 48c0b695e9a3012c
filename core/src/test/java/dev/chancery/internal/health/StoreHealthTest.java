package dev.chancery.internal.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.KeyRequest;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.health.Finding;
import dev.chancery.health.HealthLevel;
import dev.chancery.health.HealthReport;
import dev.chancery.health.HealthStatus;
import dev.chancery.internal.jca.JcaProviders;
import dev.chancery.internal.lifecycle.Generations;
import dev.chancery.internal.state.RecordWriter;
import dev.chancery.internal.state.StoreContext;
import dev.chancery.internal.store.BackendKeyStore;
import dev.chancery.internal.store.FakeBackend;
import dev.chancery.key.KeyMetadata;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.rotation.RotationPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** A look that ends, whatever hangs. */
class StoreHealthTest {
    private static final Duration LONG_ENOUGH_TO_LOOK = Duration.ofSeconds(3);

    private final FakeBackend backend = new FakeBackend();
    private final KeyStoreOptions options = KeyStoreOptions.builder().build();
    private final BackendKeyStore store = backend.open(options);
    private final StoreContext context =
            new StoreContext(backend, options, new JcaProviders(List.of(), Optional.of("jdk")), System::nanoTime);
    private final StoreHealth health =
            new StoreHealth(context, store, Generations.of(context, new RecordWriter(context)), LONG_ENOUGH_TO_LOOK);

    @Test
    void a_place_that_hangs_is_down_and_keeps_no_caller_and_no_second_thread() throws InterruptedException {
        var unused = store.generate(KeyRequest.of(KeySpec.EC_P256, "key"));
        CountDownLatch hangs = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        backend.beforeRead = () -> {
            await(hangs);
            ended.countDown();
        };

        HealthReport first = health.report(HealthLevel.READ);
        HealthReport second = health.report(HealthLevel.READ);

        assertThat(first.findings()).anySatisfy(StoreHealthTest::tellsOfTheTime);
        assertThat(second.findings()).singleElement().satisfies(StoreHealthTest::tellsOfTheTime);
        hangs.countDown();
        ended.await();
    }

    @Test
    void a_rotation_during_the_look_takes_no_key_away() {
        var unused =
                store.generate(KeyRequest.builder(KeySpec.EC_P256).ring("ring").build());
        backend.beforeRead = () -> {
            if (backend.calls.contains("claims ring")) { // the keys are listed by now
                backend.beforeRead = () -> {};
                store.ring("ring").rotate(RotationPolicy.PRODUCTION);
            }
        };
        backend.calls.clear();

        assertThat(health.report(HealthLevel.SIGN).findings())
                .noneSatisfy(finding -> assertThat(finding.status()).isEqualTo(HealthStatus.DOWN))
                .anySatisfy(finding -> assertThat(finding.detail()).contains("may sign, generation 2"));
    }

    @Test
    void a_ring_that_is_made_during_the_look_is_not_lost() {
        var unused = store.generate(KeyRequest.of(KeySpec.EC_P256, "key"));
        List<KeyMetadata> made = new ArrayList<>();
        backend.beforeRead = () -> {
            if (backend.calls.contains("list")) { // the rings are read by now, and the keys are not
                backend.beforeRead = () -> {};
                made.add(store.generate(
                        KeyRequest.builder(KeySpec.EC_P256).ring("ring").build()));
            }
        };
        backend.calls.clear();

        assertThat(health.report(HealthLevel.SIGN).findings())
                .isNotEmpty()
                .noneSatisfy(finding -> assertThat(finding.status()).isEqualTo(HealthStatus.DOWN));
        assertThat(made).hasSize(1);
    }

    private static void tellsOfTheTime(Finding finding) {
        assertThat(finding.check()).isEqualTo("time");
        assertThat(finding.status()).isEqualTo(HealthStatus.DOWN);
        assertThat(finding.detail()).contains("fake:", "did not answer");
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
