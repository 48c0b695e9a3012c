package dev.chancery.audit.export;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.chancery.audit.internal.line.LogLine;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.audit.record.StoredRecord;
import java.io.IOException;
import java.util.Optional;

/** A record as a CloudEvent: the envelope says which record of which log it is, the data are its fields. */
final class CloudEvent {
    private CloudEvent() {}

    static void write(JsonGenerator json, StoredRecord stored, String log) throws IOException {
        AuditRecord record = stored.record();
        String time = LogLine.timestamp(record.timestamp());
        json.writeStartObject();
        json.writeStringField("specversion", "1.0");
        json.writeStringField("id", stored.chain() + "/" + stored.sequence());
        json.writeStringField("source", log);
        json.writeStringField("type", "dev.chancery.audit." + record.event().name());
        json.writeStringField("time", time);
        Optional<String> subject =
                record.field("key_id").or(() -> record.field("ring")).filter(text -> !text.isEmpty());
        if (subject.isPresent()) {
            json.writeStringField("subject", subject.get());
        }
        json.writeStringField("proof", stored.proof().toString());
        json.writeStringField("datacontenttype", "application/json");
        json.writeObjectFieldStart("data");
        json.writeStringField("timestamp", time);
        json.writeStringField("event_type", record.event().type().name());
        json.writeStringField("event", record.event().name());
        record.forEach((name, value) -> LogLine.write(json, name, value));
        json.writeEndObject();
        json.writeEndObject();
    }
}
