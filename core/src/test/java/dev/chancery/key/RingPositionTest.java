package dev.chancery.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.error.ConfigurationException;
import org.junit.jupiter.api.Test;

class RingPositionTest {

    @Test
    void generations_are_counted_from_1() {
        KeyName ring = new KeyName("certificate-signing");

        assertThat(new RingPosition(ring, 1).generation()).isEqualTo(1);
        assertThatThrownBy(() -> new RingPosition(ring, 0))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("not 0");
    }
}
