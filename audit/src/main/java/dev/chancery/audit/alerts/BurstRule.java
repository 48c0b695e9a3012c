package dev.chancery.audit.alerts;

import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.error.ConfigurationException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** {@link AlertRule#denials} and {@link AlertRule#failedVerifications}. */
final class BurstRule implements AlertRule {
    private static final int MOST = 10_000;

    private final String name;
    private final Predicate<AuditRecord> counted;
    private final Function<AuditRecord, String> subject;
    private final String what;
    private final int count;
    private final Duration window;
    private final Subjects<Burst> bursts = new Subjects<>(Burst::new);

    private BurstRule(
            String name,
            Predicate<AuditRecord> counted,
            Function<AuditRecord, String> subject,
            String what,
            int count,
            Duration window) {
        if (count < 2 || count > MOST || window.isNegative() || window.isZero()) {
            throw new ConfigurationException("The rule " + name + " counts 2 to 10,000 records within some time.");
        }
        this.name = name;
        this.counted = counted;
        this.subject = subject;
        this.what = what;
        this.count = count;
        this.window = window;
    }

    static BurstRule denials(int count, Duration window) {
        return new BurstRule(
                "denials",
                record -> record.event() == AuditEvent.DENIED,
                record -> "store " + Subjects.store(record),
                "denied calls on",
                count,
                window);
    }

    static BurstRule failedVerifications(int count, Duration window) {
        return new BurstRule(
                "failed_verifications",
                record -> record.event() == AuditEvent.VERIFICATION_PERFORMED
                        && record.field("outcome").filter("valid"::equals).isEmpty(),
                Subjects::key,
                "failed verifications with",
                count,
                window);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Optional<Finding> judge(AuditRecord record) {
        if (!counted.test(record)) {
            return Optional.empty();
        }
        String of = subject.apply(record);
        long found = bursts.of(of).add(record.timestamp());
        return found == 0
                ? Optional.empty()
                : Optional.of(new Finding(
                        of,
                        count + " " + what + " " + of + " within " + window + "; the last by " + Subjects.caller(record)
                                + ".",
                        found));
    }

    /** The last records of one subject. */
    private final class Burst {
        private final Deque<Instant> last = new ArrayDeque<>();
        private int unreported;

        /** How many records this one makes known as a burst; none as long as they are few. */
        long add(Instant now) {
            last.add(now);
            unreported++;
            if (last.size() > count) {
                last.remove();
            }
            Duration within = Duration.between(last.getFirst(), now).abs(); // a clock may be set back
            if (last.size() < count || within.compareTo(window) > 0) {
                return 0;
            }
            int found = Math.min(unreported, count);
            unreported = 0;
            return found;
        }
    }
}
