package dev.chancery.cli.input;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import picocli.CommandLine.TypeConversionException;

/** A point in time as people write it: one rule for all commands. */
public final class Moment {
    /** The forms, for help. */
    public static final String FORMS =
            "A date (its first instant, UTC) or an instant: 2026-11-23, 2026-11-23T12:00:00Z.";

    private Moment() {}

    /**
     * Reads one: a date or, in ISO-8601, an instant with its offset.
     *
     * @throws TypeConversionException if it is neither
     */
    public static Instant parse(String text) {
        try {
            return text.contains("T")
                    ? OffsetDateTime.parse(text).toInstant()
                    : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
        } catch (DateTimeException e) {
            throw new TypeConversionException(
                    "'" + text + "' is no date such as 2026-11-23 and no instant such as 2026-11-23T12:00:00Z");
        }
    }
}
