package dev.chancery.spi.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.spi.support.Retries.Next;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RetriesTest {
    private static final Duration LONG = Duration.ofHours(1);
    private static final Next AGAIN = new Next.Again(Optional.empty());

    private final Retries three = new Retries(3, Duration.ofNanos(1));
    private final AtomicInteger attempts = new AtomicInteger();

    private int fail(int times) {
        if (attempts.incrementAndGet() <= times) {
            throw new IllegalStateException("attempt " + attempts.get());
        }
        return attempts.get();
    }

    @Test
    void a_passing_failure_is_followed_by_another_attempt() {
        assertThat(three.call(Deadline.in(LONG), () -> fail(2), e -> AGAIN)).isEqualTo(3);
    }

    @Test
    void the_last_failure_is_the_calls() {
        assertThatThrownBy(() -> three.call(Deadline.in(LONG), () -> fail(9), e -> AGAIN))
                .hasMessage("attempt 3");
    }

    @Test
    void a_lasting_failure_is_the_last() {
        assertThatThrownBy(() -> three.call(Deadline.in(LONG), () -> fail(9), e -> new Next.Stop()))
                .hasMessage("attempt 1");
    }

    @Test
    void a_pause_beyond_the_deadline_is_not_begun() {
        assertThatThrownBy(() -> three.call(
                        Deadline.in(Duration.ofMinutes(1)), () -> fail(9), e -> new Next.Again(Optional.of(LONG))))
                .hasMessage("attempt 1");
    }

    @Test
    void an_interrupted_thread_makes_no_other_attempt() {
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> three.call(Deadline.in(LONG), () -> fail(9), e -> AGAIN))
                    .hasMessage("attempt 1");
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }
}
