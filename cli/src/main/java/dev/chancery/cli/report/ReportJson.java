package dev.chancery.cli.report;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.cli.audit.RecordJson;
import dev.chancery.cli.health.HealthJson;
import dev.chancery.cli.output.KeyJson;
import dev.chancery.cli.output.Terminal.JsonValue;
import dev.chancery.cli.report.RingHistory.Generation;
import dev.chancery.key.UnusableKey;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The report for programs: what the page says, and each day of use. */
final class ReportJson implements JsonValue {
    private final Report report;

    ReportJson(Report report) {
        this.report = report;
    }

    @Override
    public void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("store", report.health().store());
        json.writeStringField("at", report.made().toString());
        json.writeStringField("asOf", report.asOf().toString());
        json.writeStringField("policy", report.policy().name());
        keys(json);
        rings(json);
        kinds(json);
        json.writeFieldName("health");
        HealthJson.write(json, report.health());
        if (report.use().isPresent()) {
            use(json, report.use().get());
        }
        checklist(json);
        json.writeEndObject();
    }

    private void keys(JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("keys");
        for (JudgedKey judged : report.keys()) {
            json.writeStartObject();
            json.writeFieldName("key");
            KeyJson.write(json, judged.key());
            if (judged.daysLeft().isPresent()) {
                json.writeNumberField("daysLeft", judged.daysLeft().getAsLong());
            }
            json.writeBooleanField("maySign", judged.maySign());
            json.writeArrayFieldStart("objections");
            for (String objection : judged.objections()) {
                json.writeString(objection);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("unusable");
        for (UnusableKey key : report.unusable()) {
            KeyJson.write(json, key);
        }
        json.writeEndArray();
    }

    private void rings(JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("rings");
        for (RingHistory ring : report.rings()) {
            json.writeStartObject();
            json.writeStringField("name", ring.name());
            json.writeArrayFieldStart("generations");
            for (Generation generation : ring.generations()) {
                json.writeStartObject();
                json.writeNumberField("generation", generation.number());
                json.writeStringField("key", generation.key().id().value());
                json.writeStringField("currentFrom", generation.begin().toString());
                instant(json, "followed", generation.followed());
                instant(json, "signsUntil", generation.signsUntil());
                json.writeBooleanField("compromised", generation.compromised());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void kinds(JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("kinds");
        for (KeySpec spec : report.specs()) {
            json.writeStartObject();
            json.writeStringField("spec", spec.name());
            json.writeNumberField("securityStrength", Standard.securityStrength(spec));
            json.writeBooleanField("quantumVulnerable", Standard.isQuantumVulnerable(spec));
            json.writeBooleanField(
                    "allowedByPolicy",
                    report.policy().refusalToMake(spec, Optional.empty()).isEmpty());
            json.writeArrayFieldStart("standards");
            for (Standard standard : Standard.values()) {
                Verdict verdict = standard.judge(spec, report.asOf());
                json.writeStartObject();
                json.writeStringField("name", standard.title());
                json.writeStringField("standing", verdict.standing().name());
                json.writeStringField("why", verdict.why());
                json.writeStringField("source", standard.source());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void use(JsonGenerator json, Use use) throws IOException {
        json.writeObjectFieldStart("use");
        json.writeStringField("log", use.log().toString());
        json.writeNumberField("records", use.records());
        json.writeNumberField("deniedOrFailed", use.failures());
        instant(json, "first", use.first());
        instant(json, "last", use.last());
        json.writeObjectFieldStart("signatures");
        for (Map.Entry<String, TreeMap<LocalDate, Long>> key : use.signatures().entrySet()) {
            json.writeObjectFieldStart(key.getKey());
            for (Map.Entry<LocalDate, Long> day : key.getValue().entrySet()) {
                json.writeNumberField(day.getKey().toString(), day.getValue());
            }
            json.writeEndObject();
        }
        json.writeEndObject();
        records(json, use, AuditEvent.ALERT, "alerts");
        records(json, use, AuditEvent.DRILL_PERFORMED, "drills");
        records(json, use, AuditEvent.BACKUP_MADE, "backups");
        records(json, use, AuditEvent.RESTORE_REFUSED, "refusedRestores");
        json.writeEndObject();
    }

    private static void records(JsonGenerator json, Use use, AuditEvent event, String name) throws IOException {
        json.writeArrayFieldStart(name);
        for (AuditRecord record : use.recent(event)) {
            RecordJson.write(json, record);
        }
        json.writeEndArray();
    }

    private void checklist(JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("checklist");
        for (Checklist.Line line : Checklist.of(report)) {
            json.writeStartObject();
            json.writeStringField("requirement", line.requirement());
            json.writeBooleanField("shown", line.shown());
            json.writeStringField("evidence", line.evidence());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void instant(JsonGenerator json, String name, Optional<Instant> value) throws IOException {
        if (value.isPresent()) {
            json.writeStringField(name, value.get().toString());
        }
    }
}
