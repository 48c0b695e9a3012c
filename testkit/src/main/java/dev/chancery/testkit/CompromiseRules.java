package dev.chancery.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.Capability;
import dev.chancery.CompromiseReport;
import dev.chancery.CompromisedSince;
import dev.chancery.ConfigurationException;
import dev.chancery.KeyEvent;
import dev.chancery.KeyId;
import dev.chancery.KeyMetadata;
import dev.chancery.KeyState;
import dev.chancery.KeyStateException;
import dev.chancery.KeyStore;
import dev.chancery.Keyring;
import dev.chancery.Signer;
import dev.chancery.Verification;
import dev.chancery.Verifier;
import dev.chancery.rotation.RotationPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What one call does about a compromised key. */
interface CompromiseRules extends Rules {
    /** The ring of these tests. */
    String EXPOSED = "certificate-signing";

    @Test
    default void a_compromised_current_key_is_replaced_by_a_key_made_after_the_alarm() {
        if (keepsNoMarks()) {
            return;
        }
        List<KeyEvent.Type> heard = new ArrayList<>();
        KeyStore keys = tested().open(options -> options.listener(event -> heard.add(event.type())));
        KeyMetadata exposed = tested().keyInRing("exposed", EXPOSED);
        KeyMetadata waiting = tested().keyInRing("made-before-the-alarm", EXPOSED);
        Keyring ring = keys.ring(EXPOSED);
        Signer following = ring.signer();
        byte[] doubted = following.sign(new byte[1]).value();

        CompromiseReport report = keys.compromise(exposed.id(), CompromisedSince.UNKNOWN, "the laptop was stolen");

        assertThat(report.isComplete()).as("%s", report.steps()).isTrue();
        assertThat(report.since()).isEqualTo(CompromisedSince.UNKNOWN);
        assertThat(report.replacement()).hasValue(ring.current().id());
        assertThat(ring.current().id()).isNotIn(exposed.id(), waiting.id());
        assertThat(report.leftToDo()).anySatisfy(left -> assertThat(left).contains("audit log"));
        assertThat(keys.get(exposed.id()).state()).isEqualTo(KeyState.COMPROMISED);
        assertThat(following.sign(new byte[1]).keyId()).isEqualTo(ring.current().id());
        assertThat(ring.verifier().verify(new byte[1], doubted).status()).isEqualTo(Verification.Status.COMPROMISED);
        assertThat(heard).containsExactly(KeyEvent.Type.COMPROMISED, KeyEvent.Type.ROTATED);
    }

    @Test
    default void a_rotation_that_comes_first_promotes_no_key_from_before_the_alarm_either() {
        if (keepsNoMarks()) {
            return;
        }
        KeyMetadata exposed = tested().keyInRing("exposed", EXPOSED);
        KeyMetadata waiting = tested().keyInRing("made-before-the-alarm", EXPOSED);
        tested().keys().changeState(exposed.id(), KeyState.COMPROMISED, "marked, and then the process died");

        KeyId current = tested().keys()
                .ring(EXPOSED)
                .rotateIfDue(RotationPolicy.PRODUCTION)
                .current();

        assertThat(current).isNotIn(exposed.id(), waiting.id());
        CompromiseReport report = tested().keys().compromise(exposed.id(), CompromisedSince.UNKNOWN, "stolen");
        assertThat(report.replacement()).hasValue(current);
    }

    @Test
    default void no_signer_anywhere_serves_a_compromised_key() {
        if (keepsNoMarks()) {
            return;
        }
        KeyMetadata exposed = tested().key("exposed");
        Signer here = tested().keys().signer(exposed.id());
        Signer elsewhere = tested().open(options -> options).signer(exposed.id());
        here.sign(new byte[1]);
        elsewhere.sign(new byte[1]);

        tested().keys().compromise(exposed.id(), CompromisedSince.UNKNOWN, "found in a public repository");

        assertThatThrownBy(() -> here.sign(new byte[1])).isInstanceOf(KeyStateException.class);
        assertThatThrownBy(() -> elsewhere.sign(new byte[1])).isInstanceOf(KeyStateException.class);
    }

