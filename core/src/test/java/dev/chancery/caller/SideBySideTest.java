package dev.chancery.caller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.error.StoreUnavailableException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls that wait for a network wait together. */
@Timeout(60)
@SuppressWarnings("ThreadPriorityCheck") // yielding makes an overlap likelier, and no assertion rests on it
class SideBySideTest {
    private static final List<Integer> ITEMS = IntStream.range(0, 640).boxed().toList();

    @Test
    void as_many_calls_as_may_be_are_in_flight_and_results_come_in_order() {
        CyclicBarrier all = new CyclicBarrier(64); // each round passes only if 64 calls wait at once

        List<Integer> doubled = SideBySide.map(ITEMS, 64, item -> {
            await(all);
            return 2 * item;
        });

        assertThat(doubled).isEqualTo(ITEMS.stream().map(item -> 2 * item).toList());
    }

    @Test
    void no_more_than_that_are() {
        AtomicInteger inFlight = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();

        var unused = SideBySide.map(ITEMS, 4, item -> {
            most.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
            Thread.yield();
            inFlight.decrementAndGet();
            return item;
        });

        assertThat(most.get()).isBetween(1, 4);
    }

    @Test
    void the_first_failure_is_thrown_and_stops_what_was_not_sent() {
        List<Integer> many = IntStream.range(0, 1_000_000).boxed().toList();
        Set<Integer> sent = ConcurrentHashMap.newKeySet();

        assertThatThrownBy(() -> SideBySide.map(many, 2, item -> {
                    sent.add(item);
                    Thread.yield();
                    if (item == 3) {
                        throw new StoreUnavailableException("item 3", null);
                    }
                    return item;
                }))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessage("item 3");

        assertThat(sent).hasSizeLessThan(many.size()).contains(0, 1, 2, 3);
    }

    @Test
    void the_calls_are_the_callers() {
        Set<Optional<String>> callers = ConcurrentHashMap.newKeySet();
        CyclicBarrier all = new CyclicBarrier(4);

        try (var scope = Caller.of("alice").enter()) {
            var unused = SideBySide.map(ITEMS.subList(0, 4), 4, item -> {
                callers.add(Caller.current().map(Caller::userId));
                await(all);
                return item;
            });
        }

        assertThat(callers).containsExactly(Optional.of("alice"));
    }

    @Test
    void an_interrupt_is_kept_and_leaves_no_call_behind() {
        AtomicInteger done = new AtomicInteger();
        Thread.currentThread().interrupt();

        var unused = SideBySide.map(ITEMS, 8, item -> done.incrementAndGet());

        assertThat(Thread.interrupted()).isTrue();
        assertThat(done.get()).isEqualTo(ITEMS.size());
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new AssertionError("The calls were not made side by side.", e);
        }
    }
}
