package dev.chancery.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.error.ConfigurationException;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StateChangeTest {

    private static StateChange because(String reason) {
        return new StateChange(Instant.EPOCH, KeyState.ACTIVE, KeyState.SUSPENDED, reason);
    }

    @Test
    void a_reason_is_kept_as_it_was_given() {
        assertThat(because("Müller rief an: Laptop weg").reason()).isEqualTo("Müller rief an: Laptop weg");
        assertThat(because("x".repeat(StateChange.MAX_REASON)).reason()).hasSize(256);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "   ", "two\nlines", "\u001b[2J", "a\0"})
    void a_reason_is_a_line_that_says_something(String reason) {
        assertThatThrownBy(() -> because(reason))
                .isInstanceOf(ConfigurationException.class)
                .message()
                .matches("[ -~]*");
    }

    @Test
    void a_reason_has_at_most_256_characters() {
        assertThatThrownBy(() -> because("x".repeat(257))).isInstanceOf(ConfigurationException.class);
    }
}
