package dev.chancery.cli.health;

import dev.chancery.KeyStore;
import dev.chancery.audit.checkpoint.AuditSigner;
import dev.chancery.audit.health.AuditHealth;
import dev.chancery.audit.verification.AuditReport;
import dev.chancery.cli.command.CommandAudit;
import dev.chancery.cli.command.GlobalOptions;
import dev.chancery.cli.command.LogOptions;
import dev.chancery.error.ChanceryException;
import dev.chancery.health.Finding;
import dev.chancery.health.HealthLevel;
import dev.chancery.health.HealthReport;
import dev.chancery.health.HealthStatus;
import dev.chancery.health.Subject;
import dev.chancery.spi.support.ShellWord;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The store that the options name and its audit log, open to be looked at. Where the log cannot be opened, that is a finding, and nothing is signed. */
public final class Inspection implements AutoCloseable {
    private static final String OURS = "chancery";

    private final GlobalOptions options;
    private final HealthLevel level;
    private final Limits limits;
    private final Optional<Path> log;
    private final @Nullable CommandAudit record;
    private final @Nullable String noRecord;
    private final KeyStore store;

    /**
     * How old things may be.
     *
     * @param anchor how far an anchor may stay behind the log
     * @param exercise how old the last backup and the last drill may be
     */
    public record Limits(Duration anchor, Duration exercise) {
        /** A day; and a month, with some days for a timer that runs late. */
        public static final Limits DEFAULT = new Limits(Duration.ofDays(1), Duration.ofDays(35));
    }

    /**
     * Opens both.
     *
     * @param command what the log is told
     * @param limits how old things may be
     */
    public Inspection(GlobalOptions options, String command, HealthLevel level, Limits limits) throws IOException {
        this.options = options;
        this.level = level;
        this.limits = limits;
        this.log = options.auditLog();
        CommandAudit opened = null;
        String failure = null;
        if (log.isPresent() && level != HealthLevel.CONFIG) {
            try {
                opened = CommandAudit.open(log.get(), options, CommandAudit.caller(options.as()));
                opened.recordCommand(command, options.reason());
            } catch (ChanceryException e) {
                failure = e.getMessage();
                close(opened);
                opened = null;
            }
        }
        this.record = opened;
        this.noRecord = failure;
        try {
            options.putOnRecord(opened);
            this.store = options.open();
        } catch (IOException | RuntimeException e) {
            options.putOnRecord(null);
            close(opened);
            throw e;
        }
    }

    /** The open store. */
    public KeyStore store() {
        return store;
    }

    /** Looks at both, as deep as the level says. */
    public HealthReport look() throws IOException {
        HealthLevel possible = noRecord != null && level == HealthLevel.SIGN ? HealthLevel.READ : level;
        // The log first: a test signature puts a key on record that the log did not know.
        List<Finding> ofLog = log.isPresent() ? lookAtLog(log.get()) : List.of();
        HealthReport report = store.health(possible);
        List<Finding> findings = new ArrayList<>(report.findings());
        findings.addAll(ofLog);
        return new HealthReport(report.store(), report.at(), report.level(), forPasting(findings));
    }

    /** A command of ours that is pasted is about the same store, and on the same record. */
    private List<Finding> forPasting(List<Finding> findings) {
        return findings.stream()
                .map(finding -> finding.withMend(finding.mend()
                        .map(command -> command.startsWith(OURS + " ")
                                ? OURS + options.placeWords() + command.substring(OURS.length())
                                : command)))
                .toList();
    }

    private List<Finding> lookAtLog(Path directory) throws IOException {
        AuditHealth health = AuditHealth.of(directory);
        List<Finding> findings = new ArrayList<>();
        if (noRecord != null) {
            findings.add(new Finding("record", HealthStatus.DOWN, "Nothing can be put on record: " + noRecord)
                    .withSubject(Subject.AUDIT)
                    .withMend("chancery audit verify " + ShellWord.quote(directory.toString())));
        }
        if (record == null) {
            findings.add(health.place());
        }
        List<Path> anchors = LogOptions.anchorFiles(options);
        if (level != HealthLevel.CONFIG) {
            findings.addAll(health.exercises(store.location(), limits.exercise(), Instant.now()));
            anchors.forEach(anchor -> findings.add(health.anchor(anchor, limits.anchor())));
        }
        if (level == HealthLevel.SIGN) {
            findings.addAll(lookInside(health, anchors));
        }
        return findings;
    }

    private List<Finding> lookInside(AuditHealth health, List<Path> anchors) throws IOException {
        Optional<AuditSigner> signer = options.auditKey().signerIfThere();
        return withPlainStore(plain -> health.content(signer, anchors, Optional.of(plain)));
    }

    /** The store is compared as it is, not as the log has core see it. */
    private List<Finding> withPlainStore(Function<KeyStore, List<Finding>> look) throws IOException {
        options.putOnRecord(null);
        try (KeyStore plain = options.open()) {
            return look.apply(plain);
        } finally {
            options.putOnRecord(record);
        }
    }

    @Override
    public void close() {
        options.putOnRecord(null);
        if (record == null) {
            store.close();
            return;
        }
        try {
            store.close(); // and with it the log
        } finally {
            record.close();
        }
    }

    /** What a verification of the log found, and where the store differs from the log. */
    public List<Finding> compare(Path directory, AuditReport verified) throws IOException {
        return forPasting(withPlainStore(plain -> AuditHealth.of(directory).content(verified, Optional.of(plain))));
    }

    private static void close(@Nullable CommandAudit opened) {
        if (opened != null) {
            opened.close();
        }
    }
}
