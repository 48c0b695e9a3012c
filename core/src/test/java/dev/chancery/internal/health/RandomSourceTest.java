package dev.chancery.internal.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.health.Finding;
import dev.chancery.health.HealthStatus;
import java.security.SecureRandom;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The machine's random source. */
class RandomSourceTest {

    /** A source that gives one byte for ever. */
    private static final class Constant extends SecureRandom {
        private static final long serialVersionUID = 1L;
        private final byte value;

        Constant(int value) {
            this.value = (byte) value;
        }

        @Override
        public void nextBytes(byte[] bytes) {
            Arrays.fill(bytes, value);
        }
    }

    @Test
    void the_source_of_this_machine_gives_bytes() {
        assertThat(RandomSource.check().status()).isEqualTo(HealthStatus.UP);
    }

    @Test
    void a_source_that_gives_the_same_bytes_again_is_down() {
        Finding found = RandomSource.check(new Constant(7));
        assertThat(found.status()).isEqualTo(HealthStatus.DOWN);
        assertThat(found.mend())
                .hasValueSatisfying(mend ->
                        assertThat(mend).startsWith("grep -n ^securerandom ").endsWith("java.security"));
        assertThat(RandomSource.check(new Constant(0)).status()).isEqualTo(HealthStatus.DOWN);
    }
}
