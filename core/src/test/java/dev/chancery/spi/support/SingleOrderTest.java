package dev.chancery.spi.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.error.KeyAccessException;
import dev.chancery.error.KeyExistsException;
import dev.chancery.error.StoreUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class SingleOrderTest {
    private final SingleOrder order = new SingleOrder("Making key 'a' in a cloud", "Look with `chancery list`.");
    private final AtomicInteger looks = new AtomicInteger();

    private Supplier<Optional<String>> finding(Optional<String> found) {
        return () -> {
            looks.incrementAndGet();
            return found;
        };
    }

    private static String lost() {
        throw new StoreUnavailableException("no answer", null);
    }

    @Test
    void an_answer_that_comes_is_taken() {
        assertThat(order.give(() -> "made", finding(Optional.empty()))).isEqualTo("made");
        assertThat(looks).hasValue(0);
    }

    @Test
    void what_came_of_an_order_whose_answer_was_lost_is_found() {
        assertThat(order.give(SingleOrderTest::lost, finding(Optional.of("made"))))
                .isEqualTo("made");
    }

    @Test
    void where_nothing_is_found_the_error_says_that_it_is_unknown_and_what_to_do() {
        assertThatThrownBy(() -> order.give(SingleOrderTest::lost, finding(Optional.empty())))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessage(
                        "Making key 'a' in a cloud failed, and what came of it is not known. Look with `chancery list`.");
        assertThatThrownBy(() -> order.give(SingleOrderTest::lost, () -> {
                    throw new KeyAccessException("not permitted");
                }))
                .hasMessageContaining("is not known");
    }

    @Test
    void a_place_that_was_too_busy_has_done_nothing_and_a_refusal_is_an_answer() {
        StoreUnavailableException busy = new StoreUnavailableException("too many", null, Duration.ofSeconds(1));
        KeyExistsException taken = new KeyExistsException("taken");

        assertThatThrownBy(() -> order.give(
                        () -> {
                            throw busy;
                        },
                        finding(Optional.of("made"))))
                .isSameAs(busy);
        assertThatThrownBy(() -> order.give(
                        () -> {
                            throw taken;
                        },
                        finding(Optional.of("made"))))
                .isSameAs(taken);
        assertThat(looks).hasValue(0);
    }

    @Test
    void what_cannot_be_removed_again_hides_no_other_failure() {
        List<String> removed = new ArrayList<>();

        order.undo("a/1", removed::add);
        assertThatCode(() -> order.undo("a/2", made -> {
                    removed.add(made);
                    throw new KeyAccessException("not permitted");
                }))
                .doesNotThrowAnyException();

        assertThat(removed).containsExactly("a/1", "a/2");
    }
}
