package dev.chancery.cli.audit;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.chancery.audit.Pseudonyms;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.audit.record.StoredRecord;
import dev.chancery.cli.command.GlobalOptions;
import dev.chancery.cli.input.Argument;
import dev.chancery.cli.input.LimitedFile;
import dev.chancery.cli.input.OwnersFile;
import dev.chancery.cli.output.ExitStatus;
import dev.chancery.error.ConfigurationException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.crypto.spec.SecretKeySpec;

/** Shows the records of an audit log. */
final class AuditShowCommand extends LogCommand {
    private static final int MAX_KEY = 4_096;
    private static final String USER = "user_id";

    /** What needs no quotes. Nothing in it can look like the next field. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._:/@+-]+");

    private final Argument<String> key = option("--key-id", "ID", String.class, "Only what was done with this key.");
    private final Argument<String> caller =
            option("--caller", "NAME", String.class, "Only what this caller asked for.");
    private final Argument<AuditEvent> event = option("--event", "EVENT", AuditEvent.class, "Only this event.");
    private final Argument<Instant> since = instant("--since", "Only from this instant on.");
    private final Argument<Instant> until = instant("--until", "Only before this instant.");
    private final Argument<Path> hmacKey = option(
            "--hmac-key-file",
            "FILE",
            Path.class,
            "The key that callers are hidden with in this log, as the file's bytes: finds the --caller all the same.");
    private final Argument<Boolean> json = json();

    public AuditShowCommand(GlobalOptions options) {
        super(
                options,
                "Shows the records of an audit log, oldest first, each with what vouches for it: checkpointed, sealed or unproven.");
        example("chancery audit show /var/log/chancery --since 2026-11-23");
    }

    @Override
    public Integer call() throws IOException {
        Predicate<AuditRecord> wanted = makeFilter();
        try (Stream<StoredRecord> all = records()) {
            Iterator<StoredRecord> found =
                    all.filter(stored -> wanted.test(stored.record())).iterator();
            if (json.isSet()) {
                terminal().json(generator -> {
                    generator.writeStartArray();
                    while (found.hasNext()) {
                        write(generator, found.next());
                    }
                    generator.writeEndArray();
                });
            } else {
                found.forEachRemaining(stored -> terminal().line(line(stored)));
            }
        }
        return ExitStatus.DONE;
    }

    private Predicate<AuditRecord> makeFilter() throws IOException {
        if (hmacKey.value().isPresent() && caller.value().isEmpty()) {
            throw misused("--hmac-key-file goes with --caller: it finds one, and shows none.");
        }
        Predicate<AuditRecord> wanted = record -> true;
        if (key.value().isPresent()) {
            wanted = wanted.and(
                    record -> record.field("key_id").filter(key.given()::equals).isPresent());
        }
        if (caller.value().isPresent()) {
            wanted = wanted.and(ofCaller(caller.given()));
        }
        if (event.value().isPresent()) {
            wanted = wanted.and(record -> record.event() == event.given());
        }
        if (since.value().isPresent()) {
            wanted = wanted.and(record -> !record.timestamp().isBefore(since.given()));
        }
        if (until.value().isPresent()) {
            wanted = wanted.and(record -> record.timestamp().isBefore(until.given()));
        }
        return wanted;
    }

    /** A name given with --as is found with and without the operating system's user behind it. */
    private Predicate<AuditRecord> ofCaller(String name) throws IOException {
        if (hmacKey.value().isPresent()) {
            String hidden = pseudonyms(hmacKey.given()).of(USER, name);
            return record -> record.field(USER)
                    .filter(user -> user.equals(hidden) || isNamed(name, user))
                    .isPresent();
        }
        return record -> record.field(USER).filter(user -> isNamed(name, user)).isPresent();
    }

    private static boolean isNamed(String name, String user) {
        return user.equals(name) || user.startsWith(name + " (");
    }

    private static Pseudonyms pseudonyms(Path file) throws IOException {
        OwnersFile.require(file, "HMAC key file");
        byte[] secret = LimitedFile.read(file, MAX_KEY);
        try {
            return Pseudonyms.with(new SecretKeySpec(secret, "HmacSHA256"));
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException("The HMAC key file '" + file + "' is empty.", e);
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }

    static String line(StoredRecord stored) {
        AuditRecord record = stored.record();
        StringBuilder line = new StringBuilder()
                .append(record.timestamp())
                .append(' ')
                .append(stored.chain())
                .append('/')
                .append(stored.sequence())
                .append(' ')
                .append(stored.proof())
                .append(' ')
                .append(record.event());
        record.forEach((name, value) ->
                line.append(' ').append(name).append('=').append(value instanceof List ? quote(value) : show(value)));
        return line.toString();
    }

    private static String show(Object value) {
        String text = value.toString();
        return PLAIN.matcher(text).matches() ? text : quote(text);
    }

    private static String quote(Object value) {
        return '"' + value.toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    static void write(JsonGenerator json, StoredRecord stored) throws IOException {
        json.writeStartObject();
        json.writeStringField("file", stored.file().toString());
        json.writeNumberField("line", stored.line());
        json.writeNumberField("chain", stored.chain());
        json.writeNumberField("sequence", stored.sequence());
        json.writeStringField("proof", stored.proof().toString());
        json.writeFieldName("record");
        RecordJson.write(json, stored.record());
        json.writeEndObject();
    }
}
