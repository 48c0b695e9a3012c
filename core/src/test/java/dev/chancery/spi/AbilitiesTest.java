package dev.chancery.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.chancery.key.KeyId;
import org.junit.jupiter.api.Test;

class AbilitiesTest {
    /** An object with two abilities. */
    private static final class Both implements DestroysKeys, ReencryptsKeys {
        @Override
        public void destroy(KeyId id) {}

        @Override
        public StoredKey reencrypt(KeyId id) {
            throw new UnsupportedOperationException();
        }
    }

    @Test
    void objects_can_do_what_their_interfaces_say() {
        Both both = new Both();
        DestroysKeys destroys = id -> {};

        assertThat(Abilities.of(both).destroysKeys()).containsSame(both);
        assertThat(Abilities.of(both).reencryptsKeys()).containsSame(both);
        assertThat(Abilities.of(both).makesKeys()).isEmpty();
        assertThat(Abilities.of(destroys, "nothing").destroysKeys()).containsSame(destroys);
        assertThatIllegalArgumentException().isThrownBy(() -> Abilities.of(both, destroys));
    }
}
