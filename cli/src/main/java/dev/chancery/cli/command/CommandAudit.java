package dev.chancery.cli.command;

import dev.chancery.KeyStore;
import dev.chancery.audit.AuditLog;
import dev.chancery.audit.AuditedKeyStore;
import dev.chancery.audit.checkpoint.AuditSigner;
import dev.chancery.audit.options.AuditOptions;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.caller.Caller;
import dev.chancery.cli.output.Terminal;
import dev.chancery.error.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/** Puts one command on record, and the store that it opens, before it does anything. Loaded only where that is asked for. */
public final class CommandAudit implements OnRecord {
    /** Short enough that the log never cuts off the operating system's user behind it. */
    private static final int LONGEST_NAME = 256;

    private final AuditLog log;
    private final Caller caller;
    private final Caller.Scope scope;

    private CommandAudit(AuditLog log, Caller caller) {
        this.log = log;
        this.caller = caller;
        this.scope = caller.enter();
    }

    /** The operating system's user, behind the name that was given with --as. */
    public static Caller caller(Optional<String> as) {
        String user = Optional.ofNullable(System.getProperty("user.name"))
                .filter(name -> !name.isBlank())
                .orElse("nobody");
        if (as.filter(name -> name.isBlank() || name.length() > LONGEST_NAME).isPresent()) {
            throw new ConfigurationException("--as is a name of 1 to " + LONGEST_NAME + " characters.");
        }
        return Caller.of(as.map(name -> name + " (" + user + ")").orElse(user))
                .userAgent("chancery-cli/" + Version.own().orElse("unknown"));
    }

    /** Opens the log, which must be the one that was there before, unless the options say that another may begin. */
    public static CommandAudit open(Path directory, GlobalOptions options, Caller caller) throws IOException {
        return new CommandAudit(openLog(directory, options, LogOptions.of(options)), caller);
    }

    /** The same without a command, and with options of one's own. */
    public static AuditLog openLog(Path directory, GlobalOptions global, AuditOptions.Builder options)
            throws IOException {
        AuditKeyFile key = global.auditKey();
        Terminal terminal = global.terminal();
        AuditSigner signer = key.signer(terminal);
        KnownLogs known = KnownLogs.beside(key.path());
        Optional<String> expected = known.in(directory);
        if (!global.mayBeginLog()) {
            expected.ifPresent(options::log);
        }
        if (expected.isPresent()) {
            warnOfMissingAnchors(global);
        }
        AuditLog log = AuditLog.open(directory, signer, options.build());
        if (!expected.equals(Optional.of(log.id()))) {
            try {
                known.add(log.id(), directory);
            } catch (IOException e) {
                terminal.error(
                        "warning: That this log is here cannot be kept beside the audit key. The next command will not notice if"
                                + " another log is in its place: " + e.getMessage());
            }
        }
        return log;
    }

    /** An anchor begins anew by itself; without a word, its loss would hide that a log was put back. */
    private static void warnOfMissingAnchors(GlobalOptions global) throws IOException {
        for (Path anchor : LogOptions.anchorFiles(global)) {
            if (!Files.exists(anchor)) {
                global.terminal()
                        .error(
                                "warning: The anchor " + anchor
                                        + " is not there, and begins now: nothing outside of the log shows what it was before. If it was there, find out who removed it.");
            }
        }
    }

    /** Writes down the command itself, and why it is given. */
    public void recordCommand(String command, Optional<String> reason) {
        log.append(commandGiven(command, reason, caller));
    }

    static AuditRecord commandGiven(String command, Optional<String> reason, Caller caller) {
        return AuditRecord.builder(Instant.now(), AuditEvent.COMMAND_GIVEN)
                .text("operation", command)
                .text("reason", reason)
                .text("user_id", caller.userId())
                .text("user_agent", caller.userAgent())
                .build();
    }

    @Override
    public KeyStore wrap(KeyStore store) {
        return AuditedKeyStore.wrap(store, log);
    }

    @Override
    public void append(AuditRecord record) {
        log.append(record);
    }

    @Override
    public void close() {
        scope.close();
        log.close();
    }
}
