package dev.chancery.testkit.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.CompromiseReport;
import dev.chancery.KeyStore;
import dev.chancery.Keyring;
import dev.chancery.Signer;
import dev.chancery.caller.Caller;
import dev.chancery.interception.Operation;
import dev.chancery.interception.OperationType;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyState;
import dev.chancery.options.KeyEvent;
import dev.chancery.rotation.RotationPolicy;
import dev.chancery.signature.Verification;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A ring whose current key is compromised goes on with another. */
public interface ReplacementRules extends Rules {
    /** The ring of these tests. */
    String EXPOSED = "certificate-signing";

    @Test
    default void a_compromised_current_key_is_replaced_by_a_key_made_after_the_alarm() {
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
    default void calling_again_resumes_and_does_nothing_twice() {
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
    default void a_compromise_is_seen_from_the_mark_to_the_new_key() {
        KeyMetadata key = tested().keyInRing("first", "watched-ring");
        InterceptionRules.Witness witness = InterceptionRules.Witness.of(tested().keys());

        tested().keys().compromise(key.id(), CompromisedSince.UNKNOWN, "stolen");

        assertThat(witness.lines()).startsWith("COMPROMISE before", "COMPROMISE Changed");
        assertThat(witness.lines()).contains("GENERATE Changed", "PROMOTE Promoted");
        assertThat(witness.seen)
                .allSatisfy(seen -> assertThat(seen.operation().root().type()).isEqualTo(OperationType.COMPROMISE));
    }

    @Test
    default void a_call_and_its_steps_hang_together() {
        tested().keyInRing("first", "watched-ring");
        InterceptionRules.Witness witness = InterceptionRules.Witness.of(tested().keys());

        try (Caller.Scope scope = Caller.of("alice").ip("10.0.0.7").enter()) {
            tested().keys().ring("watched-ring").rotate(RotationPolicy.PRODUCTION);
        }

        Operation promoted = witness.only(OperationType.PROMOTE);
        assertThat(promoted.parent().orElseThrow().type()).isEqualTo(OperationType.ROTATE);
        assertThat(promoted.ring().orElseThrow().value()).isEqualTo("watched-ring");
        assertThat(witness.lines())
                .contains("GENERATE before", "GENERATE Changed", "PROMOTE Promoted", "UPDATE Changed");
        assertThat(witness.seen)
                .allSatisfy(seen -> assertThat(seen.operation().caller())
                        .hasValue(Caller.of("alice").ip("10.0.0.7")))
                .allSatisfy(seen -> assertThat(seen.operation().root().id())
                        .isEqualTo(promoted.root().id()));
    }
}
