package dev.chancery.testkit.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.KeyStore;
import dev.chancery.Keyring;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyName;
import dev.chancery.key.KeyState;
import dev.chancery.key.RingPosition;
import dev.chancery.rotation.RotationPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How core elects who holds a generation. */
public interface ElectionRules extends Rules {
    /** The ring of these tests. */
    String RING = RingRules.RING;

    @Test
    default void a_claim_alone_makes_no_key_current_and_the_next_writer_activates_it() {
        KeyId first = tested().keyInRing("first", RING).id();
        KeyMetadata next = tested().keyInRing("next", RING);
        assertThat(tested().otherProcess().claim(new RingPosition(new KeyName(RING), 2), next.id()))
                .isEqualTo(next.id());

        KeyStore another = tested().open(options -> options);
        assertThat(another.ring(RING).signer().sign(new byte[1]).keyId()).isEqualTo(first);
        assertThat(another.ring(RING).rotate(RotationPolicy.PRODUCTION).current())
                .as("finished, and counted as the rotation")
                .isEqualTo(next.id());
        assertThat(tested().keys().get(next.id()).state()).isEqualTo(KeyState.ACTIVE);
        assertThat(tested().keys().get(first).signUntil()).isPresent();
    }

    @Test
    default void of_two_that_claim_a_generation_one_is_current_and_both_verify() {
        KeyId first = tested().keyInRing("first", RING).id();
        RingPosition two = new RingPosition(new KeyName(RING), 2);
        List<KeyId> contenders = new ArrayList<>();
        for (String name : List.of("one", "other")) {
            KeyId candidate = tested().keyInRing(name, RING).id();
            assertThat(tested().otherProcess().claim(two, candidate)).isEqualTo(candidate);
            tested().otherProcess()
                    .change(
                            candidate,
                            attributes -> attributes
                                    .state(
                                            KeyState.ACTIVE,
                                            tested().clock().instant(),
                                            "activated by one that did not see the other")
                                    .signFrom(tested().clock().instant())
                                    .ring(two));
            tested().clock().advance(Duration.ofSeconds(1));
            contenders.add(candidate);
        }

        Keyring ring = tested().open(options -> options).ring(RING);
        assertThat(ring.current().id()).as("the earlier one").isEqualTo(contenders.get(0));
        assertThat(ring.keys())
                .extracting(KeyMetadata::id)
                .containsAll(contenders)
                .contains(first);
    }
}
