package dev.chancery.provider.file;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import dev.chancery.CompromisedSince;
import dev.chancery.ConfigurationException;
import dev.chancery.KeyAttributes;
import dev.chancery.KeyId;
import dev.chancery.KeyName;
import dev.chancery.KeyOrigin;
import dev.chancery.KeySpec;
import dev.chancery.KeyState;
import dev.chancery.ProtectionLevel;
import dev.chancery.RingPosition;
import dev.chancery.SignatureAlgorithm;
import dev.chancery.StateChange;
import dev.chancery.spi.Claim;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The JSON of a key and of a ring's claim. Fields are called as in {@link dev.chancery.KeyMetadata}. */
final class MetadataJson {
    private static final int VERSION = 1;

    /** The latest are kept; with the longest reasons they and all labels fit into {@link JsonObject#MAX_BYTES}. */
    static final int MAX_HISTORY = 500;

    private MetadataJson() {}

    /** Something to put into a JSON object. */
    private interface Fields {
        void writeTo(JsonGenerator json) throws IOException;
    }

    static byte[] write(KeyRecord key) {
        return write(json -> {
            KeyAttributes attributes = key.attributes();
            json.writeStringField("id", key.id().value());
            json.writeStringField("spec", key.spec().name());
            json.writeStringField("fingerprint", key.fingerprint());
            json.writeStringField("protection", key.protection().name());
            json.writeStringField("origin", attributes.origin().name());
            json.writeStringField("state", attributes.state().name());
            json.writeStringField("created", attributes.created().toString());
            write(json, "signFrom", attributes.signFrom());
            write(json, "signUntil", attributes.signUntil());
            write(json, "verifyUntil", attributes.verifyUntil());
            write(json, "compromisedSince", attributes.compromisedSince());
            write(json, "ring", attributes.ring().map(RingPosition::ring));
            if (attributes.ring().isPresent()) {
                json.writeNumberField("generation", attributes.ring().get().generation());
            }
            write(json, "defaultAlgorithm", attributes.defaultAlgorithm());
            writeHistory(json, attributes.history());
            writeLabels(json, attributes.labels());
        });
    }

    private static void write(JsonGenerator json, String name, Optional<?> value) throws IOException {
        if (value.isPresent()) {
            json.writeStringField(name, value.get().toString());
        }
    }

    private static void writeHistory(JsonGenerator json, List<StateChange> history) throws IOException {
        json.writeArrayFieldStart("history");
        for (StateChange change : history.subList(Math.max(0, history.size() - MAX_HISTORY), history.size())) {
            json.writeStartObject();
            json.writeStringField("at", change.at().toString());
            json.writeStringField("from", change.from().name());
            json.writeStringField("to", change.to().name());
            json.writeStringField("reason", change.reason());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void writeLabels(JsonGenerator json, Map<String, String> labels) throws IOException {
        json.writeObjectFieldStart("labels");
        for (Map.Entry<String, String> label : new TreeMap<>(labels).entrySet()) {
            json.writeStringField(label.getKey(), label.getValue());
        }
        json.writeEndObject();
    }

    private static byte[] write(Fields fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DefaultIndenter lines = new DefaultIndenter("  ", "\n");
        try (JsonGenerator json = JsonObject.FACTORY.createGenerator(bytes)) {
            json.setPrettyPrinter(
                    new DefaultPrettyPrinter().withObjectIndenter(lines).withArrayIndenter(lines));
            json.writeStartObject();
            json.writeNumberField("version", VERSION);
            fields.writeTo(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        bytes.write('\n');
        return bytes.toByteArray();
    }

    /**
     * @throws MalformedException if the file is damaged
     * @throws dev.chancery.UnsupportedException if a newer version wrote it
     */
    static KeyRecord readKey(byte[] file) throws MalformedException {
        JsonObject json = JsonObject.parse(file, VERSION);
        try {
            KeyRecord key = new KeyRecord(
                    new KeyId(json.text("id")),
                    json.constant("spec", KeySpec.class),
                    json.text("fingerprint"),
                    json.constant("protection", ProtectionLevel.class),
                    readAttributes(json));
            json.requireNothingElse();
            return key;
        } catch (ConfigurationException e) {
            throw new MalformedException(e.getMessage(), e);
        }
    }

    private static KeyAttributes readAttributes(JsonObject json) throws MalformedException {
        KeyAttributes.Builder attributes = KeyAttributes.builder(
                        json.constant("state", KeyState.class),
                        json.instant("created"),
                        json.constant("origin", KeyOrigin.class))
                .signFrom(json.optionalInstant("signFrom").orElse(null))
                .signUntil(json.optionalInstant("signUntil").orElse(null))
                .verifyUntil(json.optionalInstant("verifyUntil").orElse(null))
                .defaultAlgorithm(json.optionalConstant("defaultAlgorithm", SignatureAlgorithm.class)
                        .orElse(null));
        Optional<String> compromised = json.optionalText("compromisedSince");
        if (compromised.isPresent()) {
            attributes.compromisedSince(readCompromised(compromised.get()));
        }
        Optional<String> ring = json.optionalText("ring");
        if (ring.isPresent()) {
            attributes.ring(new RingPosition(new KeyName(ring.get()), json.number("generation")));
        }
        for (JsonObject change : json.objects("history")) {
            Instant at = change.instant("at");
            attributes.history(new StateChange(
                    at,
                    change.constant("from", KeyState.class),
                    change.constant("to", KeyState.class),
                    change.text("reason")));
            change.requireNothingElse();
        }
        json.texts("labels").forEach(attributes::label);
        return attributes.build();
    }

    private static CompromisedSince readCompromised(String text) throws MalformedException {
        return text.equals(CompromisedSince.UNKNOWN.toString())
                ? CompromisedSince.UNKNOWN
                : CompromisedSince.at(JsonObject.toInstant("compromisedSince", text));
    }

    static byte[] write(Claim claim) {
        return write(json -> {
            json.writeStringField("ring", claim.position().ring().value());
            json.writeNumberField("generation", claim.position().generation());
            json.writeStringField("key", claim.holder().value());
        });
    }

    /** As {@link #readKey}. */
    static Claim readClaim(byte[] file) throws MalformedException {
        JsonObject json = JsonObject.parse(file, VERSION);
        try {
            Claim claim = new Claim(
                    new RingPosition(new KeyName(json.text("ring")), json.number("generation")),
                    FileNames.parse(json.text("key")));
            json.requireNothingElse();
            return claim;
        } catch (ConfigurationException e) {
            throw new MalformedException(e.getMessage(), e);
        }
    }
}
