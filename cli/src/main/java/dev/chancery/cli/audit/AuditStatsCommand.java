package dev.chancery.cli.audit;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.audit.record.StoredRecord;
import dev.chancery.cli.command.GlobalOptions;
import dev.chancery.cli.input.Argument;
import dev.chancery.cli.output.ExitStatus;
import dev.chancery.cli.output.Table;
import dev.chancery.cli.output.Terminal;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Counts the records of an audit log. */
final class AuditStatsCommand extends LogCommand {
    private final Argument<Boolean> json = json();

    public AuditStatsCommand(GlobalOptions options) {
        super(options, "Counts the records of an audit log by event, key and caller.");
        example("chancery audit stats /var/log/chancery");
    }

    @Override
    public Integer call() throws IOException {
        Counts counts = new Counts();
        try (Stream<StoredRecord> all = records()) {
            all.forEach(counts::add);
        }
        if (json.isSet()) {
            terminal().json(counts::write);
        } else {
            counts.print(terminal());
        }
        return ExitStatus.DONE;
    }

    /** How many records there are, of what. */
    private static final class Counts {
        /** An address or a token in the place of a name would fill the memory. */
        private static final int MOST = 10_000;

        private static final String OTHERS = "(others)";

        private final Map<String, Long> events = new TreeMap<>();
        private final Map<String, Long> proofs = new TreeMap<>();
        private final Map<String, Long> keys = new TreeMap<>();
        private final Map<String, Long> callers = new TreeMap<>();
        private long records;
        private @Nullable Instant first;
        private @Nullable Instant last;

        void add(StoredRecord stored) {
            AuditRecord record = stored.record();
            records++;
            proofs.merge(stored.proof().toString(), 1L, Long::sum);
            first = first == null ? record.timestamp() : first;
            last = record.timestamp();
            events.merge(record.event().name(), 1L, Long::sum);
            record.field("key_id").ifPresent(key -> count(keys, key));
            record.field("user_id").ifPresent(user -> count(callers, user));
        }

        private static void count(Map<String, Long> counts, String name) {
            counts.merge(counts.size() < MOST || counts.containsKey(name) ? name : OTHERS, 1L, Long::sum);
        }

        void print(Terminal terminal) {
            terminal.line(records + " records" + (first == null ? "" : " from " + first + " to " + last));
            table("EVENT", events).print(terminal, row -> true);
            table("PROOF", proofs).print(terminal, row -> true);
            table("KEY", keys).print(terminal, row -> true);
            table("CALLER", callers).print(terminal, row -> true);
        }

        private static Table table(String what, Map<String, Long> counts) {
            Table table = new Table(List.of(what, "RECORDS"));
            counts.forEach((name, count) -> table.add(List.of(name, count.toString())));
            return table;
        }

        void write(JsonGenerator json) throws IOException {
            json.writeStartObject();
            json.writeNumberField("records", records);
            if (first != null && last != null) {
                json.writeStringField("first", first.toString());
                json.writeStringField("last", last.toString());
            }
            write(json, "events", events);
            write(json, "proofs", proofs);
            write(json, "keys", keys);
            write(json, "callers", callers);
            json.writeEndObject();
        }

        private static void write(JsonGenerator json, String name, Map<String, Long> counts) throws IOException {
            json.writeObjectFieldStart(name);
            for (Map.Entry<String, Long> count : counts.entrySet()) {
                json.writeNumberField(count.getKey(), count.getValue());
            }
            json.writeEndObject();
        }
    }
}
