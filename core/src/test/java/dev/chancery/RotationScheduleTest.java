package dev.chancery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.error.ConfigurationException;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.internal.store.StandardError;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyName;
import dev.chancery.rotation.Rotation;
import dev.chancery.rotation.RotationPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RotationScheduleTest {
    private static final RotationPolicy POLICY = RotationPolicy.PRODUCTION;
    private static final Duration HOUR = Duration.ofHours(1);
    private static final double MIDDLE = 0.5;

    private final WaitingThread thread = new WaitingThread();
    private final Ring ring = new Ring();
    private double jitter = MIDDLE;

    private RotationSchedule started(Duration interval) {
        return RotationSchedule.start(ring, POLICY, interval, thread, () -> jitter);
    }

    @Test
    void the_first_check_comes_at_once_and_the_others_an_interval_apart() {
        try (RotationSchedule schedule = started(HOUR)) {
            assertThat(thread.delay()).isZero();
            assertThat(ring.asked).as("not by the caller's thread").isEmpty();

            thread.pass();
            assertThat(thread.delay()).isEqualTo(HOUR);
            thread.pass();
            assertThat(thread.delay()).isEqualTo(HOUR);
        }
        assertThat(ring.asked).containsExactly(POLICY, POLICY);
    }

    @Test
    void an_interval_varies_by_a_tenth_so_that_a_fleet_does_not_check_in_step() {
        try (RotationSchedule schedule = started(HOUR)) {
            jitter = 0;
            thread.pass();
            assertThat(thread.delay()).isEqualTo(Duration.ofMinutes(54));
            jitter = Math.nextDown(1.0);
            thread.pass();
            assertThat(thread.delay()).isEqualTo(Duration.ofMinutes(66));
        }
    }

    @Test
    void a_failure_is_tried_again_ever_less_often_up_to_the_interval() {
        ring.failure = new StoreUnavailableException("the network is down", null);

        try (StandardError log = new StandardError();
                RotationSchedule schedule = started(Duration.ofMinutes(1))) {
            assertThat(delaysOf(6))
                    .containsExactly(
                            Duration.ofSeconds(10),
                            Duration.ofSeconds(20),
                            Duration.ofSeconds(40),
                            Duration.ofSeconds(60),
                            Duration.ofSeconds(60),
                            Duration.ofSeconds(60));
            assertThat(log.text())
                    .contains("ERROR")
                    .contains("the ring 'certificates' failed")
                    .contains("tried again in PT10S")
                    .contains("the network is down");
        }
    }

    @Test
    void a_success_lets_the_next_failure_begin_again_with_a_short_wait() {
        try (StandardError log = new StandardError();
                RotationSchedule schedule = started(HOUR)) {
            ring.failure = new StoreUnavailableException("the network is down", null);
            assertThat(delaysOf(3)).endsWith(Duration.ofSeconds(40));
            ring.failure = null;
            assertThat(delaysOf(1)).containsExactly(HOUR);
            ring.failure = new StoreUnavailableException("the network is down", null);
            assertThat(delaysOf(1)).containsExactly(Duration.ofSeconds(10));
        }
    }

    @Test
    void a_retry_varies_too_and_the_log_says_when_it_comes() {
        ring.failure = new StoreUnavailableException("the network is down", null);
        jitter = 0;

        try (StandardError log = new StandardError();
                RotationSchedule schedule = started(HOUR)) {
            assertThat(delaysOf(1)).containsExactly(Duration.ofSeconds(9));
            assertThat(log.text()).contains("tried again in PT9S");
        }
    }

    @Test
    void a_retry_comes_no_later_than_the_interval() {
        ring.failure = new StoreUnavailableException("the network is down", null);

        try (StandardError log = new StandardError();
                RotationSchedule schedule = started(Duration.ofSeconds(3))) {
            assertThat(delaysOf(2)).containsExactly(Duration.ofSeconds(3), Duration.ofSeconds(3));
            assertThat(log.text()).contains("tried again in PT3S");
        }
    }

    static Stream<Throwable> whatListenersAndBackendsThrow() {
        return Stream.of(
                new ConfigurationException("the clock was set back"),
                new IllegalStateException("a bug in a backend"),
                new NoClassDefFoundError("a listener's library"),
                new StackOverflowError(),
                new Exception("what another language throws unannounced"));
    }

    @ParameterizedTest
    @MethodSource("whatListenersAndBackendsThrow")
    void nothing_that_is_thrown_ends_the_schedule(Throwable failure) {
        ring.failure = failure;

        try (StandardError log = new StandardError();
                RotationSchedule schedule = started(HOUR)) {
            assertThat(delaysOf(1)).containsExactly(Duration.ofSeconds(10));
            assertThat(log.text()).contains(failure.getClass().getName());
        }
    }

    @Test
    void a_log_that_fails_does_not_end_the_schedule_either() {
        ring.failure = new StoreUnavailableException("the network is down", null);
        ring.name = null; // which the sentence for the log asks for

        RotationSchedule schedule = started(HOUR);

        assertThatThrownBy(thread::pass).isInstanceOf(IllegalStateException.class);
        assertThat(thread.delay()).isEqualTo(Duration.ofSeconds(10));
        schedule.close();
    }

    @Test
    void a_closed_schedule_checks_no_more_and_may_be_closed_again() {
        RotationSchedule schedule = started(HOUR);
        thread.pass();

        schedule.close();
        schedule.close();

        assertThat(thread.isShutdown()).isTrue();
    }

    @Test
    void closing_while_a_rotation_is_under_way_lets_it_end_and_schedules_no_other() {
        RotationSchedule schedule = started(HOUR);
        ring.meanwhile = schedule::close;

        thread.pass();

        assertThat(ring.asked).hasSize(1);
        assertThat(thread.waiting).isEmpty();
    }

    @Test
    void two_schedules_of_one_ring_are_two_instances_of_a_fleet() {
        WaitingThread other = new WaitingThread();
        try (RotationSchedule first = started(HOUR);
                RotationSchedule second = RotationSchedule.start(ring, POLICY, HOUR, other, () -> MIDDLE)) {
            first.close();
            other.pass();

            assertThat(other.delay()).isEqualTo(HOUR);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1H", "PT0.999S", "PT8784H0.001S", "PT2562047788015215H"})
    void an_interval_that_would_check_all_the_time_or_never_is_refused(Duration interval) {
        assertThatThrownBy(() -> RotationSchedule.start(ring, POLICY, interval))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(interval.toString())
                .hasMessageContaining("PT1H");
    }

    @Test
    void a_daemon_thread_of_the_rings_name_does_it_and_ends_with_the_schedule() throws InterruptedException {
        CountDownLatch checked = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        ring.meanwhile = () -> {
            threads.add(Thread.currentThread());
            checked.countDown();
        };

        try (RotationSchedule schedule = RotationSchedule.start(ring, POLICY, HOUR)) {
            assertThat(checked.await(1, TimeUnit.MINUTES)).isTrue();
            assertThat(threads.get(0).isDaemon())
                    .as("keeps no application alive")
                    .isTrue();
            assertThat(threads.get(0).getName()).isEqualTo("chancery-rotation-certificates");
        }

        // The next check was an hour away.
        threads.get(0).join(TimeUnit.MINUTES.toMillis(1));
        assertThat(threads.get(0).isAlive()).isFalse();
        assertThat(ring.asked).hasSize(1);
    }

    private List<Duration> delaysOf(int checks) {
        List<Duration> delays = new ArrayList<>();
        for (int i = 0; i < checks; i++) {
            thread.pass();
            delays.add(thread.delay());
        }
        return delays;
    }

    /** A thread that waits for the test instead of the clock. */
    private static final class WaitingThread extends ScheduledThreadPoolExecutor {
        private final List<Runnable> waiting = new ArrayList<>();
        private Duration delay = Duration.ZERO;

        WaitingThread() {
            super(1, task -> {
                Thread daemon = new Thread(task);
                daemon.setDaemon(true);
                return daemon;
            });
            setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        }

        @Override
        public ScheduledFuture<?> schedule(Runnable task, long time, TimeUnit unit) {
            ScheduledFuture<?> pending = super.schedule(task, Long.MAX_VALUE / 2, TimeUnit.NANOSECONDS);
            waiting.add(task);
            delay = Duration.of(time, unit.toChronoUnit());
            return pending;
        }

        /** The one task that is waiting for its time has it now. */
        void pass() {
            assertThat(waiting).hasSize(1);
            waiting.remove(0).run();
        }

        Duration delay() {
            assertThat(waiting).hasSize(1);
            return delay;
        }
    }

    /** A ring whose rotation does what a test says. */
    private static final class Ring implements Keyring {
        private final List<RotationPolicy> asked = new CopyOnWriteArrayList<>();
        private @Nullable KeyName name = new KeyName("certificates");
        private Runnable meanwhile = () -> {};
        private @Nullable Throwable failure;

        @Override
        public KeyName name() {
            if (name == null) {
                throw new IllegalStateException("no name");
            }
            return name;
        }

        @Override
        public Rotation rotateIfDue(RotationPolicy policy) {
            asked.add(policy);
            meanwhile.run();
            if (failure != null) {
                throw Ring.<RuntimeException>unannounced(failure);
            }
            Instant now = Instant.EPOCH;
            return new Rotation(name(), 1, new KeyId("first"), Optional.empty(), now, policy.dueAt(now));
        }

        @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"
        }) // the compiler does not look for checked exceptions behind a type variable
        private static <E extends Throwable> E unannounced(Throwable failure) throws E {
            throw (E) failure;
        }

        @Override
        public KeyMetadata current() {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<KeyMetadata> keys() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Signer signer() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Verifier verifier() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Rotation rotate(RotationPolicy policy) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Rotation promote(KeyId id, RotationPolicy policy) {
            throw new UnsupportedOperationException();
        }
    }
}
