package dev.chancery.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyId;
import dev.chancery.KeyMetadata;
import dev.chancery.KeyName;
import dev.chancery.KeyStore;
import dev.chancery.RingPosition;
import dev.chancery.UnsupportedException;
import org.junit.jupiter.api.Test;

/** A chapter for stores without {@link dev.chancery.Capability#LIFECYCLE}: a key for a ring is not even made. */
public interface RefusesRings extends Rules {

    /** Half of what was ordered is nothing. */
    @Test
    default void no_key_is_made_in_a_ring() {
        KeyStore keys = tested().keys();

        assertThatThrownBy(() -> tested().keyInRing("unwanted", "certificate-signing"))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("LIFECYCLE")
                .hasMessageContaining(keys.location());

        assertThat(keys.list()).isEmpty();
        assertThat(keys.unusable()).isEmpty();
        assertThat(keys.rings()).isEmpty();
    }

    /** Through the backend, as core claims them. */
    @Test
    default void no_generation_is_claimed_and_no_candidate_removed() {
        KeyMetadata key = tested().key("ringless");
        KeyId id = key.id();
        RingPosition one = new RingPosition(new KeyName("certificate-signing"), 1);

        assertThatThrownBy(() -> tested().claim(one, id))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("LIFECYCLE");
        assertThatThrownBy(() -> tested().removeCandidate(id))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("LIFECYCLE");

        assertThat(tested().claims("certificate-signing")).isEmpty();
        assertThat(tested().keys().rings()).isEmpty();
        assertThat(tested().keys().get(id)).isEqualTo(key);
    }
}
