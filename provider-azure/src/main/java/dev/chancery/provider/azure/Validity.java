package dev.chancery.provider.azure;

import dev.chancery.spi.records.KeyRecord;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * The dates of a record as the vault's own {@code nbf} and {@code exp}, which are whole seconds of the vault's time: beyond them the vault itself signs no
 * more. A store whose clock is not the time of day, as in tests, sets none.
 */
record Validity(Clock clock) {
    /** The vault's clock may be behind that of the machine that makes a key current, and an early nbf harms nobody: core judges signFrom. */
    private static final Duration SKEW = Duration.ofMinutes(5);

    Optional<OffsetDateTime> notBefore(KeyRecord record) {
        return record.attributes()
                .signFrom()
                .filter(from -> isTimeOfDay() && !from.isAfter(clock.instant()))
                .map(from -> from.minus(SKEW).truncatedTo(ChronoUnit.SECONDS))
                .map(Validity::utc)
                .filter(from ->
                        expires(record).filter(end -> !from.isBefore(end)).isEmpty());
    }

    Optional<OffsetDateTime> expires(KeyRecord record) {
        return record.attributes()
                .signUntil()
                .filter(until -> isTimeOfDay())
                .map(until -> until.plusNanos(999_999_999).truncatedTo(ChronoUnit.SECONDS))
                .map(Validity::utc);
    }

    private boolean isTimeOfDay() {
        return Duration.between(clock.instant(), Instant.now()).abs().compareTo(SKEW) < 0;
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
