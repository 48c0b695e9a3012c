package dev.chancery.rotation;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.ConfigurationException;
import java.time.Duration;
import java.time.Instant;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * When a ring gets its next key, and of what kind. Immutable; each {@code with…} makes a changed copy.
 *
 * @param period how long a key stays current; a calendar period, counted in UTC
 * @param leadTime how long before its promotion the next key is made and its public half is there to be fetched
 * @param nextSpec the kind of the next key, or empty for that of the current one
 */
public record RotationPolicy(Period period, Duration leadTime, Optional<KeySpec> nextSpec) {

    /** Every 12 months, as the guide asks of production. */
    public static final RotationPolicy PRODUCTION =
            new RotationPolicy(Period.ofMonths(12), Duration.ZERO, Optional.empty());

    /** Every 6 months, as the guide asks of development. */
    public static final RotationPolicy DEVELOPMENT =
            new RotationPolicy(Period.ofMonths(6), Duration.ZERO, Optional.empty());

    private static final int WARN_AT_PERCENT = 80;
    private static final int MAX_YEARS = 1_000;

    /**
     * Checks the times.
     *
     * @throws ConfigurationException if the period is not positive, the lead time is negative, or one of them is longer than
     *     1000 years
     */
    public RotationPolicy {
        Instant anyDay = Instant.EPOCH;
        Instant latest = after(anyDay, Period.ofYears(MAX_YEARS));
        boolean countable = Math.abs(period.toTotalMonths()) <= MAX_YEARS * 12L; // days alone never run over
        if (!countable
                || !after(anyDay, period).isAfter(anyDay)
                || after(anyDay, period).isAfter(latest)) {
            throw new ConfigurationException("A rotation period is positive, as P12M is, and at most " + MAX_YEARS
                    + " years; this one is " + period + ".");
        }
        if (leadTime.isNegative() || leadTime.compareTo(Duration.between(anyDay, latest)) > 0) {
            throw new ConfigurationException(
                    "A lead time is zero or more, and at most " + MAX_YEARS + " years; this one is " + leadTime + ".");
        }
    }

    private static Instant after(Instant start, Period period) {
        return start.atZone(ZoneOffset.UTC).plus(period).toInstant();
    }

    /**
     * When a key that became current at some instant is to be followed.
     *
     * @param since when the key became current
     * @return the instant of its rotation
     */
    public Instant dueAt(Instant since) {
        return after(since, period);
    }

    /**
     * When to begin to warn: after 80 % of the period.
     *
     * @param since when the key became current
     * @return the first instant of warning
     */
    public Instant warnAt(Instant since) {
        return since.plus(Duration.between(since, dueAt(since))
                .multipliedBy(WARN_AT_PERCENT)
                .dividedBy(100));
    }

    /**
     * Sets the period.
     *
     * @param value how long a key stays current
     * @return a changed copy
     */
    public RotationPolicy withPeriod(Period value) {
        return new RotationPolicy(value, leadTime, nextSpec);
    }

    /**
     * Sets the lead time.
     *
     * @param value how long before its promotion the next key is made
     * @return a changed copy
     */
    public RotationPolicy withLeadTime(Duration value) {
        return new RotationPolicy(period, value, nextSpec);
    }

    /**
     * Sets the kind of the next key.
     *
     * @param value the kind
     * @return a changed copy
     */
    public RotationPolicy withNextSpec(KeySpec value) {
        return new RotationPolicy(period, leadTime, Optional.of(value));
    }
}
