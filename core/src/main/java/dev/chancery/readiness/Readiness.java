package dev.chancery.readiness;

import dev.chancery.KeyStore;
import dev.chancery.health.HealthLevel;
import dev.chancery.health.HealthReport;
import dev.chancery.health.HealthStatus;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers the two questions of a load balancer or of Kubernetes, for any framework: is the application alive, and is it ready. A store's outage makes
 * it not ready, so that requests go elsewhere, and never not alive: starting it again would mend nothing. Thread-safe.
 *
 * <p>However often and by however many it is asked, the store is looked at once in a while: an answer is as old as that.
 *
 * <pre>{@code
 * Readiness readiness = Readiness.of(store);
 * server.createContext("/health", new HealthHandler(readiness)); // with the JDK's HTTP server
 * }</pre>
 */
public final class Readiness {
    private static final Duration TEN_SECONDS = Duration.ofSeconds(10);

    private final KeyStore store;
    private final HealthLevel level;
    private final long maxAge;
    private final LongSupplier ticker;
    private final ReentrantLock looking = new ReentrantLock();
    private volatile @Nullable Seen last;

    private record Seen(HealthReport report, long at) {}

    /**
     * What is answered over HTTP.
     *
     * @param status the status code: 200, or 503 if not
     * @param body a JSON object with the status alone, for it may be read by anybody; {@link Readiness#report} has the findings
     */
    public record Answer(int status, String body) {
        /** The type of the body. */
        public static final String CONTENT_TYPE = "application/json";
    }

    private Readiness(KeyStore store, HealthLevel level, Duration maxAge, LongSupplier ticker) {
        this.store = store;
        this.level = level;
        this.maxAge = maxAge.toNanos();
        this.ticker = ticker;
    }

    /**
     * Looks at {@link HealthLevel#READ}, every ten seconds at most.
     *
     * @param store the store that the application signs with; it stays the caller's to close
     * @return what answers
     */
    public static Readiness of(KeyStore store) {
        return of(store, HealthLevel.READ, TEN_SECONDS);
    }

    /**
     * Looks as closely and as often as is said.
     *
     * @param store the store that the application signs with; it stays the caller's to close
     * @param level how closely; {@link HealthLevel#SIGN} makes a signature of each key each time
     * @param maxAge how old an answer may be
     * @return what answers
     */
    public static Readiness of(KeyStore store, HealthLevel level, Duration maxAge) {
        return of(store, level, maxAge, System::nanoTime);
    }

    static Readiness of(KeyStore store, HealthLevel level, Duration maxAge, LongSupplier ticker) {
        return new Readiness(store, level, maxAge, ticker);
    }

    /**
     * Whether the process is alive. Asks nothing of the store.
     *
     * @return 200, always
     */
    public Answer live() {
        return answer(200, HealthStatus.UP);
    }

    /**
     * Whether requests should come here.
     *
     * @return 200 if the store is up or degraded; 503 if it is down
     * @throws IllegalStateException if the store is closed
     */
    public Answer ready() {
        HealthReport report = report();
        return answer(report.isReady() ? 200 : 503, report.status());
    }

    /**
     * What was found when the store was last looked at; the first caller, and one of those who come when that has aged, look.
     *
     * @return the report, for those who may know names of keys and files
     * @throws IllegalStateException if the store is closed
     */
    public HealthReport report() {
        Seen seen = last;
        if (seen != null && (isFresh(seen) || !looking.tryLock())) {
            return seen.report();
        }
        if (seen == null) {
            looking.lock();
        }
        try {
            Seen meanwhile = last;
            return meanwhile != null && isFresh(meanwhile) ? meanwhile.report() : look();
        } finally {
            looking.unlock();
        }
    }

    private boolean isFresh(Seen seen) {
        return ticker.getAsLong() - seen.at() < maxAge;
    }

    private HealthReport look() {
        HealthReport report = store.health(level);
        last = new Seen(report, ticker.getAsLong());
        return report;
    }

    private static Answer answer(int status, HealthStatus found) {
        return new Answer(status, "{\"status\":\"" + found + "\"}\n");
    }
}
