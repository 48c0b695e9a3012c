package dev.chancery.testkit.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.KeyStore;
import dev.chancery.error.ChanceryException;
import dev.chancery.key.KeyState;
import dev.chancery.testkit.faults.BackendCall;
import dev.chancery.testkit.faults.Fault;
import dev.chancery.testkit.faults.Interleaving;
import dev.chancery.testkit.faults.StaleReads;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Two instances that act on one key and its ring at once. Each in its turn acts until it is about to make a certain change, or waits for the
 * place to settle; every combination of the two changes is tried.
 */
class TwoInstancesTest {
    private static final List<Act> ACTS =
            List.of(Act.SUSPEND, Act.RESUME, Act.DEACTIVATE, Act.COMPROMISE, Act.DESTROY, Act.ROTATE);

    static Stream<Arguments> pairs() {
        return ACTS.stream().flatMap(one -> ACTS.stream().map(other -> Arguments.of(one, other)));
    }

    static Stream<Arguments> pairsWhereTheLastWriterWins() {
        Set<Act> kept = EnumSet.of(Act.COMPROMISE, Act.ROTATE);
        return Stream.of(Shape.FIELDWISE, Shape.VERSIONED, Shape.BESIDE)
                .flatMap(shape -> ACTS.stream()
                        .flatMap(one -> ACTS.stream()
                                .filter(other -> kept.contains(one) || kept.contains(other))
                                .map(other -> Arguments.of(shape, one, other))));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void where_writers_compare_two_at_once_end_as_one_after_the_other(Act one, Act other) throws InterruptedException {
        for (KeyState from : EnumSet.of(one.from, other.from)) {
            Set<String> ends = new HashSet<>();
            ends.add(oneAfterTheOther(from, List.of(one, other)));
            ends.add(oneAfterTheOther(from, List.of(other, one)));
            if (one == other) {
                ends.add(oneAfterTheOther(from, List.of(one))); // both make one rotation
            }
            meetEverywhere(
                    Shape.LOCKED,
                    from,
                    one,
                    other,
                    false,
                    meeting -> assertThat(meeting.scene.describe())
                            .as(meeting.toString())
                            .isIn(ends));
        }
    }

    private static String oneAfterTheOther(KeyState from, List<Act> acts) {
        Meeting meeting = new Meeting(Shape.LOCKED, from);
        acts.forEach(act -> meeting.act(act, meeting.scene.open()));
        meeting.scene.passDay();
        return meeting.scene.describe();
    }

    @ParameterizedTest
    @MethodSource("pairsWhereTheLastWriterWins")
    void where_the_last_writer_wins_no_mark_is_lost_and_a_ring_has_one_current_key(Shape shape, Act one, Act other)
            throws InterruptedException {
        for (KeyState from : EnumSet.of(one.from, other.from)) {
            meetEverywhere(shape, from, one, other, false, TwoInstancesTest::requireMarkAndRing);
        }
    }

    @ParameterizedTest
    @MethodSource("pairsWhereTheLastWriterWins")
    void where_answers_lag_behind_no_mark_is_lost_and_a_ring_has_one_current_key(Shape shape, Act one, Act other)
            throws InterruptedException {
        for (KeyState from : EnumSet.of(one.from, other.from)) {
            meetEverywhere(shape, from, one, other, true, TwoInstancesTest::requireMarkAndRing);
        }
    }

    private static void requireMarkAndRing(Meeting meeting) {
        String end = meeting.scene.describe();
        if (meeting.done.contains(Act.COMPROMISE)) {
            assertThat(end)
                    .as(meeting.toString())
                    .containsPattern("first: (COMPROMISED|DESTROYED) since UNKNOWN refuses");
        }
        if (meeting.done.contains(Act.ROTATE) || meeting.done.contains(Act.COMPROMISE)) {
            assertThat(end).as(meeting.toString()).containsPattern("current: another of generation [23] signs");
        }
        assertThat(end).as(meeting.toString()).contains("unusable: 0");
    }

    private static void meetEverywhere(
            Shape shape, KeyState from, Act one, Act other, boolean stale, Consumer<Meeting> check)
            throws InterruptedException {
        boolean more = true;
        for (int a = 1; more; a++) {
            boolean moreOfOther = true;
            for (int b = 1; moreOfOther; b++) {
                Meeting meeting = new Meeting(shape, from);
                meeting.run(one, a, other, b, stale);
                check.accept(meeting);
                moreOfOther = meeting.otherWaited;
                more = meeting.oneWaited;
            }
        }
    }

    private static final class Meeting {
        final Turns turns = new Turns(Shapes.NOW);
        final Scene scene;
        final List<Act> done = new ArrayList<>();
        final List<String> failures = new ArrayList<>();
        String moments = "";
        boolean oneWaited;
        boolean otherWaited;

        Meeting(Shape shape, KeyState from) {
            scene = new Scene(shape, turns);
            Act.bring(scene, from);
            moments = shape + " " + from;
        }

        void run(Act one, int a, Act other, int b, boolean stale) throws InterruptedException {
            moments += ", " + one + " stops before change " + a + ", " + other + " before change " + b;
            Interleaving before = Interleaving.beforeChange(a, turns::handOver);
            Interleaving beforeOther = Interleaving.beforeChange(b, turns::handOver);
            Fault lag = stale ? StaleReads.missing(3, turns) : BackendCall::answer;
            KeyStore first = scene.open(before, lag);
            KeyStore second = scene.open(beforeOther, lag);
            turns.run(List.of(() -> act(one, first), () -> act(other, second)));
            oneWaited = before.hasHappened();
            otherWaited = beforeOther.hasHappened();
            scene.passDay();
        }

        /** Two acts may exclude each other. */
        void act(Act act, KeyStore keys) {
            try (keys) {
                act.run(keys, scene.first);
                done.add(act);
            } catch (ChanceryException | Error e) {
                failures.add(act + ": " + e);
            }
        }

        @Override
        public String toString() {
            return moments + "; done: " + done + "; failed: " + failures;
        }
    }
}
