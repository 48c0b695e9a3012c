package dev.chancery.audit.export;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.chancery.audit.internal.line.LogLine;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.audit.record.StoredRecord;
import dev.chancery.spi.support.CsvCell;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A record as a line of CSV (RFC 4180): the fields that most records have, and the others as JSON in the last column. */
final class CsvLine {
    private static final List<String> FIELDS = List.of(
            ("operation op_id parent_op_id outcome reason purpose store key_id fingerprint ring algorithm digest"
                            + " signature_sha256 key_state from_state to_state user_id ip_address user_agent"
                            + " correlation_id provider_request_id")
                    .split(" "));

    private CsvLine() {}

    static String header() {
        return "chain,sequence,proof,timestamp,event_type,event," + String.join(",", FIELDS) + ",further\r\n";
    }

    static String of(StoredRecord stored) throws IOException {
        AuditRecord record = stored.record();
        Map<String, Object> fields = record.fields();
        List<String> line = new ArrayList<>(List.of(
                "" + stored.chain(),
                "" + stored.sequence(),
                stored.proof().toString(),
                LogLine.timestamp(record.timestamp()),
                record.event().type().name(),
                record.event().name()));
        for (String field : FIELDS) {
            Object value = fields.remove(field);
            line.add(value == null ? "" : value.toString());
        }
        line.add(fields.isEmpty() ? "" : json(fields));
        return line.stream().map(CsvCell::of).collect(Collectors.joining(",", "", "\r\n"));
    }

    private static String json(Map<String, Object> fields) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = LogLine.JSON.createGenerator(text)) {
            json.writeStartObject();
            fields.forEach((name, value) -> LogLine.write(json, name, value));
            json.writeEndObject();
        }
        return text.toString();
    }
}
