package dev.chancery.cli.audit;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.chancery.audit.checkpoint.Anchors;
import dev.chancery.audit.checkpoint.Checkpoint;
import dev.chancery.audit.checkpoint.VerificationKey;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.StoredRecord;
import dev.chancery.audit.verification.AuditReport;
import dev.chancery.audit.verification.AuditVerifier;
import dev.chancery.cli.command.GlobalOptions;
import dev.chancery.cli.command.KnownLogs;
import dev.chancery.cli.input.Argument;
import dev.chancery.cli.output.ExitStatus;
import dev.chancery.cli.output.Table;
import dev.chancery.cli.output.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Says whether an audit log is what was written. */
final class AuditVerifyCommand extends LogCommand {
    private final Argument<String> key = option(
            "--key",
            "VKEY|FILE",
            String.class,
            "The audit key's verification key, or a file with it. Default: that of the audit key, if there is one here.");
    private final Argument<Path> anchor =
            option("--anchor", "FILE", Path.class, "Checkpoints that were kept elsewhere: they prove the log's end.");
    private final Argument<Boolean> follow = flag(
            "--follow", "Where the audit key was rotated, go by what the log says; after a theft that proves nothing.");
    private final Argument<String> pinned = option(
            "--log",
            "ID",
            String.class,
            "The log's id. Default: that of the log that the audit key here has kept in DIR; --new takes any.");
    private final Argument<List<String>> witness = options(
            Witnesses.WITNESS,
            "VKEY|FILE",
            "A witness's verification key: its cosignature must be in the log. May be given several times.");
    private final Argument<Integer> quorum = option(Witnesses.QUORUM, "K", Integer.class, Witnesses.QUORUM_DESCRIPTION);
    private final Argument<Boolean> intents =
            flag("--intents", "Print only the changes whose outcome is not on record: they were cut off.");
    private final Argument<Boolean> json = json();

    public AuditVerifyCommand(GlobalOptions options) {
        super(options, "Says whether an audit log is what was written: exit status 0 if it is, 1 if it is not.");
        example("chancery audit verify /var/log/chancery --key audit.vkey");
    }

    @Override
    public Integer call() throws IOException {
        Optional<VerificationKey> named =
                key.value().isPresent() ? Optional.of(GivenKey.read(key.given())) : Optional.empty();
        Optional<VerificationKey> verifying =
                named.isPresent() ? named : options().auditKey().verificationKey();
        List<Checkpoint> anchors = anchor.value().map(Anchors::read).orElse(List.of());
        if (follow.isSet() && verifying.isEmpty()) {
            throw misused("--follow goes from a verification key on. Name it with --key.");
        }
        Witnesses witnesses = Witnesses.of(this, witness, quorum);
        AuditReport found = follow.isSet()
                ? AuditVerifier.verifyAndFollow(log(), verifying.orElseThrow(), anchors)
                : verify(named, anchors);
        AuditReport report = expectedLog(named.isPresent())
                .map(id -> found.requireLog(log(), id))
                .orElse(found);
        Cosignatures cosignatures = Cosignatures.read(log(), witnesses);
        if (json.isSet()) {
            terminal().json(generator -> write(generator, report, verifying, cosignatures));
        } else if (intents.isSet()) {
            report.intents().forEach(intent -> terminal().line(AuditShowCommand.line(report.label(intent))));
        } else {
            print(report, verifying);
            cosignatures.print(terminal());
        }
        return report.isIntact() && cosignatures.isEnough() ? ExitStatus.DONE : ExitStatus.NEGATIVE;
    }

    /** Which log is to be in the directory: the one that is named, or that the audit key, if it is here, has kept there. */
    private Optional<String> expectedLog(boolean keyIsNamed) throws IOException {
        if (pinned.value().isPresent()) {
            return pinned.value();
        }
        return keyIsNamed || options().mayBeginLog()
                ? Optional.empty()
                : KnownLogs.beside(options().auditKey().path()).in(log());
    }

