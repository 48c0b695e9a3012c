package dev.chancery.spi.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LoadedApartTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @Test
    void a_value_is_loaded_once_for_many_calls() {
        AtomicInteger loadings = new AtomicInteger();
        LoadedApart<Integer> value = new LoadedApart<>("loader", loadings::incrementAndGet, (any, age) -> true);

        assertThat(value.get(Deadline.in(LONG))).contains(1);
        assertThat(value.get(Deadline.in(Duration.ZERO)))
                .as("what was loaded a moment ago takes no time")
                .contains(1);
    }

    @Test
    void a_source_that_does_not_answer_keeps_a_caller_to_its_deadline_only_and_is_asked_once() {
        AtomicInteger loadings = new AtomicInteger();
        CountDownLatch answer = new CountDownLatch(1);
        LoadedApart<String> value = new LoadedApart<>(
                "loader",
                () -> {
                    loadings.incrementAndGet();
                    await(answer);
                    return "late";
                },
                (any, age) -> true);

        assertThat(value.get(Deadline.in(Duration.ofMillis(10)))).isEmpty();
        assertThat(value.get(Deadline.in(Duration.ofMillis(10)))).isEmpty();
        answer.countDown();
        assertThat(value.get(Deadline.in(LONG))).contains("late");
        assertThat(loadings).hasValue(1);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void what_the_source_throws_is_thrown_and_the_next_call_asks_again() {
        AtomicInteger loadings = new AtomicInteger();
        LoadedApart<String> value = new LoadedApart<>(
                "loader",
                () -> {
                    if (loadings.incrementAndGet() == 1) {
                        throw new IllegalArgumentException("not yet");
                    }
                    return "now";
                },
                (any, age) -> true);

        assertThatThrownBy(() -> value.get(Deadline.in(LONG)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("not yet");
        assertThat(value.get(Deadline.in(LONG))).contains("now");
    }

    @Test
    void a_value_that_is_no_longer_good_is_loaded_anew() {
        AtomicInteger loadings = new AtomicInteger();
        LoadedApart<Integer> value = new LoadedApart<>(
                "loader", loadings::incrementAndGet, (number, age) -> number > 1 && !age.isNegative());

        assertThat(value.get(Deadline.in(LONG))).contains(1);
        assertThat(value.get(Deadline.in(LONG))).contains(2);
        assertThat(value.get(Deadline.in(LONG))).contains(2);
    }

    @Test
    void one_that_needs_no_thread_to_wait_shares_the_loading() throws Exception {
        LoadedApart<String> value =
                new LoadedApart<>("loader", () -> Thread.currentThread().getName(), (any, age) -> true);

        assertThat(value.load()).isSameAs(value.load());
        assertThat(value.load().get()).isEqualTo("loader");
        assertThat(value.get(Deadline.in(LONG))).contains("loader");
    }
}
