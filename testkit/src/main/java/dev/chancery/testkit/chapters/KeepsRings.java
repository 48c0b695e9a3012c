package dev.chancery.testkit.chapters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyStore;
import dev.chancery.Keyring;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.KeyNotFoundException;
import dev.chancery.error.KeyStateException;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyState;
import dev.chancery.rotation.Rotation;
import dev.chancery.rotation.RotationPolicy;
import dev.chancery.testkit.rules.AdoptionRules;
import dev.chancery.testkit.rules.ReplacementRules;
import dev.chancery.testkit.rules.RingRules;
import dev.chancery.testkit.rules.RotationRules;
import dev.chancery.testkit.witness.Witnesses;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A chapter for stores with {@link dev.chancery.Capability#LIFECYCLE}: rings, their rotation, and what becomes of them in need. */
public interface KeepsRings extends RingRules, RotationRules, ReplacementRules, AdoptionRules {

    /**
     * Loses a key at the place itself, behind the store's back, as an accident does: its files, its objects, and what claims a generation
     * for it.
     *
     * @param key the current key of a ring
     */
    void lose(KeyId key);

    /** The key before it names the one that followed; what cannot be found is no reason to sign with a key that is on its way out. */
    @Test
    default void a_ring_that_lost_its_current_key_signs_with_no_older_one() {
        KeyMetadata first = tested().keyInRing("first", RING);
        byte[] old = tested().keys().ring(RING).signer().sign(new byte[1]).value();
        loseSecondOf(tested().keys().ring(RING));
        assertThat(tested().keys().get(first.id()).state()).isEqualTo(KeyState.ACTIVE);

        for (Keyring ring : List.of(
                tested().open(options -> options).ring(RING), tested().keys().ring(RING))) {
            assertThatThrownBy(() -> ring.signer().sign(new byte[1]))
                    .isInstanceOfAny(IntegrityException.class, KeyNotFoundException.class, KeyStateException.class);
            assertThat(ring.verifier().verify(new byte[1], old).isValid()).isTrue();
        }
    }

    /** No generation is given twice: signatures of the key that is lost would be taken for another's. */
    @Test
    default void a_ring_that_lost_its_current_key_rotates_past_it_and_signs_again() {
        KeyMetadata first = tested().keyInRing("first", RING);
        KeyMetadata lost = loseSecondOf(tested().keys().ring(RING));

        Rotation rotation = tested().keys().ring(RING).rotate(RotationPolicy.PRODUCTION);

        assertThat(rotation.generation()).isEqualTo(3);
        for (KeyStore keys : List.of(tested().keys(), tested().open(options -> options))) {
            KeyMetadata current = keys.ring(RING).current();
            assertThat(current.id()).isEqualTo(rotation.current());
            assertThat(current.fingerprint()).isNotIn(first.fingerprint(), lost.fingerprint());
            Witnesses.confirm(
                    keys, current, new byte[1], keys.ring(RING).signer().sign(new byte[1]));
        }
    }

    /** Until the place has settled, it might just not show yet what was written. */
    private KeyMetadata loseSecondOf(Keyring ring) {
        ring.rotate(RotationPolicy.PRODUCTION);
        KeyMetadata second = ring.current();
        lose(second.id());
        tested().clock().advance(tested().traits().settle().multipliedBy(2));
        return second;
    }
}
