package dev.chancery.key;

import dev.chancery.error.ConfigurationException;
import java.time.Instant;
import java.util.Optional;

/**
 * From when on a compromised key's signatures are worth nothing. The mark is permanent; it may move earlier, never later.
 *
 * @param instant the first instant of doubt, or empty where it is unknown: then no signature of the key is worth anything
 */
public record CompromisedSince(Optional<Instant> instant) {

    /** The first instant of doubt is unknown: every signature of the key is in doubt. */
    public static final CompromisedSince UNKNOWN = new CompromisedSince(Optional.empty());

    /**
     * Checks the instant.
     *
     * @throws ConfigurationException if it is not between {@link KeyAttributes#EARLIEST} and {@link KeyAttributes#LATEST}
     */
    public CompromisedSince {
        instant.ifPresent(date -> KeyAttributes.checkDate("compromisedSince", date));
    }

    /**
     * A known first instant of doubt.
     *
     * @param instant the first instant of doubt
     * @return the mark
     * @throws ConfigurationException if it is not between {@link KeyAttributes#EARLIEST} and {@link KeyAttributes#LATEST}
     */
    public static CompromisedSince at(Instant instant) {
        return new CompromisedSince(Optional.of(instant));
    }

    /**
     * Whether a signature proven to have existed at an instant is older than the doubt.
     *
     * @param proven an instant at which the signature is proven to have existed, by a time-stamp for example
     * @return {@code true} only if it lies strictly before a known first instant of doubt
     */
    public boolean isAfter(Instant proven) {
        return instant.filter(proven::isBefore).isPresent();
    }

    /**
     * The stricter of two marks.
     *
     * @param other another mark on the same key
     * @return the earlier one; UNKNOWN is earlier than every instant
     */
    public CompromisedSince earlier(CompromisedSince other) {
        if (instant.isEmpty() || other.instant.isEmpty()) {
            return UNKNOWN;
        }
        return instant.get().isBefore(other.instant.get()) ? this : other;
    }

    /** Returns the instant in ISO-8601, or {@code UNKNOWN}. */
    @Override
    public String toString() {
        return instant.map(Instant::toString).orElse("UNKNOWN");
    }
}
