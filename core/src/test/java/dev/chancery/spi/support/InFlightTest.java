package dev.chancery.spi.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class InFlightTest {
    private static final Duration LONG = Duration.ofHours(1);

    @Test
    void a_call_beyond_the_cap_is_refused_at_its_deadline() {
        InFlight one = new InFlight(1);
        InFlight two = new InFlight(2);
        Supplier<String> inner = () -> two.call(Deadline.in(Duration.ZERO), () -> "answer", InFlightTest::busy);

        assertThat(two.call(Deadline.in(LONG), inner, InFlightTest::busy)).isEqualTo("answer");
        assertThatThrownBy(() -> one.call(
                        Deadline.in(LONG),
                        () -> one.call(Deadline.in(Duration.ofMillis(1)), () -> "answer", InFlightTest::busy),
                        InFlightTest::busy))
                .hasMessage("busy");
    }

    @Test
    void a_call_that_fails_leaves_its_place() {
        InFlight one = new InFlight(1);
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> one.call(
                            Deadline.in(Duration.ZERO),
                            () -> {
                                throw new UnsupportedOperationException("no");
                            },
                            InFlightTest::busy))
                    .hasMessage("no");
        }
    }

    @Test
    void who_comes_first_is_served_first() throws InterruptedException {
        InFlight one = new InFlight(1);
        List<Integer> served = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch end = new CountDownLatch(1);
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            int number = i;
            Thread caller = new Thread(() -> one.call(
                    Deadline.in(LONG),
                    () -> {
                        awaitUninterrupted(end);
                        return served.add(number);
                    },
                    InFlightTest::busy));
            callers.add(caller);
            caller.start();
            while (caller.getState() != Thread.State.WAITING && caller.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
        }
        end.countDown();
        for (Thread caller : callers) {
            caller.join();
        }
        assertThat(served).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void a_cap_lets_something_through() {
        assertThatIllegalArgumentException().isThrownBy(() -> new InFlight(0));
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static RuntimeException busy() {
        return new IllegalStateException("busy");
    }
}
