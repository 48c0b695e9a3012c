package dev.chancery.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.ChanceryException;
import dev.chancery.KeyId;
import dev.chancery.KeyMetadata;
import dev.chancery.KeyState;
import dev.chancery.Keyring;
import dev.chancery.rotation.RotationPolicy;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A chapter for stores with {@link dev.chancery.Capability#LIFECYCLE}: rings, their rotation, and what becomes of them in need. */
public interface KeepsRings extends RingRules, RotationRules, ReplacementRules {

    /**
     * Takes something of a key away at the place itself, behind the store's back, as an accident does: its record, its
     * files, its objects. The claim of a generation is not part of a key.
     *
     * @param key the current key of a ring
     */
    void lose(KeyId key);

    /** The claim says who is current; what cannot be found is no reason to sign with a key that was retired. */
    @Test
    default void a_ring_that_lost_its_current_key_signs_with_no_older_one() {
        KeyMetadata first = tested().keyInRing("first", RING);
        byte[] old = tested().keys().ring(RING).signer().sign(new byte[1]).value();
        KeyId second =
                tested().keys().ring(RING).rotate(RotationPolicy.PRODUCTION).current();
        assertThat(tested().keys().get(first.id()).state()).isEqualTo(KeyState.ACTIVE);

        lose(second);

        Keyring ring = tested().open(options -> options).ring(RING);
        assertThat(signedBy(ring)).isIn(Optional.empty(), Optional.of(second));
        assertThat(signedBy(tested().keys().ring(RING))).isIn(Optional.empty(), Optional.of(second));
        assertThat(ring.verifier().verify(new byte[1], old).isValid()).isTrue();
    }

    private static Optional<KeyId> signedBy(Keyring ring) {
        try {
            return Optional.of(ring.signer().sign(new byte[1]).keyId());
        } catch (ChanceryException e) {
            return Optional.empty();
        }
    }
}
