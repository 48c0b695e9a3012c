package dev.chancery.internal.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.Keyring;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.KeyExistsException;
import dev.chancery.error.KeyStateException;
import dev.chancery.internal.store.FakeBackend;
import dev.chancery.internal.store.FakeStore;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyName;
import dev.chancery.key.KeyOrigin;
import dev.chancery.key.KeyState;
import dev.chancery.key.RingPosition;
import dev.chancery.rotation.Rotation;
import dev.chancery.rotation.RotationPolicy;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a rotation does with what it finds; what every store promises of it is in the testkit. */
class RingRotationTest {
    private static final RingPosition SECOND = new RingPosition(new KeyName("ring"), 2);

    private final FakeStore store = new FakeStore();
    private final KeyMetadata first = store.keyInRing("first", "ring");
    private final Keyring ring = store.keys.ring("ring");

    /** A key that waited until its signing period was over. */
    private KeyId overdue() {
        KeyAttributes attributes = KeyAttributes.builder(
                        KeyState.PRE_ACTIVE, FakeStore.NOW.minus(Duration.ofDays(1000)), KeyOrigin.GENERATED)
                .signUntil(FakeStore.NOW)
                .ring(SECOND)
                .build();
        return store.backend
                .add("overdue", FakeBackend.LOCAL_KEYS.generate(KeySpec.EC_P256), attributes)
                .id();
    }

    @Test
    void a_key_past_its_signing_period_is_not_promoted_and_the_ring_stays_as_it_is() {
        KeyId overdue = overdue();

        assertThatThrownBy(() -> ring.promote(overdue, RotationPolicy.PRODUCTION))
                .isInstanceOf(KeyStateException.class)
                .hasMessageContaining("Key overdue in fake:")
                .hasMessageContaining("signing period ended at " + FakeStore.NOW)
                .hasMessageContaining("chancery rotate ring");

        assertThat(ring.current()).isEqualTo(first);
        assertThat(ring.rotate(RotationPolicy.PRODUCTION).current()).hasToString("ring-2026-11");
    }

    @Test
    void a_claim_that_a_crash_left_with_a_key_past_its_signing_period_is_recorded_and_the_ring_rotates_on() {
        KeyId overdue = overdue();
        store.backend.claim(SECOND, overdue);

        Rotation finished = ring.rotate(RotationPolicy.PRODUCTION);
        assertThat(finished.current()).isEqualTo(overdue);
        assertThat(store.keys.get(overdue).state()).isEqualTo(KeyState.ACTIVE);
        assertThat(store.keys.get(overdue).signFrom()).isEmpty();

        Rotation next = ring.rotateIfDue(RotationPolicy.PRODUCTION);
        assertThat(next.generation()).isEqualTo(3);
        assertThat(store.keys.get(overdue).state()).isEqualTo(KeyState.DEACTIVATED);
        assertThat(ring.signer().sign(new byte[1]).keyId()).isEqualTo(next.current());
    }

    @Test
    void a_name_that_looks_free_and_is_refused_is_passed_over() {
        store.backend.beforeCreate = () -> {
            List<String> calls = store.backend.calls;
            if (calls.get(calls.size() - 1).equals("create ring-2026-11")) {
                throw new KeyExistsException("A file that is no key stands there.");
            }
        };

        assertThat(ring.rotate(RotationPolicy.PRODUCTION).current()).hasToString("ring-2026-11-2");
    }
}
