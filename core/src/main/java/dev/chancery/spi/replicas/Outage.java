package dev.chancery.spi.replicas;

import dev.chancery.error.StoreUnavailableException;
import dev.chancery.health.Finding;
import dev.chancery.health.HealthStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether the home answers. One that did not is asked again after half a minute, since each question may take its whole deadline. Thread-safe. */
final class Outage {
    private static final Logger LOG = LoggerFactory.getLogger(Outage.class);
    private static final Duration PASSED_OVER = Duration.ofSeconds(30);

    private final String location;
    private final LongSupplier ticker;
    private final AtomicReference<@Nullable Seen> last = new AtomicReference<>();

    private record Seen(long nanos, StoreUnavailableException failure) {}

    Outage(String location, LongSupplier ticker) {
        this.location = location;
        this.ticker = ticker;
    }

    /**
     * Asks the home, and another place while it does not answer.
     *
     * @param replicated whether another place could answer
     */
    <T> T bridge(boolean replicated, Supplier<T> home, Function<StoreUnavailableException, T> elsewhere) {
        Seen seen = last.get();
        if (replicated && seen != null && ticker.getAsLong() - seen.nanos() < PASSED_OVER.toNanos()) {
            return elsewhere.apply(seen.failure());
        }
        try {
            T answer = home.get();
            if (last.getAndSet(null) != null) {
                LOG.info("{} answers again.", location);
            }
            return answer;
        } catch (StoreUnavailableException e) {
            boolean answers =
                    e.retryAfter().isPresent(); // it asks to be left alone for a moment, or has no turn for us
            if (!replicated || answers) {
                throw e;
            }
            if (last.getAndSet(new Seen(ticker.getAsLong(), e)) == null) {
                LOG.warn("{} does not answer; copies of its keys serve for now: {}", location, e.getMessage());
            }
            return elsewhere.apply(e);
        }
    }

    /** What there is to say while the home is out. */
    Optional<Finding> finding() {
        return Optional.ofNullable(last.get())
                .map(seen -> new Finding(
                        "home",
                        HealthStatus.DEGRADED,
                        location + " did not answer; copies of its keys serve. "
                                + seen.failure().getMessage()));
    }
}
