package dev.chancery.testkit.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.KeyStore;
import dev.chancery.error.KeyExistsException;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.spi.support.PausingClock;
import dev.chancery.testkit.faults.CallLog;
import dev.chancery.testkit.faults.Crash;
import dev.chancery.testkit.faults.LostAnswer;
import dev.chancery.testkit.faults.StaleReads;
import dev.chancery.testkit.faults.StepGuard;
import dev.chancery.testkit.store.SettableClock;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Core's protocols on each shape of a place, with faults of the place and of the process. */
class FaultsOnCoreTest {
    private final PausingClock clock = new SettableClock(Shapes.NOW);

    static Stream<Arguments> actsOnShapes() {
        return Arrays.stream(Shape.values())
                .flatMap(shape -> Arrays.stream(Act.values()).map(act -> Arguments.of(shape, act)));
    }

    private Scene scene(Shape shape, Act act) {
        Scene scene = new Scene(shape, clock);
        Act.bring(scene, act.from);
        act.prepare(scene);
        return scene;
    }

    /** What the act comes to where nothing goes wrong, and how many changes it takes. */
    private record Undisturbed(String end, int changes) {}

    private Undisturbed undisturbed(Shape shape, Act act) {
        Scene scene = scene(shape, act);
        CallLog log = new CallLog();
        try (KeyStore keys = scene.open(log)) {
            act.run(keys, scene.first);
        }
        int changes = log.takeChanges();
        scene.passDay();
        return new Undisturbed(scene.describe(), changes);
    }

    @ParameterizedTest
    @MethodSource("actsOnShapes")
    void every_change_is_within_a_step(Shape shape, Act act) {
        Scene scene = scene(shape, act);
        StepGuard guard = new StepGuard();
        CallLog log = new CallLog();
        try (KeyStore keys = scene.open(guard, log)) {
            keys.intercept(guard);
            act.run(keys, scene.first);
        }
        assertThat(log.takeChanges()).isPositive();
    }

    @ParameterizedTest
    @MethodSource("actsOnShapes")
    void an_act_whose_answer_is_lost_succeeds_or_can_be_repeated(Shape shape, Act act) {
        Undisturbed undisturbed = undisturbed(shape, act);
        for (int number = 1; number <= undisturbed.changes(); number++) {
            Scene scene = scene(shape, act);
            try (KeyStore keys = scene.open(LostAnswer.ofChange(number))) {
                try {
                    act.run(keys, scene.first);
                } catch (StoreUnavailableException lost) {
                    repeat(act, scene);
                }
            }
            scene.passDay();
            assertThat(scene.describe()).as("change %s of %s", number, act).isEqualTo(undisturbed.end());
        }
    }

    /** A name that was taken before the answer was lost is the key that was asked for. */
    private static void repeat(Act act, Scene scene) {
        try (KeyStore again = scene.open()) {
            act.run(again, scene.first);
        } catch (KeyExistsException made) {
            assertThat(act).isEqualTo(Act.GENERATE);
        }
    }

    @ParameterizedTest
    @MethodSource("actsOnShapes")
    void an_act_that_a_crash_cut_off_is_completed_by_the_next_instance(Shape shape, Act act) {
        Undisturbed undisturbed = undisturbed(shape, act);
        for (int number = 1; number <= undisturbed.changes(); number++) {
            Scene scene = scene(shape, act);
            try (KeyStore keys = scene.open(Crash.afterChange(number))) {
                act.run(keys, scene.first);
            } catch (Crash.Crashed crashed) {
                if (number < undisturbed.changes()) {
                    repeat(act, scene);
                }
            }
            scene.passDay();
            assertThat(scene.describe()).as("change %s of %s", number, act).isEqualTo(undisturbed.end());
        }
    }

    @ParameterizedTest
    @MethodSource("actsOnShapes")
    void an_act_on_a_place_whose_answers_lag_behind_ends_as_elsewhere(Shape shape, Act act) {
        Undisturbed undisturbed = undisturbed(shape, act);
        for (int missed = 1; missed <= 3; missed++) {
            Scene scene = scene(shape, act);
            try (KeyStore keys = scene.open(StaleReads.missing(missed, clock))) {
                act.run(keys, scene.first);
            }
            scene.passDay();
            assertThat(scene.describe()).as("missing %s", missed).isEqualTo(undisturbed.end());
        }
    }
}