    @Test
    default void calling_again_resumes_and_does_nothing_twice() {
        if (keepsNoMarks()) {
            return;
        }
        KeyMetadata exposed = tested().keyInRing("exposed", EXPOSED);
        CompromiseReport first = tested().keys().compromise(exposed.id(), CompromisedSince.UNKNOWN, "stolen");
        int keys = tested().keys().list().size();

        CompromiseReport again = tested().keys().compromise(exposed.id(), CompromisedSince.UNKNOWN, "stolen");

        assertThat(again.isComplete()).isTrue();
        assertThat(again.replacement()).isEqualTo(first.replacement());
        assertThat(tested().keys().list()).hasSize(keys);
        assertThat(tested().keys().get(exposed.id()).history())
                .filteredOn(change -> change.to() == KeyState.COMPROMISED)
                .hasSize(1);
    }

    @Test
    default void the_mark_moves_earlier_and_never_later() {
        if (keepsNoMarks()) {
            return;
        }
        KeyMetadata key = tested().key("exposed");
        tested().clock().advance(Duration.ofDays(10));
        Instant day5 = StoreUnderTest.START.plus(Duration.ofDays(5));

        assertThat(mark(key, CompromisedSince.at(day5))).isEqualTo(CompromisedSince.at(day5));
        assertThat(mark(key, CompromisedSince.at(day5.plusSeconds(1)))).isEqualTo(CompromisedSince.at(day5));
        assertThat(mark(key, CompromisedSince.at(day5.minusSeconds(1))))
                .isEqualTo(CompromisedSince.at(day5.minusSeconds(1)));
        assertThat(mark(key, CompromisedSince.UNKNOWN)).isEqualTo(CompromisedSince.UNKNOWN);
        assertThat(mark(key, CompromisedSince.at(day5))).isEqualTo(CompromisedSince.UNKNOWN);
    }

    @Test
    default void a_destroyed_key_can_turn_out_to_be_compromised_and_stays_so() {
        if (keepsNoMarks()) {
            return;
        }
        KeyMetadata key = tested().key("exposed");
        Verifier verifier = tested().keys().verifier(key.id());
        byte[] signature = tested().keys().signer(key.id()).sign(new byte[1]).value();
        tested().keys().changeState(key.id(), KeyState.DEACTIVATED, "retired");
        tested().keys().changeState(key.id(), KeyState.DESTROYED, "end of life");

        tested().keys().compromise(key.id(), CompromisedSince.UNKNOWN, "found on an old disk");

        assertThat(tested().keys().get(key.id()).state()).isEqualTo(KeyState.DESTROYED);
        assertThat(tested().keys().get(key.id()).compromisedSince()).hasValue(CompromisedSince.UNKNOWN);
        assertThat(verifier.verify(new byte[1], signature).status()).isEqualTo(Verification.Status.COMPROMISED);
    }

    @Test
    default void destroying_a_compromised_key_keeps_the_mark() {
        if (keepsNoMarks()) {
            return;
        }
        KeyMetadata key = tested().key("exposed");
        tested().keys().compromise(key.id(), CompromisedSince.UNKNOWN, "stolen");

        KeyMetadata destroyed = tested().keys().changeState(key.id(), KeyState.DESTROYED, "no longer needed");

        assertThat(destroyed.compromisedSince()).hasValue(CompromisedSince.UNKNOWN);
    }

    @Test
    default void a_doubt_cannot_begin_in_the_future() {
        if (keepsNoMarks()) {
            return;
        }
        KeyMetadata key = tested().key("exposed");
        CompromisedSince tomorrow = CompromisedSince.at(StoreUnderTest.START.plus(Duration.ofDays(1)));

        assertThatThrownBy(() -> tested().keys().compromise(key.id(), tomorrow, "stolen"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("future");
        assertThat(tested().keys().get(key.id())).isEqualTo(key);
    }

    private CompromisedSince mark(KeyMetadata key, CompromisedSince since) {
        return tested().keys().compromise(key.id(), since, "stolen").since();
    }

    /** That states are refused in the right way is in {@link TransitionRules}. */
    private boolean keepsNoMarks() {
        return !tested().can(Capability.LIFECYCLE);
    }
}
