package dev.chancery.audit;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A record as a line of CSV (RFC 4180): the fields that most records have, and the others as JSON in the last column. */
final class CsvLine {
    private static final List<String> FIELDS = List.of(
            ("operation op_id parent_op_id outcome reason purpose store key_id fingerprint ring algorithm digest"
                            + " signature_sha256 key_state from_state to_state user_id ip_address user_agent"
                            + " correlation_id provider_request_id")
                    .split(" "));

    /**
     * What begins a formula (OWASP, CSV Injection), in full width too: in the field, and behind the separator that spreadsheets
     * expect where the comma is the decimal mark, for those take no heed of our quotes there.
     */
    private static final Pattern FORMULA = Pattern.compile("(^|;[\\s\"]*)(?=[-=+@\t\r\n\uff1d\uff0b\uff0d\uff20])");

    private static final Set<Integer> HIDDEN =
            Set.of((int) Character.CONTROL, (int) Character.FORMAT, (int) Character.LINE_SEPARATOR, (int)
                    Character.PARAGRAPH_SEPARATOR);

    private CsvLine() {}

    static String header() {
        return "chain,sequence,timestamp,event_type,event," + String.join(",", FIELDS) + ",further\r\n";
    }

    static String of(StoredRecord stored) throws IOException {
        AuditRecord record = stored.record();
        Map<String, Object> fields = record.fields();
        List<String> line = new ArrayList<>(List.of(
                "" + stored.chain(),
                "" + stored.sequence(),
                LogLine.timestamp(record.timestamp()),
                record.event().type().name(),
                record.event().name()));
        for (String field : FIELDS) {
            Object value = fields.remove(field);
            line.add(value == null ? "" : value.toString());
        }
        line.add(fields.isEmpty() ? "" : json(fields));
        return line.stream().map(CsvLine::cell).collect(Collectors.joining(",", "", "\r\n"));
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

    private static String cell(String value) {
        String safe = visible(FORMULA.matcher(value).replaceAll("$1'"));
        boolean quoted = safe.chars().anyMatch(c -> c == ',' || c == '"');
        return quoted ? '"' + safe.replace("\"", "\"\"") + '"' : safe;
    }

    /** Escapes what would end a line, steer a terminal or turn the reading direction; letters of all languages stay. */
    private static String visible(String value) {
        if (value.chars().allMatch(c -> c >= ' ' && c < 0x7f)) {
            return value;
        }
        StringBuilder shown = new StringBuilder(value.length() + 16);
        value.chars().forEach(c -> {
            if (HIDDEN.contains(Character.getType(c))) {
                shown.append(String.format("\\u%04x", c));
            } else {
                shown.append((char) c);
            }
        });
        return shown.toString();
    }
}
