package dev.chancery.spi.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

class DeadlineTest {
    private static final Duration LONG = Duration.ofHours(1);

    @Test
    void it_is_over_when_its_time_has_passed() {
        assertThat(Deadline.in(LONG).isOver()).isFalse();
        assertThat(Deadline.in(LONG).left()).isPositive().isLessThanOrEqualTo(LONG);
        for (Duration none : new Duration[] {Duration.ZERO, Duration.ofSeconds(-1)}) {
            assertThat(Deadline.in(none).isOver()).isTrue();
            assertThat(Deadline.in(none).left()).isZero();
        }
    }

    @Test
    void the_steps_of_one_call_share_its_time() {
        Deadline.within(Duration.ZERO, () -> {
            assertThat(Deadline.in(LONG).isOver()).isTrue();
            assertThat(Deadline.isCallOver()).isTrue();
            return Deadline.within(
                    LONG,
                    () -> assertThat(Deadline.in(LONG).isOver())
                            .as("a call inside a call")
                            .isTrue());
        });
        assertThat(Deadline.isCallOver()).isFalse();
        assertThat(Deadline.in(LONG).isOver()).isFalse();
    }

    @Test
    void a_step_apart_has_its_own_time_and_uses_up_none_of_the_call() {
        Duration time = Duration.ofSeconds(30);
        Deadline.within(time, () -> {
            Duration left = Deadline.apart(() -> {
                assertThat(Deadline.in(LONG).left()).isGreaterThan(time);
                Deadline.in(LONG).sleep(Duration.ofMillis(20));
                return Deadline.in(LONG).left();
            });
            assertThat(left).isGreaterThan(time);
            assertThat(Deadline.in(LONG).left()).isLessThanOrEqualTo(time);
            return left;
        });
        var unused = Deadline.within(
                Duration.ZERO,
                () -> Deadline.apart(() -> assertThat(Deadline.isCallOver()).isFalse()));
    }

    @Test
    void what_is_free_is_taken_even_after_the_deadline() {
        Deadline over = Deadline.in(Duration.ZERO);
        ReentrantLock lock = new ReentrantLock();
        Semaphore permits = new Semaphore(2);

        assertThat(over.lock(lock)).isTrue();
        assertThat(lock.isHeldByCurrentThread()).isTrue();
        assertThat(over.acquire(permits, 2)).isTrue();
        assertThat(permits.availablePermits()).isZero();
    }

    @Test
    void waiting_ends_at_the_deadline_without_it() {
        Deadline soon = Deadline.in(Duration.ofMillis(5));
        ReentrantLock lock = new ReentrantLock();
        Semaphore permits = new Semaphore(1);
        lock.lock();

        assertThat(soon.acquire(permits, 2)).isFalse();
        assertThat(permits.availablePermits()).isEqualTo(1);
        assertThat(CompletableFuture.supplyAsync(() -> soon.lock(lock)).join()).isFalse();
        assertThat(soon.isOver()).isTrue();
    }

    @Test
    void an_interrupt_ends_no_wait_and_is_kept() throws InterruptedException {
        Semaphore permits = new Semaphore(0);
        CompletableFuture<Boolean> acquired = new CompletableFuture<>();
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread waiter = new Thread(() -> {
            Thread.currentThread().interrupt();
            acquired.complete(Deadline.in(LONG).acquire(permits, 1));
            interrupted.complete(Thread.interrupted());
        });
        waiter.start();
        awaitQueue(permits);
        waiter.interrupt();
        permits.release();

        assertThat(acquired.join()).isTrue();
        assertThat(interrupted.join()).isTrue();
        waiter.join();
    }

    @Test
    void an_interrupted_thread_sleeps_as_long_as_any_other() {
        Thread.currentThread().interrupt();
        Duration pause = Duration.ofMillis(20);
        Deadline pauseOver = Deadline.in(pause);
        Deadline.in(LONG).sleep(pause);

        assertThat(pauseOver.isOver()).isTrue();
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void no_sleep_outlasts_the_deadline_nor_runs_backwards() {
        Deadline soon = Deadline.in(Duration.ofMillis(20));
        soon.sleep(Duration.ofDays(1));
        assertThat(soon.isOver()).isTrue();

        soon.sleep(LONG);
        Deadline.in(LONG).sleep(Duration.ofDays(-1));
    }

    private static void awaitQueue(Semaphore permits) {
        while (!permits.hasQueuedThreads()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void a_poll_ends_with_what_is_found_or_with_the_deadline() {
        AtomicInteger looks = new AtomicInteger();

        assertThat(Deadline.in(Duration.ofMinutes(5))
                        .poll(
                                Duration.ofNanos(1),
                                () -> looks.incrementAndGet() < 3
                                        ? Optional.<Integer>empty()
                                        : Optional.of(looks.get())))
                .contains(3);
        assertThat(Deadline.in(Duration.ZERO).poll(Duration.ofHours(1), Optional::empty))
                .isEmpty();
    }
}
