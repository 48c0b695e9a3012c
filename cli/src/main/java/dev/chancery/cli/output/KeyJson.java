package dev.chancery.cli.output;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.StateChange;
import dev.chancery.key.UnusableKey;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Keys as JSON objects: fields named as in {@link KeyMetadata}, instants in ISO-8601, absent values left out. */
public final class KeyJson {
    private KeyJson() {}

    public static void write(JsonGenerator json, KeyMetadata key) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", key.id().value());
        json.writeBooleanField("usable", !key.algorithms().isEmpty());
        if (key.algorithms().isEmpty()) {
            json.writeStringField("reason", "Its place lets it sign with no algorithm. It goes on verifying.");
        }
        json.writeStringField("spec", key.spec().name());
        json.writeStringField("state", key.state().name());
        if (key.ring().isPresent()) {
            json.writeStringField("ring", key.ring().get().ring().value());
            json.writeNumberField("generation", key.ring().get().generation());
        }
        json.writeStringField("created", key.created().toString());
        instant(json, "signFrom", key.signFrom());
        instant(json, "signUntil", key.signUntil());
        instant(json, "verifyUntil", key.verifyUntil());
        if (key.compromisedSince().isPresent()) {
            json.writeStringField(
                    "compromisedSince", key.compromisedSince().get().toString());
        }
        json.writeStringField("origin", key.origin().name());
        json.writeStringField("protection", key.protection().name());
        json.writeStringField("fingerprint", key.fingerprint());
        json.writeBooleanField("proven", key.proven());
        json.writeBooleanField("leftOver", key.leftOver());
        json.writeStringField("defaultAlgorithm", key.defaultAlgorithm().name());
        json.writeArrayFieldStart("algorithms");
        for (SignatureAlgorithm algorithm : key.algorithms()) {
            json.writeString(algorithm.name());
        }
        json.writeEndArray();
        json.writeArrayFieldStart("history");
        for (StateChange change : key.history()) {
            json.writeStartObject();
            json.writeStringField("at", change.at().toString());
            json.writeStringField("from", change.from().name());
            json.writeStringField("to", change.to().name());
            json.writeStringField("reason", change.reason());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeObjectFieldStart("labels");
        for (Map.Entry<String, String> label : new TreeMap<>(key.attributes().labels()).entrySet()) {
            json.writeStringField(label.getKey(), label.getValue());
        }
        json.writeEndObject();
        if (key.proven()) {
            json.writeStringField("publicKey", Pem.publicKey(key.publicKey()));
        }
        json.writeEndObject();
    }

    public static void write(JsonGenerator json, UnusableKey key) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", key.id().value());
        json.writeBooleanField("usable", false);
        json.writeStringField("problem", key.problem().name());
        json.writeStringField("reason", key.reason());
        json.writeEndObject();
    }

    private static void instant(JsonGenerator json, String name, Optional<Instant> value) throws IOException {
        if (value.isPresent()) {
            json.writeStringField(name, value.get().toString());
        }
    }
}
