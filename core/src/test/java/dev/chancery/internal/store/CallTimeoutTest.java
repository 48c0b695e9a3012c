package dev.chancery.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.CompromiseReport;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyState;
import dev.chancery.rotation.RotationPolicy;
import dev.chancery.spi.Traits;
import dev.chancery.spi.support.Deadline;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One call of the application has one time, however many steps it takes. Here each step takes longer than the whole call may. */
class CallTimeoutTest {
    private static final Duration LONG = Duration.ofHours(1);
    private static final RotationPolicy POLICY = RotationPolicy.PRODUCTION;

    private final FakeBackend backend = new FakeBackend();
    private final FakeStore patient = new FakeStore(backend, options -> options);
    private final KeyMetadata key = patient.keyInRing("release-1", "release");
    private FakeStore hurried;

    @BeforeEach
    void aStoreWhoseCallsHaveAMillisecond() {
        backend.traits = Traits.ofRemotePlace()
                .writes(Traits.Writes.COMPARED)
                .settle(Duration.ZERO)
                .callTimeout(Duration.ofMillis(1))
                .build();
        hurried = new FakeStore(backend, options -> options);
        backend.calls.clear();
        backend.beforeRead = CallTimeoutTest::useUpTheTime;
    }

    /** A step that counts takes as long as the call may; what does not count is quick. */
    private static void useUpTheTime() {
        Deadline deadline = Deadline.in(LONG);
        if (deadline.left().compareTo(Duration.ofMinutes(1)) < 0) {
            deadline.sleep(LONG);
        }
    }

    @Test
    void a_call_that_has_used_up_its_time_takes_no_further_step() {
        assertThatThrownBy(() -> hurried.keys.changeState(key.id(), KeyState.SUSPENDED, "a drill"))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("the steps of one call");

        assertThat(backend.calls).hasSize(1);
    }

    @Test
    void the_next_call_begins_with_all_its_time() {
        assertThatThrownBy(() -> hurried.keys.ring("release").rotate(POLICY))
                .isInstanceOf(StoreUnavailableException.class);

        backend.beforeRead = () -> {};

        assertThat(patient.keys.ring("release").rotate(POLICY).generation()).isEqualTo(2);
    }

    @Test
    void a_mark_of_compromise_is_written_though_the_time_is_used_up() {
        CompromiseReport report = hurried.keys.compromise(key.id(), CompromisedSince.UNKNOWN, "found in a log");

        assertThat(report.steps().get(0).done()).isTrue();
        assertThat(report.replacement()).as("there was no time for one").isEmpty();
        assertThat(report.leftToDo()).anyMatch(todo -> todo.contains("ring"));
        assertThat(patient.keys.get(key.id()).state()).isEqualTo(KeyState.COMPROMISED);
    }
}
