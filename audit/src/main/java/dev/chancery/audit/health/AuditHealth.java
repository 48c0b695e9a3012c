package dev.chancery.audit.health;

import dev.chancery.KeyStore;
import dev.chancery.audit.checkpoint.Anchors;
import dev.chancery.audit.checkpoint.AuditSigner;
import dev.chancery.audit.checkpoint.Checkpoint;
import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.reading.AuditReader;
import dev.chancery.audit.reconciliation.Reconciliation;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.StoredRecord;
import dev.chancery.audit.verification.AuditReport;
import dev.chancery.audit.verification.AuditVerifier;
import dev.chancery.error.ChanceryException;
import dev.chancery.health.Finding;
import dev.chancery.health.HealthStatus;
import dev.chancery.health.Subject;
import dev.chancery.spi.support.ShellWord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Looks at an audit log from outside, be it open or not: whether it can be written, whether its anchor goes along, and at the price of reading all of it,
 * whether it is intact and agrees with the store. Immutable and thread-safe; a fault is a finding.
 *
 * <p>{@link dev.chancery.health.HealthReport#with} joins what is found with what core found of the store.
 */
public final class AuditHealth {
    /** As much as a day of a busy log needs. */
    private static final long ENOUGH = 16L << 20;

    private static final String LOG = "log";

    private final Path log;

    private AuditHealth(Path log) {
        this.log = log;
    }

    /**
     * The health of a log.
     *
     * @param log the log's directory
     * @return what looks at it
     */
    public static AuditHealth of(Path log) {
        return new AuditHealth(log);
    }

    /**
     * Whether the log can be written: where it cannot, nothing is signed.
     *
     * @return one finding
     */
    public Finding place() {
        try {
            if (!Files.isDirectory(log.resolve(ChainDirectory.CHAINS))) {
                return finding(LOG, HealthStatus.DOWN, "There is no audit log in " + log + ". Name its directory.")
                        .withMend("ls -la " + quote(log));
            }
            if (!Files.isWritable(log.resolve(ChainDirectory.CHAINS))) {
                return finding(
                                LOG,
                                HealthStatus.DOWN,
                                "The audit log in " + log
                                        + " cannot be written by the user of this process, so nothing can be signed on record.")
                        .withMend("ls -ld " + quote(log.resolve(ChainDirectory.CHAINS)));
            }
            long free = Files.getFileStore(log).getUsableSpace();
            return free < ENOUGH
                    ? finding(
                                    LOG,
                                    HealthStatus.DEGRADED,
                                    (free >> 20) + " MiB are free: when the disk is full, nothing is signed any more.")
                            .withMend("df -h " + quote(log))
                    : finding(LOG, HealthStatus.UP, "It can be written, and " + (free >> 20) + " MiB are free.");
        } catch (IOException e) {
            return failed(LOG, e);
        }
    }

    /**
     * Whether the checkpoints reach their anchor: a holder of the disk and of the audit key can rewrite all that has not left.
     *
     * @param anchor a file that checkpoints are added to
     * @param maxAge how far the anchor may stay behind the last record
     * @return one finding
     */
    public Finding anchor(Path anchor, Duration maxAge) {
        try {
            if (!Files.exists(anchor)) {
                return finding(
                                "anchor",
                                HealthStatus.DEGRADED,
                                "There is no anchor " + anchor + ": no checkpoint has left the log.")
                        .withMend("chancery audit checkpoint " + quote(log));
            }
            Instant anchored = Files.getLastModifiedTime(anchor).toInstant();
            Instant last = lastWrite();
            String detail = "The last checkpoint reached " + anchor + " at " + anchored + ", and the last record is of "
                    + last + ".";
            return last.isAfter(anchored.plus(maxAge))
                    ? finding("anchor", HealthStatus.DEGRADED, detail)
                            .withMend("chancery audit checkpoint " + quote(log))
                    : finding("anchor", HealthStatus.UP, detail);
        } catch (IOException | ChanceryException e) {
            return failed("anchor", e);
        }
    }

    /**
     * Whether a backup and a drill are on record that are not too old. Where there is none, the age counts from the log's beginning, so that a new
     * store has its time. Reads what was written since then, and nothing vouches for it; {@link #content} verifies the log.
     *
     * @param store the store's {@linkplain KeyStore#location() location}: backups of others, and drills of theirs, do not count
     * @param maxAge how old they may be
     * @param now what time it is
     * @return two findings, {@code backup} and {@code drill}
     */
    public List<Finding> exercises(String store, Duration maxAge, Instant now) {
        Instant since = now.minus(maxAge);
        try {
            boolean young = AuditReader.beginning(log).filter(since::isBefore).isPresent();
            Map<AuditEvent, StoredRecord> last = AuditReader.last(
                    log,
                    EnumSet.of(AuditEvent.BACKUP_MADE, AuditEvent.DRILL_PERFORMED),
                    since,
                    record -> record.isOf(store));
            return List.of(
                    exercise("backup", "chancery backup --out DIR", last.get(AuditEvent.BACKUP_MADE), since, young),
                    exercise(
                            "drill",
                            "chancery drill --latest DIR",
                            last.get(AuditEvent.DRILL_PERFORMED),
                            since,
                            young));
        } catch (UncheckedIOException | ChanceryException e) {
            return List.of(failed("backup", e));
        }
    }

    private static Finding exercise(
            String check, String command, @Nullable StoredRecord last, Instant since, boolean young) {
        if (last == null) {
            return young
                    ? finding(
                            check,
                            HealthStatus.UP,
                            "None is on record yet, and the log is younger than one may be old.")
                    : finding(check, HealthStatus.DEGRADED, "None is on record since " + since + ".")
                            .withMend(command);
        }
        Instant when = last.record().timestamp();
        boolean good = last.record().isDone();
        return good
                ? finding(check, HealthStatus.UP, "The last one on record is of " + when + ".")
                : finding(check, HealthStatus.DEGRADED, "The last one on record, of " + when + ", failed.")
                        .withMend(command);
    }

    private Instant lastWrite() throws IOException {
        Instant last = Instant.EPOCH;
        for (ChainDirectory chain : ChainDirectory.all(log)) {
            for (Path segment : chain.segments()) {
                Instant written = Files.getLastModifiedTime(segment).toInstant();
                last = written.isAfter(last) ? written : last;
            }
        }
        return last;
    }

    /**
     * Whether the log is what was written, and the store what the log says. Reads the whole log.
     *
     * @param signer the audit key, where it is here; without it no signature and no seal is checked
     * @param anchors the files that checkpoints are added to
     * @param store the store, not audited by this log, or empty to compare nothing
     * @return what was found
     */
    public List<Finding> content(Optional<AuditSigner> signer, List<Path> anchors, Optional<KeyStore> store) {
        try {
            List<Checkpoint> checkpoints = anchors.stream()
                    .flatMap(file -> Anchors.readEnd(file).stream())
                    .toList();
            AuditReport report = signer.isPresent()
                    ? AuditVerifier.verify(log, signer.get(), checkpoints)
                    : AuditVerifier.verify(log, Optional.empty(), checkpoints);
            return content(report, store);
        } catch (UncheckedIOException | ChanceryException e) {
            return List.of(failed("chains", e));
        }
    }

    /**
     * The same of a log that was verified already.
     *
     * @param report what came of it
     * @param store the store, not audited by this log, or empty to compare nothing
     * @return what was found
     */
    public List<Finding> content(AuditReport report, Optional<KeyStore> store) {
        try {
            List<Finding> findings = new ArrayList<>();
            findings.add(verified(report));
            store.ifPresent(keys -> findings.addAll(reconcile(report, keys)));
            return findings;
        } catch (UncheckedIOException | ChanceryException e) {
            return List.of(failed("chains", e));
        }
    }

    private Finding verified(AuditReport report) {
        if (!report.isIntact()) {
            List<AuditReport.Problem> problems = report.problems();
            String more = problems.size() == 1 ? "" : " There are " + (problems.size() - 1) + " more.";
            return finding("chains", HealthStatus.DOWN, "It is not what was written: " + problems.get(0) + more)
                    .withMend("chancery audit verify " + quote(log));
        }
        StringBuilder reach = new StringBuilder(report.records() + " records are in order");
        report.chains()
                .forEach(chain -> reach.append(", chain ")
                        .append(chain.number())
                        .append(" up to ")
                        .append(chain.records())
                        .append(" (signed up to ")
                        .append(report.signaturesChecked() ? chain.checkpoint() : 0)
                        .append(')'));
        return finding("chains", HealthStatus.UP, reach.append('.').toString());
    }

    private List<Finding> reconcile(AuditReport report, KeyStore store) {
        List<Reconciliation.Difference> differences;
        try (Stream<StoredRecord> records = report.vouchedFor(AuditReader.read(log))) {
            differences = Reconciliation.of(records, store);
        }
        if (differences.isEmpty()) {
            return List.of(finding("reconciliation", HealthStatus.UP, "The store is what the log says."));
        }
        return differences.stream()
                .map(difference -> finding(
                                "reconciliation", HealthStatus.DEGRADED, difference.key() + ": " + difference.what())
                        .withMend("chancery audit reconcile " + quote(log)))
                .toList();
    }

    private Finding failed(String check, Exception e) {
        return finding(check, HealthStatus.DOWN, "The audit log cannot be looked at: " + e.getMessage())
                .withMend("chancery audit verify " + quote(log));
    }

    private static Finding finding(String check, HealthStatus status, String detail) {
        return new Finding(check, status, detail).withSubject(Subject.AUDIT);
    }

    private static String quote(Path path) {
        return ShellWord.quote(path.toString());
    }
}
