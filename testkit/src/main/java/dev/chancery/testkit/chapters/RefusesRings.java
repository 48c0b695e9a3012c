package dev.chancery.testkit.chapters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyStore;
import dev.chancery.error.KeyNotFoundException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.testkit.rules.Rules;
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

    /** Neither core nor an application finds a ring there. */
    @Test
    default void there_is_nothing_to_claim_and_no_ring_to_ask() {
        assertThat(tested().abilities().claimsGenerations()).isEmpty();
        assertThat(tested().abilities().keepsRecords()).isEmpty();
        assertThat(tested().keys().rings()).isEmpty();
        assertThatThrownBy(() -> tested().keys().ring("certificate-signing").current())
                .isInstanceOf(KeyNotFoundException.class)
                .hasMessageContaining("LIFECYCLE");
    }
}
