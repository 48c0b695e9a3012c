package dev.chancery.rotation;

import dev.chancery.Keyring;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rotates a ring when it is due, inside an application, on a daemon thread. A failure is logged and tried again later, ever
 * less often up to the interval; it never ends the schedule nor the application. Every instance of a fleet may run one.
 */
public final class RotationSchedule implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RotationSchedule.class);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(10);

    private final Keyring ring;
    private final RotationPolicy policy;
    private final Duration interval;
    private final ScheduledExecutorService thread;
    private Duration retry = FIRST_RETRY; // confined to the thread

    private RotationSchedule(Keyring ring, RotationPolicy policy, Duration interval) {
        this.ring = ring;
        this.policy = policy;
        this.interval = interval;
        this.thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread daemon = new Thread(task, "chancery-rotation-" + ring.name());
            daemon.setDaemon(true);
            return daemon;
        });
    }

    /**
     * Starts a schedule; the first check comes at once.
     *
     * @param ring the ring to rotate
     * @param policy when and to what
     * @param interval how often to check, for example an hour; a tenth of jitter keeps a fleet from checking in step
     * @return the running schedule
     */
    public static RotationSchedule start(Keyring ring, RotationPolicy policy, Duration interval) {
        RotationSchedule schedule = new RotationSchedule(ring, policy, interval);
        schedule.next(Duration.ZERO);
        return schedule;
    }

    private void next(Duration delay) {
        try {
            var unused = thread.schedule(this::check, delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("The schedule of the ring '{}' is closed.", ring.name());
        }
    }

    private void check() {
        Duration delay = interval;
        try {
            ring.rotateIfDue(policy);
            retry = FIRST_RETRY;
        } catch (RuntimeException | Error e) {
            LOG.error("The rotation of the ring '{}' failed; it is tried again in {}.", ring.name(), retry, e);
            delay = shorter(retry, interval);
            retry = shorter(retry.multipliedBy(2), interval);
        }
        next(jittered(delay));
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private static Duration jittered(Duration delay) {
        long tenth = Math.max(1, delay.toMillis() / 10);
        return delay.plusMillis(ThreadLocalRandom.current().nextLong(-tenth, tenth));
    }

    /** Stops checking. A rotation that is under way is finished first by its own thread. */
    @Override
    public void close() {
        thread.shutdown();
    }
}
