package dev.chancery.spi.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class CausesTest {
    private final IOException inner = new IOException("inner");
    private final RuntimeException outer = new IllegalStateException("outer", inner);

    @Test
    void they_are_told_from_the_outside_in() {
        assertThat(Causes.of(outer)).containsExactly(outer, inner);
        assertThat(Causes.include(outer, IOException.class)).isTrue();
        assertThat(Causes.include(outer, InterruptedException.class, IllegalStateException.class))
                .isTrue();
        assertThat(Causes.include(inner, IllegalStateException.class)).isFalse();
    }

    @Test
    void exceptions_that_cause_each_other_come_to_an_end() {
        inner.initCause(outer);

        assertThat(Causes.of(outer)).hasSize(20);
    }
}
