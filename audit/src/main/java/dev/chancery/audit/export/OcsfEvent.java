package dev.chancery.audit.export;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.chancery.audit.internal.line.LogLine;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.audit.record.StoredRecord;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A record as an event of OCSF 1.8.0: a use or a change is API Activity
 * (<a href="https://schema.ocsf.io/1.8.0/classes/api_activity">6003</a>), an alert is a Detection Finding
 * (<a href="https://schema.ocsf.io/1.8.0/classes/detection_finding">2004</a>).
 */
final class OcsfEvent {
    private static final String VERSION = "1.8.0";
    private static final Pattern ADDRESS = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9A-Fa-f.]*:[0-9A-Fa-f:.]+");
    private static final int OTHER = 99;
    private static final Set<String> SUCCESS = Set.of("done", "valid");
    private static final Set<String> FAILURE =
            Set.of("denied", "failed", "withheld", "lost", "invalid", "compromised", "expired");

    private final JsonGenerator json;
    private final StoredRecord stored;
    private final AuditRecord record;

    private OcsfEvent(JsonGenerator json, StoredRecord stored) {
        this.json = json;
        this.stored = stored;
        this.record = stored.record();
    }

    static void write(JsonGenerator json, StoredRecord stored, String log) throws IOException {
        OcsfEvent event = new OcsfEvent(json, stored);
        json.writeStartObject();
        if (stored.record().event() == AuditEvent.ALERT) {
            event.finding();
        } else {
            event.activity();
        }
        event.common(log);
        json.writeEndObject();
    }

    private void writeClass(int category, int type, int activity) throws IOException {
        json.writeNumberField("category_uid", category);
        json.writeNumberField("class_uid", type);
        json.writeNumberField("activity_id", activity);
        json.writeNumberField("type_uid", type * 100L + activity);
    }

    private void activity() throws IOException {
        int activity = activityId(record.event());
        writeClass(6, 6003, activity);
        if (activity == OTHER) {
            json.writeStringField("activity_name", record.event().name());
        }
        status();
        json.writeNumberField("severity_id", severity(record.event()));
        json.writeObjectFieldStart("api");
        json.writeStringField(
                "operation",
                record.field("operation").orElseGet(() -> record.event().name()));
        object("service", "name", Optional.of("chancery"));
        object("request", "uid", record.field("op_id"));
        json.writeEndObject();
        actor();
        endpoint();
        object("http_request", "user_agent", record.field("user_agent"));
    }

    private void status() throws IOException {
        String outcome = record.field("outcome").orElse("");
        boolean known = SUCCESS.contains(outcome) || FAILURE.contains(outcome);
        int id = SUCCESS.contains(outcome) ? 1 : FAILURE.contains(outcome) ? 2 : outcome.isEmpty() ? 0 : OTHER;
        json.writeNumberField("status_id", id);
        if (id == OTHER) {
            json.writeStringField("status", outcome);
        } else if (known) {
            json.writeStringField("status_code", outcome);
        }
        text("status_detail", record.field("reason"));
    }

    /** Required, so what is not known says so. */
    private void actor() throws IOException {
        json.writeObjectFieldStart("actor");
        Optional<String> user = record.field("user_id");
        if (user.isPresent()) {
            object("user", "name", user);
        } else {
            json.writeStringField("app_name", "chancery");
        }
        json.writeEndObject();
    }

    /** Required; an address that is hidden behind an HMAC is none. */
    private void endpoint() throws IOException {
        Optional<String> address = record.field("ip_address");
        boolean isAddress = address.filter(ip -> ADDRESS.matcher(ip).matches()).isPresent();
        object("src_endpoint", isAddress ? "ip" : "name", address.or(() -> Optional.of("unknown")));
    }

    private void finding() throws IOException {
        boolean ended = record.field("outcome").filter("ended"::equals).isPresent();
        writeClass(2, 2004, ended ? 3 : 1);
        json.writeNumberField("status_id", ended ? 4 : 1);
        json.writeNumberField("severity_id", 4);
        json.writeBooleanField("is_alert", !ended);
        String rule = record.field("rule").orElse("alert");
        json.writeObjectFieldStart("finding_info");
        json.writeStringField(
                "uid",
                rule + "/" + record.field("since").orElse("") + "/"
                        + record.field("op_id").orElse(""));
        json.writeStringField("title", rule);
        text("desc", record.field("reason"));
        json.writeEndObject();
    }

    private void common(String log) throws IOException {
        json.writeNumberField("time", record.timestamp().toEpochMilli());
        text("message", record.field("reason"));
        Optional<String> key = record.field("key_id").or(() -> record.field("ring"));
        if (key.isPresent()) {
            json.writeArrayFieldStart("resources");
            json.writeStartObject();
            json.writeStringField("uid", key.get());
            json.writeStringField("type", "signing key");
            text("namespace", record.field("store"));
            json.writeEndObject();
            json.writeEndArray();
        }
        json.writeObjectFieldStart("metadata");
        json.writeArrayFieldStart("labels");
        json.writeString("proof:" + stored.proof());
        json.writeEndArray();
        json.writeStringField("version", VERSION);
        json.writeStringField("uid", log + "#" + stored.chain() + "/" + stored.sequence());
        json.writeStringField("original_time", LogLine.timestamp(record.timestamp()));
        json.writeStringField("event_code", record.event().name());
        json.writeStringField("log_name", log);
        text("correlation_uid", record.field("correlation_id").or(() -> record.field("op_id")));
        json.writeObjectFieldStart("product");
        json.writeStringField("name", "Chancery");
        json.writeStringField("vendor_name", "Chancery");
        json.writeEndObject();
        json.writeEndObject();
        json.writeObjectFieldStart("unmapped");
        record.forEach((name, value) -> LogLine.write(json, name, value));
        json.writeEndObject();
    }

    private void text(String name, Optional<String> value) throws IOException {
        if (value.isPresent()) {
            json.writeStringField(name, value.get());
        }
    }

    private void object(String name, String field, Optional<String> value) throws IOException {
        if (value.isPresent()) {
            json.writeObjectFieldStart(name);
            json.writeStringField(field, value.get());
            json.writeEndObject();
        }
    }

    private static int activityId(AuditEvent event) {
        return switch (event) {
            case KEY_GENERATED, KEY_IMPORTED, KEY_RESTORED -> 1;
            case VERIFICATION_PERFORMED, KEY_BACKED_UP, KEY_ATTESTED -> 2;
            case KEY_STATE_CHANGED, KEY_UPDATED, KEY_ROTATED, KEY_COMPROMISED, KEY_REENCRYPTED -> 3;
            case KEY_DISCARDED -> 4;
            default -> OTHER;
        };
    }

    private static int severity(AuditEvent event) {
        return switch (event) {
            case KEY_COMPROMISED, LOG_LOST -> 4;
            case DENIED,
                    OPERATION_FAILED,
                    CHANGE_FAILED,
                    SIGNATURE_WITHHELD,
                    LOG_REPAIRED,
                    LOG_RESUMED,
                    RESTORE_REFUSED -> 3;
            case RECORDS_MISSING -> 3;
            default -> 1;
        };
    }
}