    private void print(AuditReport report, Optional<VerificationKey> verifying) {
        Terminal terminal = terminal();
        terminal.out().println(report.isIntact() ? terminal.good("intact") : terminal.bad("not intact"));
        report.problems().forEach(problem -> terminal.out().println(terminal.bad(problem.toString())));
        terminal.line(verifying
                .map(by -> "signatures checked with " + by)
                .orElse("signatures not checked: no audit key is here. Name the verification key with --key."));
        terminal.line(
                report.sealsChecked()
                        ? "seals of all lines checked with the audit key"
                        : "seals not checked, for the audit key is not here: lines behind the last checkpoint are unproven");
        report.log().ifPresent(id -> terminal.line("log " + id));
        report.chains().forEach(chain -> terminal.line("chain " + chain.number() + ": " + reach(chain, report)));
        report.notices().forEach(notice -> terminal.line("notice: " + notice));
        Table table = new Table(List.of("EVENT", "RECORDS"));
        sort(report.counts()).forEach((event, count) -> table.add(List.of(event.name(), count.toString())));
        table.add(List.of("all", Long.toString(report.records())));
        table.print(terminal, row -> true);
    }

    private static String reach(AuditReport.ChainReport chain, AuditReport report) {
        String consistent = "consistent up to record " + chain.records()
                + (report.signaturesChecked() ? ", signed up to record " + chain.checkpoint() : "");
        if (chain.records() > 0 && chain.isEndProven()) {
            return consistent + ", and the anchor proves that this is not less than there was";
        }
        return consistent
                + (chain.anchored() > 0
                        ? ", end not provable behind the anchor's record " + chain.anchored()
                        : ", end not provable");
    }

    private static Map<AuditEvent, Long> sort(Map<AuditEvent, Long> counts) {
        return new TreeMap<>(counts);
    }

    private static void write(
            JsonGenerator json, AuditReport report, Optional<VerificationKey> verifying, Cosignatures cosignatures)
            throws IOException {
        json.writeStartObject();
        json.writeBooleanField("intact", report.isIntact());
        json.writeBooleanField("signaturesChecked", report.signaturesChecked());
        json.writeBooleanField("sealsChecked", report.sealsChecked());
        if (verifying.isPresent()) {
            json.writeStringField("key", verifying.get().toString());
        }
        if (report.log().isPresent()) {
            json.writeStringField("log", report.log().get());
        }
        json.writeNumberField("records", report.records());
        json.writeObjectFieldStart("counts");
        for (Map.Entry<AuditEvent, Long> count : sort(report.counts()).entrySet()) {
            json.writeNumberField(count.getKey().name(), count.getValue());
        }
        json.writeEndObject();
        json.writeArrayFieldStart("chains");
        for (AuditReport.ChainReport chain : report.chains()) {
            json.writeStartObject();
            json.writeNumberField("number", chain.number());
            json.writeStringField("origin", chain.origin().toString());
            json.writeNumberField("records", chain.records());
            json.writeNumberField("checkpoint", chain.checkpoint());
            json.writeNumberField("anchored", chain.anchored());
            json.writeBooleanField("endProven", chain.isEndProven());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("intents");
        for (StoredRecord intent : report.intents()) {
            AuditShowCommand.write(json, report.label(intent));
        }
        json.writeEndArray();
        json.writeArrayFieldStart("problems");
        for (AuditReport.Problem problem : report.problems()) {
            place(json, problem.file(), problem.line(), problem.what());
        }
        json.writeEndArray();
        json.writeArrayFieldStart("notices");
        for (AuditReport.Notice notice : report.notices()) {
            place(json, notice.file(), notice.line(), notice.what());
        }
        json.writeEndArray();
        cosignatures.write(json);
        json.writeEndObject();
    }

    private static void place(JsonGenerator json, Path file, long line, String what) throws IOException {
        json.writeStartObject();
        json.writeStringField("file", file.toString());
        if (line > 0) {
            json.writeNumberField("line", line);
        }
        json.writeStringField("what", what);
        json.writeEndObject();
    }
}
