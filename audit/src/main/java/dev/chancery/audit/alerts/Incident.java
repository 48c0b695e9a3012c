package dev.chancery.audit.alerts;

import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Set;

/** Findings of one rule on one subject that follow each other. Not thread-safe. */
final class Incident {
    /** How many further sentences are kept for the end. */
    private static final int EXAMPLES = 8;

    private final String rule;
    private final AuditRecord first;
    private final String detail;
    private final Set<String> examples = new LinkedHashSet<>();
    private Instant last;
    private long count;

    Incident(String rule, AuditRecord first, AlertRule.Finding finding) {
        this.rule = rule;
        this.first = first;
        this.detail = finding.detail();
        this.last = first.timestamp();
        this.count = finding.count();
    }

    void add(AuditRecord record, AlertRule.Finding finding) {
        count += finding.count();
        last = later(last, record.timestamp());
        if (examples.size() < EXAMPLES && !finding.detail().equals(detail)) {
            examples.add(finding.detail());
        }
    }

    /** When it is over, unless something is added. */
    Instant end(Duration quiet, Duration longest) {
        Instant quietAt = last.plus(quiet);
        Instant longestAt = first.timestamp().plus(longest);
        return quietAt.isBefore(longestAt) ? quietAt : longestAt;
    }

    AuditRecord makeFirstAlert() {
        return alert(first.timestamp(), "begun", detail).build();
    }

    AuditRecord makeLastAlert(Instant now) {
        String sum = "Over after " + count + (count == 1 ? " record. " : " records. ") + "It began with: " + detail;
        return alert(later(now, last), "ended", sum)
                .text("until", last.toString())
                .list("examples", examples.stream().toList())
                .build();
    }

    private AuditRecord.Builder alert(Instant now, String outcome, String reason) {
        AuditRecord.Builder alert = AuditRecord.builder(now, AuditEvent.ALERT)
                .text("rule", rule)
                .text("outcome", outcome)
                .number("count", count)
                .text("reason", reason)
                .text("since", first.timestamp().toString());
        for (String field :
                new String[] {"op_id", "store", "key_id", "ring", "user_id", "ip_address", "correlation_id"}) {
            alert.text(field, first.field(field));
        }
        return alert;
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
