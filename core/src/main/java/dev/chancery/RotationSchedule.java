package dev.chancery;

import dev.chancery.error.ConfigurationException;
import dev.chancery.rotation.RotationPolicy;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rotates a ring when it is due, inside an application, on a daemon thread. A failure is logged and tried again later, ever
 * less often up to the interval; it never ends the schedule nor the application. Every instance of a fleet may run one.
 * Thread-safe.
 */
public final class RotationSchedule implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RotationSchedule.class);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(10);
    private static final Duration LONGEST_INTERVAL = Duration.ofDays(366);

    private final Keyring ring;
    private final RotationPolicy policy;
    private final Duration interval;
    private final ScheduledExecutorService thread;
    private final DoubleSupplier random;
    private Duration retry = FIRST_RETRY; // confined to the thread

    private RotationSchedule(
            Keyring ring,
            RotationPolicy policy,
            Duration interval,
            ScheduledExecutorService thread,
            DoubleSupplier random) {
        this.ring = ring;
        this.policy = policy;
        this.interval = interval;
        this.thread = thread;
        this.random = random;
    }

    /**
     * Starts a schedule; the first check comes at once.
     *
     * @param ring the ring to rotate
     * @param policy when and to what
     * @param interval how often to check, for example an hour; a tenth of jitter keeps a fleet from checking in step
     * @return the running schedule
     * @throws ConfigurationException if the interval is shorter than a second or longer than a year
     */
    public static RotationSchedule start(Keyring ring, RotationPolicy policy, Duration interval) {
        if (interval.compareTo(Duration.ofSeconds(1)) < 0 || interval.compareTo(LONGEST_INTERVAL) > 0) {
            throw new ConfigurationException(
                    "A rotation is checked for every second at most and every year at least; this interval is "
                            + interval + ". An hour, PT1H, suits most.");
        }
        return start(
                ring,
                policy,
                interval,
                oneDaemonThread(ring),
                () -> ThreadLocalRandom.current().nextDouble());
    }

    /** With the thread that waits, and what picks a point of the jitter, from 0 to below 1. */
    static RotationSchedule start(
            Keyring ring,
            RotationPolicy policy,
            Duration interval,
            ScheduledExecutorService thread,
            DoubleSupplier random) {
        RotationSchedule schedule = new RotationSchedule(ring, policy, interval, thread, random);
        schedule.next(Duration.ZERO);
        return schedule;
    }

    private static ScheduledExecutorService oneDaemonThread(Keyring ring) {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread daemon = new Thread(task, "chancery-rotation-" + ring.name());
            daemon.setDaemon(true);
            return daemon;
        });
        // Else the check that waits for its hour still happens after close.
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        return executor;
    }

    private void next(Duration delay) {
        try {
            var unused = thread.schedule(this::check, delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("The schedule of the ring '{}' is closed.", ring.name());
        }
    }

    private void check() {
        Duration delay = jitter(interval);
        try {
            ring.rotateIfDue(policy);
            retry = FIRST_RETRY;
        } catch (Throwable e) { // also what a listener in another language throws
            delay = jitter(shorter(retry, interval));
            retry = shorter(retry.multipliedBy(2), interval);
            LOG.error("The rotation of the ring '{}' failed; it is tried again in {}.", ring.name(), delay, e);
        } finally { // also when logging fails
            next(delay);
        }
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    /** From nine to eleven tenths of the delay. */
    private Duration jitter(Duration delay) {
        return Duration.ofMillis(Math.round(delay.toMillis() * (0.9 + 0.2 * random.getAsDouble())));
    }

    /** Stops checking, for good. A rotation that is under way is finished first by its own thread. */
    @Override
    public void close() {
        thread.shutdown();
    }
}
