package dev.chancery.testkit.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.chancery.KeyStore;
import dev.chancery.error.KeyExistsException;
import dev.chancery.error.KeyNotFoundException;
import dev.chancery.error.KeyStateException;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyName;
import dev.chancery.key.KeyState;
import dev.chancery.key.RingPosition;
import dev.chancery.rotation.RotationPolicy;
import dev.chancery.testkit.store.StoreUnderTest;
import dev.chancery.testkit.store.Together;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** How a place that claims atomically gives a generation to one key. */
public interface ClaimRules extends Rules {
    /** The ring of these tests. */
    String RING = RingRules.RING;

    @Test
    default void a_generation_has_one_holder_for_ever() {
        KeyId first = tested().keyInRing("first", RING).id();
        KeyId late = tested().key("late").id();
        RingPosition one = new RingPosition(new KeyName(RING), 1);

        assertThat(tested().otherProcess().claim(one, late)).isEqualTo(first);
        assertThat(tested().otherProcess().claim(one, first)).isEqualTo(first);
        assertThat(tested().otherProcess().claims(RING)).containsExactly(entry(1L, first));
        assertThat(tested().keys().ring(RING).current().id()).isEqualTo(first);
    }

    @Test
    default void of_many_who_claim_a_generation_one_wins_and_all_hear_who() throws Exception {
        tested().keyInRing("first", RING);
        RingPosition two = new RingPosition(new KeyName(RING), 2);
        List<Callable<KeyId>> contenders = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            KeyId candidate = tested().key("candidate-" + i).id();
            contenders.add(() -> tested().otherProcess().claim(two, candidate));
        }

        List<KeyId> answers = Together.run(contenders);

        assertThat(answers).containsOnly(answers.get(0));
        assertThat(tested().otherProcess().claims(RING)).containsEntry(2L, answers.get(0));
    }

    @Test
    default void of_two_who_adopt_keys_into_one_ring_one_wins() throws Exception {
        List<KeyId> some = List.of(tested().key("a").id(), tested().key("b").id());
        List<KeyId> others = List.of(tested().key("c").id());
        List<Callable<List<KeyId>>> contenders = new ArrayList<>();
        for (List<KeyId> keys : List.of(some, others)) {
            KeyStore process = tested().open(options -> options);
            contenders.add(() -> adopt(process, keys));
        }

        List<KeyId> adopted =
                Together.run(contenders).stream().flatMap(List::stream).toList();

        assertThat(adopted).isIn(some, others);
        assertThat(tested().open(options -> options).ring(RING).keys())
                .extracting(KeyMetadata::id)
                .containsExactlyInAnyOrderElementsOf(adopted);
    }

    private static List<KeyId> adopt(KeyStore process, List<KeyId> keys) {
        try {
            var unused = process.adopt(RING, keys);
            return keys;
        } catch (KeyExistsException | KeyStateException lost) {
            return List.of();
        }
    }

    @Test
    default void only_a_key_that_exists_can_claim_a_generation() {
        RingPosition one = new RingPosition(new KeyName(RING), 1);

        assertThatThrownBy(() -> tested().otherProcess().claim(one, tested().id("nobody")))
                .isInstanceOf(KeyNotFoundException.class);
        assertThat(tested().otherProcess().claims(RING)).isEmpty();
    }

    @Test
    default void a_waiting_key_that_holds_a_generation_is_never_removed() {
        tested().keyInRing("current", RING);
        KeyMetadata holder = tested().keyInRing("holder", RING);
        assertThat(tested().otherProcess().claim(new RingPosition(new KeyName(RING), 2), holder.id()))
                .isEqualTo(holder.id());

        tested().otherProcess().removeCandidate(holder.id());

        assertThat(tested().keys().get(holder.id()).state()).isEqualTo(KeyState.PRE_ACTIVE);
        assertThat(tested().keys().list()).extracting(KeyMetadata::id).contains(holder.id());
        assertThat(tested().open(options -> options)
                        .ring(RING)
                        .signer()
                        .sign(new byte[1])
                        .keyId())
                .isEqualTo(holder.id());
    }

    @Test
    default void a_promotion_that_a_crash_interrupted_is_finished_and_counts() {
        KeyId first = tested().keyInRing("first", RING).id();
        KeyMetadata next = tested().keyInRing("next", RING);
        assertThat(tested().otherProcess().claim(new RingPosition(new KeyName(RING), 2), next.id()))
                .isEqualTo(next.id());

        KeyStore another = tested().open(options -> options);
        assertThat(another.ring(RING).signer().sign(new byte[1]).keyId())
                .as("the claim is the promotion, its record may follow")
                .isEqualTo(next.id());
        assertThat(another.ring(RING).rotate(RotationPolicy.PRODUCTION).current())
                .isEqualTo(next.id());
        assertThat(tested().keys().get(next.id()).state()).isEqualTo(KeyState.ACTIVE);
        assertThat(tested().keys().get(first).signUntil().orElseThrow())
                .isBefore(StoreUnderTest.START.plus(Duration.ofHours(1)));
    }
}
