package dev.chancery.audit.export;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SerializedString;
import dev.chancery.audit.internal.line.LogLine;
import dev.chancery.audit.reading.AuditReader;
import dev.chancery.audit.record.MalformedLogException;
import dev.chancery.audit.record.StoredRecord;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.stream.Stream;

/** Forms in which others take the records of a log; {@code docs/alerts.md} has the mappings. */
public enum ExportFormat {
    /**
     * Open Cybersecurity Schema Framework 1.8.0 (<a href="https://schema.ocsf.io/1.8.0">schema.ocsf.io</a>), an event a line: API
     * Activity (6003), and Detection Finding (2004) for alerts.
     */
    OCSF {
        @Override
        void write(Iterator<StoredRecord> records, String log, OutputStream output) throws IOException {
            lines(records, output, (json, stored) -> OcsfEvent.write(json, stored, log));
        }
    },
    /**
     * CloudEvents 1.0.2 in its JSON format
     * (<a href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md">specification</a>), an event a
     * line.
     */
    CLOUDEVENTS {
        @Override
        void write(Iterator<StoredRecord> records, String log, OutputStream output) throws IOException {
            lines(records, output, (json, stored) -> CloudEvent.write(json, stored, log));
        }
    },
    /** RFC 4180 with a header, in UTF-8. A field that a spreadsheet would take for a formula starts with an apostrophe. */
    CSV {
        @Override
        void write(Iterator<StoredRecord> records, String log, OutputStream output) throws IOException {
            Writer writer = new BufferedWriter(new OutputStreamWriter(output, StandardCharsets.UTF_8));
            writer.write(CsvLine.header());
            while (records.hasNext()) {
                writer.write(CsvLine.of(records.next()));
            }
            writer.flush();
        }
    };

    /**
     * Writes records, one after the other. Constant memory, however many they are.
     *
     * @param records the records, in the order in which they are written; such as {@link AuditReader#read}
     * @param log what the log is called where the export goes: a URI reference, the same in each export
     * @param output where to; flushed, and not closed
     * @throws IOException if it cannot be written to
     * @throws MalformedLogException at the first line that is no record; what came before it is written or lost
     */
    public void write(Stream<StoredRecord> records, String log, OutputStream output) throws IOException {
        try {
            write(records.iterator(), log, output);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    abstract void write(Iterator<StoredRecord> records, String log, OutputStream output) throws IOException;

    /** Writes one record as an object. */
    @FunctionalInterface
    private interface Mapping {
        void write(JsonGenerator json, StoredRecord stored) throws IOException;
    }

    private static void lines(Iterator<StoredRecord> records, OutputStream output, Mapping mapping) throws IOException {
        try (JsonGenerator json = LogLine.JSON.createGenerator(output)) {
            json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            // What breaks off must not look whole: after a throw, no bracket is closed.
            json.disable(JsonGenerator.Feature.AUTO_CLOSE_JSON_CONTENT);
            json.setRootValueSeparator(new SerializedString(""));
            while (records.hasNext()) {
                mapping.write(json, records.next());
                json.writeRaw('\n');
            }
            json.flush();
        }
    }
}
