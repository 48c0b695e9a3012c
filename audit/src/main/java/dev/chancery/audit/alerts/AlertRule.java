package dev.chancery.audit.alerts;

import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.audit.record.EventType;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Optional;
import java.util.Set;

/**
 * What makes a record suspicious, for {@link Alerts}. Time is what the records say, never a clock, so the same records give the
 * same alerts. A rule may remember what it saw, within bounds: {@link Alerts} calls it for one record after the other, under
 * one lock. Of what the log tells of itself ({@link EventType#LOG}) it sees only {@link #isDamage damage}. {@code docs/alerts.md} lists the rules with their defaults.
 *
 * <p>A key that belongs to a ring counts as its ring, so that a rotation does not make every caller a stranger.
 */
public interface AlertRule {

    /**
     * What the rule is called.
     *
     * @return lower case with underscores; the field {@code rule} of an alert
     */
    String name();

    /**
     * Looks at a record.
     *
     * @param record what happened
     * @return what is suspicious about it, or empty
     */
    Optional<Finding> judge(AuditRecord record);

    /**
     * What a rule makes of a record.
     *
     * @param subject what it concerns, such as a key in a store; findings of one rule on one subject make one incident
     * @param detail a sentence for a person; values from outside are escaped in it
     * @param count how many records it stands for, at least 1
     */
    record Finding(String subject, String detail, long count) {}

    /**
     * Signatures far above a key's own usual rate: {@code signature_rate}. Usual is the number in the busiest window of
     * late, which counts half after a week. A window above the limit is not usual, however often it comes.
     *
     * @param window over which signatures are counted, by the minutes of the day; 1 minute by default
     * @param factor how many times the usual is too much, at least 1; 10 by default
     * @param atLeast how many signatures are never too many; 100 by default
     * @param learning how long nothing is too much for a key, from its first signature; 1 day by default
     * @return the rule
     */
    static AlertRule signatureRate(Duration window, int factor, int atLeast, Duration learning) {
        return new SignatureRateRule(window, factor, atLeast, learning);
    }

    /**
     * A caller who was never seen to sign with a key: {@code new_caller}. A missing caller counts as one.
     *
     * @param learning how long every caller is welcome, from the key's first use; 1 day by default
     * @param remembered how many callers are remembered for a key, those seen last; 256 by default
     * @return the rule
     */
    static AlertRule newCaller(Duration learning, int remembered) {
        return new FirstSeenRule("new_caller", "user_id", "caller", learning, remembered);
    }

    /**
     * An address from which a key was never seen to be used: {@code new_address}. Uses without an address are passed over.
     *
     * @param learning how long every address is welcome, from the key's first use; 1 day by default
     * @param remembered how many addresses are remembered for a key, those seen last; 256 by default
     * @return the rule
     */
    static AlertRule newAddress(Duration learning, int remembered) {
        return new FirstSeenRule("new_address", "ip_address", "address", learning, remembered);
    }

    /**
     * A use of a key outside of working hours: {@code outside_hours}. Not among the defaults.
     *
     * @param zone where the hours are
     * @param days the days on which work begins
     * @param from when it begins
     * @param until when it ends; on the next day where that is not after the beginning
     * @return the rule
     */
    static AlertRule outsideHours(ZoneId zone, Set<DayOfWeek> days, LocalTime from, LocalTime until) {
        return new OutsideHoursRule(zone, days, from, until);
    }

    /**
     * Many denied calls on one store: {@code denials}.
     *
     * @param count how many, 2 to 10,000; 10 by default
     * @param window within which time; 1 minute by default
     * @return the rule
     */
    static AlertRule denials(int count, Duration window) {
        return BurstRule.denials(count, window);
    }

    /**
     * Many verifications with one key that did not say valid: {@code failed_verifications}.
     *
     * @param count how many, 2 to 10,000; 10 by default
     * @param window within which time; 1 minute by default
     * @return the rule
     */
    static AlertRule failedVerifications(int count, Duration window) {
        return BurstRule.failedVerifications(count, window);
    }

    /**
     * An attempt to sign with a key that is deactivated, compromised or destroyed, and a verification with a compromised key,
     * with any answer: {@code unusable_key}.
     *
     * @return the rule
     */
    static AlertRule unusableKey() {
        return EventRule.unusableKey();
    }

    /**
     * A ring that was rotated: {@code rotation}. Its first generation is none.
     *
     * @return the rule
     */
    static AlertRule rotation() {
        return EventRule.rotation();
    }

    /**
     * A key that was marked as compromised: {@code compromise}.
     *
     * @return the rule
     */
    static AlertRule compromise() {
        return EventRule.compromise();
    }

    /**
     * The log tells of damage: {@code damaged_log}. What was cut off may be a stranger's, and what is lost was acknowledged.
     *
     * @return the rule
     */
    static AlertRule damagedLog() {
        return EventRule.damagedLog();
    }

    /**
     * Whether the log tells of damage, the only thing it tells of itself that rules look at.
     *
     * @param record the record
     * @return {@code true} for {@link AuditEvent#LOG_REPAIRED} and {@link AuditEvent#LOG_LOST}
     */
    static boolean isDamage(AuditRecord record) {
        return record.event() == AuditEvent.LOG_REPAIRED || record.event() == AuditEvent.LOG_LOST;
    }
}
