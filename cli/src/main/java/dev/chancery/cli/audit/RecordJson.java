package dev.chancery.cli.audit;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.chancery.audit.record.AuditRecord;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** A record of an audit log as one JSON object, with the fields that it has in the log. */
public final class RecordJson {
    private RecordJson() {}

    /** Writes one. */
    public static void write(JsonGenerator json, AuditRecord record) throws IOException {
        json.writeStartObject();
        json.writeStringField("timestamp", record.timestamp().toString());
        json.writeStringField("event_type", record.event().type().name());
        json.writeStringField("event", record.event().name());
        for (Map.Entry<String, Object> field : record.fields().entrySet()) {
            json.writeFieldName(field.getKey());
            value(json, field.getValue());
        }
        json.writeEndObject();
    }

    private static void value(JsonGenerator json, Object value) throws IOException {
        if (value instanceof Long number) {
            json.writeNumber(number);
        } else if (value instanceof Boolean flag) {
            json.writeBoolean(flag);
        } else if (value instanceof List<?> list) {
            json.writeStartArray();
            for (Object item : list) {
                json.writeString(item.toString());
            }
            json.writeEndArray();
        } else {
            json.writeString(value.toString());
        }
    }
}
