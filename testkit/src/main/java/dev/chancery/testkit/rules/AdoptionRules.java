package dev.chancery.testkit.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyStore;
import dev.chancery.Keyring;
import dev.chancery.error.KeyExistsException;
import dev.chancery.error.KeyStateException;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyName;
import dev.chancery.key.KeyState;
import dev.chancery.key.RingPosition;
import dev.chancery.rotation.RotationPolicy;
import dev.chancery.spi.Traits;
import dev.chancery.testkit.witness.Witnesses;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How keys that were made without a ring become one. */
public interface AdoptionRules extends Rules {
    @Test
    default void keys_that_are_there_become_a_ring_in_the_order_of_their_dates() {
        List<KeyMetadata> keys = keysWithoutRing();
        int count = keys.size();
        KeyMetadata youngest = keys.get(count - 1);
        byte[] old = tested().keys().signer(keys.get(0).id()).sign(new byte[1]).value();
        List<KeyId> shuffled =
                new ArrayList<>(keys.stream().map(KeyMetadata::id).toList());
        shuffled.add(0, shuffled.remove(count - 1));

        Keyring ring = tested().keys().adopt(RingRules.RING, shuffled);

        assertThat(tested().keys().adopt(RingRules.RING, shuffled).current().id())
                .as("again, which changes nothing")
                .isEqualTo(youngest.id());
        for (Keyring seen : List.of(ring, tested().open(options -> options).ring(RingRules.RING))) {
            assertThat(seen.current().id()).isEqualTo(youngest.id());
            assertThat(seen.keys())
                    .hasSize(count)
                    .allSatisfy(key -> assertThat(key.ring())
                            .hasValue(new RingPosition(new KeyName(RingRules.RING), 1 + indexOf(key, keys))));
            assertThat(seen.verifier().verify(new byte[1], old).isValid()).isTrue();
        }
        assertThat(ring.current().signUntil()).isEqualTo(youngest.signUntil());
        Witnesses.confirm(
                tested().keys(), ring.current(), new byte[1], ring.signer().sign(new byte[1]));
        if (count > 1) {
            KeyMetadata before = tested().keys().get(keys.get(count - 2).id());
            assertThat(before.state()).isEqualTo(KeyState.ACTIVE);
            assertThat(before.signUntil().orElseThrow())
                    .isBefore(tested().clock().instant().plus(Duration.ofHours(1)));
            assertThat(tested().keys().get(keys.get(0).id()).state()).isEqualTo(KeyState.DEACTIVATED);
        }
        assertThat(ring.rotate(RotationPolicy.PRODUCTION).generation()).isEqualTo(count + 1);
        assertThatThrownBy(() -> tested().keys().adopt(RingRules.RING, shuffled))
                .isInstanceOf(KeyExistsException.class);
    }

    private static long indexOf(KeyMetadata key, List<KeyMetadata> keys) {
        return keys.stream().map(KeyMetadata::id).toList().indexOf(key.id());
    }

    /** Three keys, each younger than the one before it; one where a name stands for all keys of its ring. */
    private List<KeyMetadata> keysWithoutRing() {
        if (tested().traits().names() == Traits.Names.RING) {
            return List.of(tested().key(RingRules.RING));
        }
        List<KeyMetadata> keys = new ArrayList<>();
        for (String name : List.of("z-oldest", "older", "youngest")) {
            keys.add(tested().key(name));
            tested().clock().advance(Duration.ofDays(1));
        }
        return keys;
    }

    @Test
    default void a_key_that_is_of_a_ring_or_does_not_sign_makes_no_other_ring() {
        KeyMetadata taken = tested().keyInRing("taken", RingRules.RING);
        KeyMetadata retired = tested().key("other");
        KeyStore keys = tested().keys();
        keys.changeState(retired.id(), KeyState.DEACTIVATED, "replaced by hand");

        for (KeyMetadata refused : List.of(taken, retired)) {
            assertThatThrownBy(() -> keys.adopt("other", List.of(refused.id())))
                    .isInstanceOf(KeyStateException.class)
                    .hasMessageContaining(refused.id().value())
                    .hasMessageContaining("other");
        }
        assertThat(keys.rings()).extracting(Keyring::name).containsExactly(new KeyName(RingRules.RING));
    }
}
