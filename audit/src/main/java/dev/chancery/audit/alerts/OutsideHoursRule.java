package dev.chancery.audit.alerts;

import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Optional;
import java.util.Set;

/** {@link AlertRule#outsideHours}. */
final class OutsideHoursRule implements AlertRule {
    private final ZoneId zone;
    private final Set<DayOfWeek> days;
    private final LocalTime from;
    private final LocalTime until;

    OutsideHoursRule(ZoneId zone, Set<DayOfWeek> days, LocalTime from, LocalTime until) {
        this.zone = zone;
        this.days = Set.copyOf(days);
        this.from = from;
        this.until = until;
    }

    @Override
    public String name() {
        return "outside_hours";
    }

    @Override
    public Optional<Finding> judge(AuditRecord record) {
        if (record.event() != AuditEvent.KEY_USED || record.isSelfTest()) {
            return Optional.empty();
        }
        ZonedDateTime when = record.timestamp().atZone(zone);
        if (isWithin(when)) {
            return Optional.empty();
        }
        String key = Subjects.key(record);
        return Optional.of(new Finding(
                key,
                Subjects.caller(record) + " uses " + key + " on " + when.getDayOfWeek() + " at "
                        + when.toLocalTime().withNano(0) + " " + zone + "; hours are from " + from + " until " + until
                        + ".",
                1));
    }

    private boolean isWithin(ZonedDateTime when) {
        LocalTime time = when.toLocalTime();
        DayOfWeek today = when.getDayOfWeek();
        if (from.isBefore(until)) {
            return days.contains(today) && !time.isBefore(from) && time.isBefore(until);
        }
        boolean begun = days.contains(today) && !time.isBefore(from);
        boolean goesOn = days.contains(today.minus(1)) && time.isBefore(until);
        return begun || goesOn;
    }
}
