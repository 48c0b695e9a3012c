package dev.chancery.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.rotation.RotationPolicy;
import dev.chancery.spi.KeyStoreProvider;
import dev.chancery.testkit.faults.BackendCall;
import dev.chancery.testkit.faults.CallLog;
import dev.chancery.testkit.faults.FaultyKeyStoreProvider;
import dev.chancery.testkit.memory.FieldwiseMemoryProvider;
import dev.chancery.testkit.memory.LockedMemoryProvider;
import dev.chancery.testkit.store.SettableClock;
import dev.chancery.testkit.store.StoreUnderTest;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a ring's rotation costs, however often it was rotated before: a place may take a tenth of a second for each call. */
class CallsOfARotationTest {
    private static final String RING = "sign";
    private static final int MOST_OF_A_ROTATION = 12;
    private static final int MOST_WHERE_NOT_DUE = 3;
    private static final RotationPolicy YEARLY = RotationPolicy.PRODUCTION;

    private final SettableClock clock = new SettableClock(StoreUnderTest.START);
    private final CallLog log = new CallLog();

    static Stream<Arguments> rings() {
        return Stream.of(new LockedMemoryProvider(), new FieldwiseMemoryProvider())
                .flatMap(provider -> Stream.of(1, 30)
                        .flatMap(days -> Stream.of(2, 6)
                                .flatMap(generation -> Stream.of(true, false)
                                        .map(warm ->
                                                Arguments.of(provider.scheme(), provider, days, generation, warm)))));
    }

    @ParameterizedTest(name = "{0}, each {2} days after the one before, to generation {3}, warm: {4}")
    @MethodSource("rings")
    void a_rotation_costs_the_same_at_each_generation(
            String shape, KeyStoreProvider provider, int days, int generation, boolean warm) {
        KeyStore keys = storeWithRing(provider, Duration.ofDays(days), generation - 1, warm);
        clock.advance(Duration.ofDays(days));
        log.takeCalls();

        assertThat(keys.ring(RING).rotate(YEARLY).generation()).isEqualTo(generation);

        assertThat(calls()).hasSizeLessThanOrEqualTo(MOST_OF_A_ROTATION).doesNotContain("list");
    }

    @ParameterizedTest(name = "{0}, each {2} days after the one before, at generation {3}, warm: {4}")
    @MethodSource("rings")
    void a_rotation_that_is_not_due_costs_next_to_nothing(
            String shape, KeyStoreProvider provider, int days, int generation, boolean warm) {
        KeyStore keys = storeWithRing(provider, Duration.ofDays(days), generation, warm);
        log.takeCalls();

        assertThat(keys.ring(RING).rotateIfDue(YEARLY).generation()).isEqualTo(generation);

        assertThat(calls()).hasSizeLessThanOrEqualTo(MOST_WHERE_NOT_DUE).doesNotContain("list");
    }

    /** The store that has made a ring and rotated it, or one that was opened since. */
    private KeyStore storeWithRing(KeyStoreProvider provider, Duration apart, int generation, boolean warm) {
        String uri = FaultyKeyStoreProvider.uri(provider, provider.scheme() + ":" + UUID.randomUUID(), log);
        KeyStore keys = open(uri);
        keys.generate(KeyRequest.builder(KeySpec.EC_P256).ring(RING).build());
        for (int i = 1; i < generation; i++) {
            clock.advance(apart);
            keys.ring(RING).rotate(YEARLY);
        }
        return warm ? keys : open(uri);
    }

    /** Nothing is read again for its age; the overlaps of rotations end after two days. */
    private KeyStore open(String uri) {
        return KeyStores.open(
                uri,
                KeyStoreOptions.builder()
                        .clock(clock)
                        .stateTtl(Duration.ofDays(1))
                        .build());
    }

    private List<String> calls() {
        return log.takeCalls().stream().map(BackendCall::name).toList();
    }
}
