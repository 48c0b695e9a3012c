package dev.chancery.key;

import static dev.chancery.key.KeyState.ACTIVE;
import static dev.chancery.key.KeyState.COMPROMISED;
import static dev.chancery.key.KeyState.DEACTIVATED;
import static dev.chancery.key.KeyState.DESTROYED;
import static dev.chancery.key.KeyState.PRE_ACTIVE;
import static dev.chancery.key.KeyState.SUSPENDED;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The arrows of {@code docs/architecture.md}, "States". */
class KeyStateTest {

    @Test
    void arrows_lead_forward_and_a_suspended_key_may_come_back() {
        assertThat(PRE_ACTIVE.successors()).containsExactlyInAnyOrder(ACTIVE, DESTROYED, COMPROMISED);
        assertThat(ACTIVE.successors()).containsExactlyInAnyOrder(SUSPENDED, DEACTIVATED, COMPROMISED);
        assertThat(SUSPENDED.successors()).containsExactlyInAnyOrder(ACTIVE, DEACTIVATED, DESTROYED, COMPROMISED);
        assertThat(DEACTIVATED.successors()).containsExactlyInAnyOrder(DESTROYED, COMPROMISED);
        assertThat(COMPROMISED.successors()).containsExactlyInAnyOrder(DESTROYED);
        assertThat(DESTROYED.successors()).isEmpty();
    }
}
