package dev.chancery.audit.alerts;

import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.key.KeyState;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/** Rules that need no memory: {@link AlertRule#unusableKey}, {@link AlertRule#rotation}, {@link AlertRule#compromise}, {@link AlertRule#damagedLog}. */
record EventRule(String name, Predicate<AuditRecord> suspicious, Function<AuditRecord, String> sentence)
        implements AlertRule {
    private static final Set<String> OUT_OF_SERVICE =
            Set.of(KeyState.DEACTIVATED.name(), KeyState.COMPROMISED.name(), KeyState.DESTROYED.name());

    static EventRule unusableKey() {
        return new EventRule("unusable_key", EventRule::isUseOfUnusableKey, EventRule::useOfUnusableKey);
    }

    static EventRule rotation() {
        return new EventRule(
                "rotation",
                record -> record.event() == AuditEvent.KEY_ROTATED && record.isDone() && generation(record) > 1,
                record -> Subjects.caller(record) + " rotated " + Subjects.key(record) + " to generation "
                        + generation(record) + ".");
    }

    static EventRule compromise() {
        return new EventRule(
                "compromise",
                record -> record.event() == AuditEvent.KEY_COMPROMISED && record.isDone(),
                record -> Subjects.caller(record) + " marked " + Subjects.member(record) + " as compromised.");
    }

    static EventRule damagedLog() {
        return new EventRule(
                "damaged_log",
                AlertRule::isDamage,
                record -> (record.event() == AuditEvent.LOG_LOST
                                ? "The audit log has lost records: "
                                        + Subjects.show(record.field("reason").orElse("?"))
                                : "What was cut off the audit log is in "
                                        + Subjects.show(record.field("file").orElse("?"))
                                        + ": a crash left it, or a writer without the audit key did.")
                        + " Look with `chancery audit verify`.");
    }

    @Override
    public Optional<Finding> judge(AuditRecord record) {
        return suspicious.test(record)
                ? Optional.of(new Finding(Subjects.key(record), sentence.apply(record), 1))
                : Optional.empty();
    }

    private static boolean isUseOfUnusableKey(AuditRecord record) {
        return switch (record.event()) {
            case DENIED ->
                record.field("operation").filter("sign"::equals).isPresent()
                        && record.field("key_state")
                                .filter(OUT_OF_SERVICE::contains)
                                .isPresent();
            case VERIFICATION_PERFORMED ->
                record.field("outcome").filter("compromised"::equals).isPresent()
                        || record.field("key_state")
                                .filter(KeyState.COMPROMISED.name()::equals)
                                .isPresent();
            default -> false;
        };
    }

    private static String useOfUnusableKey(AuditRecord record) {
        return record.event() == AuditEvent.DENIED
                ? Subjects.caller(record) + " tried to sign with " + Subjects.member(record) + ", which is "
                        + record.field("key_state").orElse("?") + "."
                : Subjects.caller(record) + " verified a signature with " + Subjects.member(record)
                        + ", which is compromised.";
    }

    private static long generation(AuditRecord record) {
        return record.number("generation").orElse(0);
    }
}
