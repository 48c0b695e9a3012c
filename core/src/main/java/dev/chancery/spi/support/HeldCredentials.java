package dev.chancery.spi.support;

import dev.chancery.health.Finding;
import dev.chancery.health.HealthStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The credentials that a client of a remote place holds in memory, as far as health may tell of them. Immutable.
 *
 * @param source what they come from, in the SDK's own word: no secret, and no key's id
 * @param end when they expire, where that is known
 * @param renews whether the source gives new ones by itself
 */
public record HeldCredentials(String source, Optional<Instant> end, boolean renews) {
    /** As long as a person needs to get others. */
    private static final Duration SOON = Duration.ofHours(1);

    /**
     * Those of one of the SDK's objects, which its users know by its class.
     *
     * @param provider the object
     * @param end when they expire, where that is known
     * @param renews whether the object gives new ones by itself
     * @return what is held
     */
    public static HeldCredentials of(Object provider, Optional<Instant> end, boolean renews) {
        return new HeldCredentials(provider.getClass().getSimpleName(), end, renews);
    }

    /**
     * What there is to say of them now. Where it is not good, health adds what a person types to see who asks the place
     * ({@link dev.chancery.spi.Traits#diagnosis}).
     *
     * @return the finding {@code credentials}
     */
    public Finding finding() {
        return finding(Instant.now()); // a place goes by the real time, and not by the store's clock
    }

    Finding finding(Instant now) {
        String from = "They come from " + source;
        if (end.isEmpty()) {
            return finding(HealthStatus.UP, from + "; no expiry is known.");
        }
        Instant until = end.get();
        if (!now.isBefore(until)) {
            return renews
                    // Places may take them a while longer, and say so themselves when they do not.
                    ? finding(HealthStatus.DEGRADED, from + ", expired at " + until + ", and were not renewed.")
                    : finding(HealthStatus.DOWN, from + ", and expired at " + until + ". Hand others over.");
        }
        if (renews) {
            return finding(HealthStatus.UP, from + ". They expire at " + until + "; the SDK renews them before.");
        }
        String detail = from + ". They expire at " + until + ", and nothing renews them.";
        return now.plus(SOON).isBefore(until)
                ? finding(HealthStatus.UP, detail)
                : finding(HealthStatus.DEGRADED, detail + " Hand others over before.");
    }

    private static Finding finding(HealthStatus status, String detail) {
        return new Finding("credentials", status, detail);
    }
}
