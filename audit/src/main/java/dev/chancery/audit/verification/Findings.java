package dev.chancery.audit.verification;

import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.StoredRecord;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What a verification has found so far. Not thread-safe. */
final class Findings {
    private final List<AuditReport.Problem> problems = new ArrayList<>();
    private final List<AuditReport.Notice> notices = new ArrayList<>();
    private final List<StoredRecord> intents = new ArrayList<>();
    private final Map<AuditEvent, Long> counts = new EnumMap<>(AuditEvent.class);

    void problem(Path file, long line, String what) {
        problems.add(new AuditReport.Problem(file, line, what));
    }

    void notice(Path file, long line, String what) {
        notices.add(new AuditReport.Notice(file, line, what));
    }

    void intent(StoredRecord stored) {
        intents.add(stored);
    }

    void count(AuditEvent event) {
        counts.merge(event, 1L, Long::sum);
    }

    AuditReport report(List<AuditReport.ChainReport> chains, boolean signaturesChecked, boolean sealsChecked) {
        return new AuditReport(chains, problems, notices, intents, counts, signaturesChecked, sealsChecked);
    }
}
