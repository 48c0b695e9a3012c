package dev.chancery.internal.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.error.KeyNotFoundException;
import dev.chancery.error.StoreUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class RefreshingTest {
    private static final Duration TTL = Duration.ofSeconds(10);
    private static final Duration HALF = TTL.dividedBy(2);
    private static final Duration MOMENT = Duration.ofNanos(1);
    private static final int CALLERS = 8;

    private final Ticker ticker = new Ticker();
    private final AtomicInteger reads = new AtomicInteger();
    private final List<Runnable> background = new ArrayList<>();
    private Supplier<Integer> source = reads::incrementAndGet;

    private Refreshing<Integer> refreshing() {
        return Refreshing.reading(() -> source.get(), TTL, ticker, background::add);
    }

    private void runBackground() {
        List<Runnable> tasks = List.copyOf(background);
        background.clear();
        tasks.forEach(Runnable::run);
    }

    @Test
    void a_young_value_is_served_and_nobody_is_asked() {
        Refreshing<Integer> value = refreshing();

        ticker.advance(HALF.minus(MOMENT));

        assertThat(value.get().value()).isEqualTo(1);
        assertThat(background).isEmpty();
        assertThat(reads).hasValue(1);
    }

    @Test
    void from_half_its_time_to_live_a_value_is_served_and_read_again_behind_the_callers_back() {
        Refreshing<Integer> value = refreshing();
        ticker.advance(HALF);

        assertThat(value.get().value()).isEqualTo(1);
        assertThat(value.get().value()).isEqualTo(1);
        assertThat(background).as("one refresh, however many callers").hasSize(1);
        runBackground();

        assertThat(value.get().value()).isEqualTo(2);
        assertThat(background).isEmpty();
    }

    @Test
    void at_its_time_to_live_a_value_is_read_before_anybody_is_served() {
        Refreshing<Integer> value = refreshing();

        ticker.advance(TTL);

        assertThat(value.get().value()).isEqualTo(2);
        assertThat(background).isEmpty();
    }

    @Test
    void callers_of_an_old_value_wait_for_one_of_them_to_read_it() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Refreshing<Integer> value = refreshing();
        source = () -> {
            inside.countDown();
            await(goOn);
            return reads.incrementAndGet();
        };
        ticker.advance(TTL);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<Integer>> answers = new ArrayList<>();
            Callable<Integer> caller = () -> value.get().value();
            for (int i = 0; i < 8; i++) {
                answers.add(threads.submit(caller));
            }
            await(inside);
            // Time goes on while they wait: the new value's age counts from when its reading began.
            ticker.advance(MOMENT);
            goOn.countDown();

            for (Future<Integer> answer : answers) {
                assertThat(answer.get()).isEqualTo(2);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(reads).hasValue(2);
    }

    @Test
    void age_counts_from_when_the_reading_began() {
        source = () -> {
            ticker.advance(Duration.ofSeconds(3));
            return reads.incrementAndGet();
        };
        Refreshing<Integer> value = refreshing();

        assertThat(value.ageOf(value.last())).isEqualTo(Duration.ofSeconds(3).toNanos());
        assertThat(value.ageOf(value.reload())).isEqualTo(Duration.ofSeconds(3).toNanos());
    }

    @Test
    void while_the_store_does_not_answer_the_last_known_value_serves_and_goes_on_ageing() {
        Refreshing<Integer> value = refreshing();
        source = this::unavailable;

        ticker.advance(TTL);
        Refreshing.Reading<Integer> first = value.get();
        ticker.advance(TTL);
        Refreshing.Reading<Integer> second = value.get();

        assertThat(first.value()).isEqualTo(1);
        assertThat(second.value()).isEqualTo(1);
        assertThat(value.ageOf(second)).isEqualTo(TTL.multipliedBy(2).toNanos());
    }

    @Test
    void a_store_that_does_not_answer_is_asked_twice_in_a_time_to_live_and_not_by_every_caller() {
        Refreshing<Integer> value = refreshing();
        source = this::unavailable;

        ticker.advance(TTL);
        for (int i = 0; i < 100; i++) {
            assertThat(value.get().value()).isEqualTo(1);
        }
        assertThat(reads).hasValue(2);

        ticker.advance(HALF);
        for (int i = 0; i < 100; i++) {
            assertThat(value.get().value()).isEqualTo(1);
        }
        assertThat(reads).hasValue(3);
    }

    @Test
    void callers_who_waited_for_an_attempt_that_failed_do_not_repeat_it_one_after_the_other() throws Exception {
        Refreshing<Integer> value = refreshing();
        CountDownLatch goOn = new CountDownLatch(1);
        source = () -> {
            await(goOn);
            return unavailable();
        };
        ticker.advance(TTL);
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Thread caller = new Thread(value::get);
            caller.start();
            callers.add(caller);
        }
        // One is inside, the others queue behind it.
        while (!callers.stream().allMatch(caller -> caller.getState() == Thread.State.WAITING)) {
            Thread.onSpinWait();
        }

        goOn.countDown();
        for (Thread caller : callers) {
            caller.join();
        }

        assertThat(reads).as("the first reading, and one attempt").hasValue(2);
    }

    @Test
    void one_caller_waits_for_a_store_that_does_not_answer_and_the_others_go_on() throws Exception {
        Refreshing<Integer> value = refreshing();
        source = this::unavailable;
        ticker.advance(TTL);
        assertThat(value.get().value()).isEqualTo(1);
        ticker.advance(HALF);
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        source = () -> {
            inside.countDown();
            await(goOn);
            return reads.incrementAndGet();
        };
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<Integer> waiting = thread.submit(() -> value.get().value());
            await(inside);

            assertThat(value.get().value()).as("served while the other waits").isEqualTo(1);

            goOn.countDown();
            assertThat(waiting.get()).isEqualTo(3);
        } finally {
            thread.shutdownNow();
        }
        assertThat(value.get().value()).isEqualTo(3);
    }

    @Test
    void a_store_that_answers_again_is_believed_at_once() {
        Refreshing<Integer> value = refreshing();
        source = this::unavailable;
        ticker.advance(TTL);
        assertThat(value.get().value()).isEqualTo(1);

        source = () -> 7;
        ticker.advance(HALF);

        assertThat(value.get().value()).isEqualTo(7);
    }

    @Test
    void a_refusal_for_good_is_the_callers() {
        Refreshing<Integer> value = refreshing();
        source = () -> {
            throw new KeyNotFoundException("gone");
        };

        ticker.advance(TTL);

        assertThatThrownBy(value::get).isInstanceOf(KeyNotFoundException.class).hasMessage("gone");
        assertThatThrownBy(value::get).isInstanceOf(KeyNotFoundException.class);
    }

    @Test
    void a_refusal_behind_the_callers_back_is_met_by_the_next_caller_who_must_wait() {
        Refreshing<Integer> value = refreshing();
        source = () -> {
            throw new KeyNotFoundException("gone");
        };
        ticker.advance(HALF);
        assertThat(value.get().value()).isEqualTo(1);
        runBackground();
        assertThat(value.get().value()).isEqualTo(1);

        ticker.advance(HALF);

        assertThatThrownBy(value::get).isInstanceOf(KeyNotFoundException.class);
    }

    @Test
    void a_refresh_that_failed_can_be_scheduled_again() {
        Refreshing<Integer> value = refreshing();
        source = () -> {
            throw new IllegalStateException("a bug in a provider");
        };
        ticker.advance(HALF);
        assertThat(value.get().value()).isEqualTo(1);
        runBackground();

        source = reads::incrementAndGet;
        assertThat(value.get().value()).isEqualTo(1);
        runBackground();

        assertThat(value.get().value()).isEqualTo(2);
    }

    @Test
    void a_change_through_this_process_is_seen_at_once() {
        Refreshing<Integer> value = refreshing();
        ticker.advance(HALF);

        value.set(42, ticker.getAsLong());

        assertThat(value.get().value()).isEqualTo(42);
        assertThat(background).isEmpty();
    }

    @Test
    void a_slow_change_does_not_undo_what_was_changed_meanwhile() {
        Refreshing<Integer> value = refreshing();
        long slow = ticker.getAsLong();
        ticker.advance(MOMENT);
        value.set(42, ticker.getAsLong());
        source = () -> 43; // what the store makes of both

        value.set(41, slow);

        assertThat(value.get().value()).isEqualTo(43);
    }

    @Test
    void a_slow_change_does_not_undo_what_was_read_meanwhile() {
        Refreshing<Integer> value = refreshing();
        long slow = ticker.getAsLong();
        ticker.advance(MOMENT);
        source = () -> 43;
        value.reload();

        value.set(41, slow);

        assertThat(value.get().value()).isEqualTo(43);
    }

    @Test
    void a_change_is_as_old_as_its_beginning() {
        Refreshing<Integer> value = refreshing();
        long started = ticker.getAsLong();
        ticker.advance(TTL);

        value.set(42, started);

        assertThat(value.ageOf(value.last())).isEqualTo(TTL.toNanos());
        assertThat(value.get().value()).isEqualTo(2);
    }

    @Test
    void a_reload_reads_whatever_the_age_and_does_not_hide_an_outage() {
        Refreshing<Integer> value = refreshing();

        assertThat(value.reload().value()).isEqualTo(2);

        source = this::unavailable;
        assertThatThrownBy(value::reload).isInstanceOf(StoreUnavailableException.class);
        assertThat(value.get().value()).isEqualTo(2);
    }

    @Test
    void reloads_that_wait_for_one_under_way_share_the_one_after_it() throws Exception {
        List<Future<Integer>> answers = reloadsDuringAReading(refreshing(), () -> {});

        for (Future<Integer> answer : answers) {
            assertThat(answer.get())
                    .as("not of the reading that had begun before the call")
                    .isEqualTo(3);
        }
        assertThat(reads).hasValue(3);
    }

    @Test
    void reloads_that_wait_share_a_failure_too_so_that_an_outage_is_not_waited_for_by_one_after_the_other()
            throws Exception {
        List<Future<Integer>> answers = reloadsDuringAReading(refreshing(), () -> source = this::unavailable);

        for (Future<Integer> answer : answers) {
            assertThatThrownBy(answer::get).hasCauseInstanceOf(StoreUnavailableException.class);
        }
        assertThat(reads).hasValue(3);
    }

    @Test
    void nobody_shares_what_a_bug_in_a_provider_left_unread() throws Exception {
        Refreshing<Integer> value = refreshing();
        AtomicInteger attempts = new AtomicInteger();
        List<Future<Integer>> answers = reloadsDuringAReading(
                value,
                () -> source = () -> {
                    if (attempts.incrementAndGet() == 1) {
                        throw new IllegalStateException("a bug in a provider");
                    }
                    return reads.incrementAndGet();
                });

        List<Integer> values = new ArrayList<>();
        for (Future<Integer> answer : answers) {
            try {
                values.add(answer.get());
            } catch (ExecutionException e) {
                assertThat(e).hasCauseInstanceOf(IllegalStateException.class);
            }
        }
        assertThat(values).hasSize(CALLERS - 1).containsOnly(3);
        assertThat(attempts).hasValue(2);
    }

    /** Eight callers want a value read anew while a reading is under way that began before they came. */
    private List<Future<Integer>> reloadsDuringAReading(Refreshing<Integer> value, Runnable meanwhile)
            throws InterruptedException {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        source = () -> {
            inside.countDown();
            await(goOn);
            return reads.incrementAndGet();
        };
        Thread first = new Thread(value::reload);
        first.start();
        await(inside);
        List<FutureTask<Integer>> callers = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            FutureTask<Integer> caller = new FutureTask<>(() -> value.reload().value());
            callers.add(caller);
            threads.add(new Thread(caller));
        }
        threads.forEach(Thread::start);
        while (!threads.stream().allMatch(thread -> thread.getState() == Thread.State.WAITING)) {
            Thread.onSpinWait();
        }
        source = reads::incrementAndGet;
        meanwhile.run();
        goOn.countDown();
        first.join();
        return List.copyOf(callers);
    }

    @Test
    void what_was_never_read_is_not_served() {
        source = this::unavailable;

        assertThatThrownBy(this::refreshing).isInstanceOf(StoreUnavailableException.class);
    }

    @Test
    void with_a_time_to_live_of_zero_every_call_reads() {
        Refreshing<Integer> value = Refreshing.reading(reads::incrementAndGet, Duration.ZERO, ticker, background::add);

        assertThat(value.get().value()).isEqualTo(2);
        assertThat(value.get().value()).isEqualTo(3);
    }

    private Integer unavailable() {
        reads.incrementAndGet();
        throw new StoreUnavailableException("the network is down", null);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
