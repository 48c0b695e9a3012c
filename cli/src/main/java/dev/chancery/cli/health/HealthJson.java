package dev.chancery.cli.health;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.chancery.health.Finding;
import dev.chancery.health.HealthReport;
import dev.chancery.health.HealthStatus;
import dev.chancery.health.Subject;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A report as one JSON object. */
public final class HealthJson {
    private HealthJson() {}

    /** Writes all of it. */
    public static void write(JsonGenerator json, HealthReport report) throws IOException {
        json.writeStartObject();
        json.writeStringField("store", report.store());
        json.writeStringField("at", report.at().toString());
        json.writeStringField("level", report.level().name().toLowerCase(Locale.ROOT));
        json.writeStringField("status", report.status().name());
        json.writeArrayFieldStart("subjects");
        for (Map.Entry<Subject, HealthStatus> subject : report.subjects().entrySet()) {
            json.writeStartObject();
            write(json, subject.getKey());
            json.writeStringField("status", subject.getValue().name());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("findings");
        for (Finding finding : report.findings()) {
            write(json, finding, Optional.empty());
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    static void write(JsonGenerator json, Finding finding, Optional<String> cause) throws IOException {
        json.writeStartObject();
        write(json, finding.subject());
        json.writeStringField("check", finding.check());
        json.writeStringField("status", finding.status().name());
        if (cause.isPresent()) {
            json.writeStringField("cause", cause.get());
        }
        json.writeStringField("detail", finding.detail());
        if (finding.mend().isPresent()) {
            json.writeStringField("mend", finding.mend().get());
        }
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, Subject subject) throws IOException {
        json.writeStringField("kind", subject.kind().name().toLowerCase(Locale.ROOT));
        if (!subject.name().isEmpty()) {
            json.writeStringField("name", subject.name());
        }
    }
}
