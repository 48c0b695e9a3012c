package dev.chancery.cli.report;

import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.cli.report.RingHistory.Generation;
import dev.chancery.health.Finding;
import dev.chancery.health.HealthStatus;
import dev.chancery.key.ProtectionLevel;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The compliance checklist of the key management guide, with what in the store and its log shows each line. */
final class Checklist {
    /** A quarter, and some days more, for a drill on a working day. */
    private static final Duration REGULARLY = Duration.ofDays(100);

    /** The checks that say how private keys are kept. */
    private static final Set<String> KEEPING =
            Set.of("answer", "usable", "encryption", "left-over private half", "proof");

    private static final Set<String> RECORDING = Set.of("log", "record", "chains", "reconciliation");

    private final Report report;

    /**
     * A line of the checklist.
     *
     * @param requirement the guide's words
     * @param shown whether something shows it
     * @param evidence what does, or what is missing
     */
    record Line(String requirement, boolean shown, String evidence) {}

    private Checklist(Report report) {
        this.report = report;
    }

    static List<Line> of(Report report) {
        Checklist checklist = new Checklist(report);
        return List.of(
                checklist.algorithms(),
                checklist.storage(),
                checklist.rotation(),
                checklist.logging(),
                checklist.recovery(),
                unseen("Security assessments are performed annually", "No store and no log has them."),
                unseen("Incident response procedures are documented", "A document is for a person to read."),
                unseen("Staff training on key management procedures is current", "No store and no log has it."));
    }

    private static Line unseen(String requirement, String why) {
        return new Line(requirement, false, why);
    }

    private Line algorithms() {
        String requirement = "Key generation uses approved algorithms and key sizes";
        List<JudgedKey> signing = report.signing();
        List<String> refused = signing.stream()
                .filter(key -> report.policy()
                                .refusalToMake(
                                        key.key().spec(), key.key().ring().map(position -> position.ring()))
                                .isPresent()
                        || Standard.SP_800_57
                                        .judge(key.key().spec(), report.asOf())
                                        .standing()
                                == Verdict.Standing.DISALLOWED)
                .map(key -> key.key().id() + " (" + key.key().spec() + ")")
                .toList();
        if (signing.isEmpty()) {
            return new Line(requirement, false, "There is no key that may sign.");
        }
        return refused.isEmpty()
                ? new Line(
                        requirement,
                        true,
                        count(signing.size(), "key") + " may sign, each of a kind that the policy '"
                                + report.policy().name() + "' and SP 800-57 allow on " + report.asOf() + ".")
                : new Line(requirement, false, "Not allowed on " + report.asOf() + ": " + some(refused) + ".");
    }

    private Line storage() {
        String requirement = "Private keys are stored securely with proper access controls";
        Map<ProtectionLevel, Long> levels = report.signing().stream()
                .collect(Collectors.groupingBy(key -> key.key().protection(), TreeMap::new, Collectors.counting()));
        List<Finding> wrong = open(KEEPING);
        long plain = levels.getOrDefault(ProtectionLevel.SOFTWARE, 0L);
        String kept = levels.entrySet().stream()
                .map(level -> level.getValue() + " " + level.getKey())
                .collect(Collectors.joining(", "));
        if (!wrong.isEmpty()) {
            return new Line(requirement, false, describe(wrong));
        }
        if (plain > 0) {
            return new Line(
                    requirement,
                    false,
                    "Nothing but file permissions protects " + count(plain, "key") + " of those that may sign: " + kept
                            + ".");
        }
        return levels.isEmpty()
                ? new Line(requirement, false, "There is no key that may sign.")
                : new Line(
                        requirement,
                        true,
                        "No private key is open to others, and no check found one weakly encrypted: " + kept
                                + ". None was loaded for this report; `chancery doctor` tries them.");
    }

    private Line rotation() {
        String requirement = "Key rotation procedures are documented and tested";
        List<Finding> overdue = open(Set.of("due date", "overlap", "current key"));
        if (!overdue.isEmpty()) {
            return new Line(requirement, false, describe(overdue));
        }
        List<RingHistory> never = report.rings().stream()
                .filter(ring -> ring.generations().size() < 2)
                .toList();
        if (report.rings().isEmpty()) {
            return new Line(requirement, false, "There is no ring, so nothing is rotated.");
        }
        if (!never.isEmpty()) {
            return new Line(
                    requirement,
                    false,
                    "Never rotated: "
                            + some(never.stream().map(RingHistory::name).toList()) + ".");
        }
        String last = report.rings().stream()
                .flatMap(ring -> ring.generations().stream())
                .map(Generation::begin)
                .max(Comparator.naturalOrder())
                .map(Times::day)
                .orElseThrow();
        return new Line(
                requirement,
                true,
                "Each of " + count(report.rings().size(), "ring")
                        + " has been rotated and none is overdue; the last rotation was on " + last
                        + ". That it is documented, a person has to show.");
    }

    private Line logging() {
        String requirement = "Audit logging captures all key operations";
        List<Finding> wrong = open(RECORDING);
        if (!wrong.isEmpty()) {
            return new Line(requirement, false, describe(wrong));
        }
        return report.use()
                .map(
                        use -> new Line(
                                requirement,
                                true,
                                "The log " + use.log() + " is intact, with " + count(use.records(), "record")
                                        + ", and the store is what it says. That each program that signs writes into it, a person has to show."))
                .orElse(new Line(requirement, false, "No audit log was named; --audit does."));
    }

    private Line recovery() {
        String requirement = "Backup and recovery procedures are tested regularly";
        Optional<AuditRecord> drill = report.use().flatMap(use -> use.lastGood(AuditEvent.DRILL_PERFORMED));
        if (drill.isEmpty()) {
            return new Line(requirement, false, "No drill that went well is on record.");
        }
        String day = Times.day(drill.get().timestamp());
        boolean recent = drill.get().timestamp().isAfter(report.made().minus(REGULARLY));
        return new Line(
                requirement,
                recent,
                "The last drill that went well was on " + day
                        + (recent ? "." : ", more than " + REGULARLY.toDays() + " days ago."));
    }

    private List<Finding> open(Set<String> checks) {
        return report.health().findings().stream()
                .filter(finding -> finding.status() != HealthStatus.UP && checks.contains(finding.check()))
                .toList();
    }

    private static String describe(List<Finding> findings) {
        Finding first = findings.get(0);
        String more = findings.size() == 1 ? "" : " And " + (findings.size() - 1) + " more among the open findings.";
        return first.subject() + ", " + first.check() + ": " + first.detail() + more;
    }

    private static String some(List<String> names) {
        int most = 5;
        String more = names.size() > most ? " and " + (names.size() - most) + " more" : "";
        return names.stream().limit(most).collect(Collectors.joining(", ")) + more;
    }

    private static String count(long number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }
}
