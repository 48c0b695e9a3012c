package dev.chancery.provider.file.layout;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.error.ConfigurationException;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyName;
import dev.chancery.key.KeyOrigin;
import dev.chancery.key.KeyState;
import dev.chancery.key.ProtectionLevel;
import dev.chancery.key.RingPosition;
import dev.chancery.key.StateChange;
import dev.chancery.provider.file.formats.MalformedException;
import dev.chancery.spi.Claim;
import dev.chancery.spi.records.KeyRecord;
import dev.chancery.spi.records.KeyRecord.Rotating;
import dev.chancery.spi.records.KeyRecord.Successor;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The JSON of a key and of a ring's claim. Fields are called as in {@link dev.chancery.key.KeyMetadata} and {@link KeyRecord}. A file is of the
 * second version where it has a field that the first does not know, or lacks one that the first demands.
 */
public final class MetadataJson {
    private static final int FIRST = 1;
    private static final int SECOND = 2;
    private static final String VERSION = "version";
    private static final String COMPROMISED_SINCE = "compromisedSince";

    /** What {@code emergencyFor} was until the second version. */
    private static final String EMERGENCY_LABEL = "emergency-for";

    private static final Pattern MARK = Pattern.compile("\"" + COMPROMISED_SINCE + "\"\\s*:\\s*(?:\"([^\"]*)\")?");
    private static final Pattern COMPROMISED = Pattern.compile("\"state\"\\s*:\\s*\"COMPROMISED\"");

    /** The latest are kept; with the longest reasons they and all labels fit into {@link JsonObject#MAX_BYTES}. */
    static final int MAX_HISTORY = 500;

    private MetadataJson() {}

    public static byte[] write(Metadata key) {
        KeyRecord record = key.record();
        KeyAttributes attributes = record.attributes();
        Map<String, Object> json = new LinkedHashMap<>();
        Map<String, Object> second = second(record);
        boolean fitsFirst = second.isEmpty()
                && key.spec().isPresent()
                && record.fingerprint().isPresent();
        json.put(VERSION, fitsFirst ? FIRST : SECOND);
        json.put("id", key.id());
        put(json, "spec", key.spec().map(KeySpec::name));
        put(json, "fingerprint", record.fingerprint());
        json.put("protection", key.protection().name());
        json.put("origin", attributes.origin().name());
        json.put("state", attributes.state().name());
        json.put("created", attributes.created());
        put(json, "signFrom", attributes.signFrom());
        put(json, "signUntil", attributes.signUntil());
        put(json, "verifyUntil", attributes.verifyUntil());
        put(json, COMPROMISED_SINCE, attributes.compromisedSince());
        json.putAll(attributes.ring().map(MetadataJson::position).orElse(Map.of()));
        put(json, "defaultAlgorithm", attributes.defaultAlgorithm());
        json.putAll(second);
        json.put("history", history(attributes.history()));
        json.put("labels", new TreeMap<>(attributes.labels()));
        return JsonObject.write(json);
    }

    /** What the first version has no field for. */
    private static Map<String, Object> second(KeyRecord record) {
        Map<String, Object> json = new LinkedHashMap<>();
        put(json, "revision", Optional.of(record.revision()).filter(revision -> revision != 1));
        put(json, "successor", record.successor().map(Successor::fingerprint));
        put(json, "successorGeneration", record.successor().map(Successor::generation));
        put(json, "emergencyFor", record.emergencyFor());
        put(json, "withdrawn", Optional.of(record.withdrawn()).filter(withdrawn -> withdrawn));
        put(json, "rotating", record.rotating().map(Rotating::who));
        put(json, "rotatingUntil", record.rotating().map(Rotating::until));
        List<Map<String, Object>> held =
                record.held().stream().map(MetadataJson::position).toList();
        put(json, "held", Optional.of(held).filter(any -> !any.isEmpty()));
        put(json, "notes", Optional.of(new TreeMap<>(record.notes())).filter(any -> !any.isEmpty()));
        return json;
    }

    private static Map<String, Object> position(RingPosition position) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("ring", position.ring());
        json.put("generation", position.generation());
        return json;
    }

    private static void put(Map<String, Object> json, String name, Optional<?> value) {
        value.ifPresent(there -> json.put(name, there));
    }

    private static List<Map<String, Object>> history(List<StateChange> history) {
        List<Map<String, Object>> changes = new ArrayList<>();
        for (StateChange change : history.subList(Math.max(0, history.size() - MAX_HISTORY), history.size())) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("at", change.at());
            json.put("from", change.from().name());
            json.put("to", change.to().name());
            json.put("reason", change.reason());
            changes.add(json);
        }
        return changes;
    }

    /**
     * @throws MalformedException if the file is damaged
     * @throws dev.chancery.error.UnsupportedException if a newer version wrote it
     */
    static Metadata readKey(byte[] file) throws MalformedException {
        JsonObject json = JsonObject.parse(file, SECOND);
        try {
            Metadata key = new Metadata(
                    json.get("id", KeyId::new),
                    json.find("spec", KeySpec::valueOf),
                    json.get("protection", ProtectionLevel::valueOf),
                    readRecord(json));
            json.requireNothingElse();
            return key;
        } catch (ConfigurationException e) {
            throw new MalformedException(e.getMessage(), e);
        }
    }

    private static KeyRecord readRecord(JsonObject json) throws MalformedException {
        Map<String, String> labels = json.texts("labels");
        Optional<String> emergencyLabel = Optional.ofNullable(labels.remove(EMERGENCY_LABEL));
        KeyRecord.Builder record = new KeyRecord.Builder(readAttributes(json, labels))
                .revision(json.optionalNumber("revision").orElse(1L))
                .withdrawn(json.flag("withdrawn"))
                .notes(json.texts("notes"));
        json.find("fingerprint", Function.identity()).ifPresent(record::fingerprint);
        json.find("emergencyFor", Function.identity()).or(() -> emergencyLabel).ifPresent(record::emergencyFor);
        if (json.has("successor")) {
            record.successor(new Successor(json.number("successorGeneration"), json.text("successor")));
        }
        if (json.has("rotating")) {
            record.rotating(
                    Optional.of(new Rotating(json.text("rotating"), json.get("rotatingUntil", Instant::parse))));
        }
        List<RingPosition> held = new ArrayList<>();
        for (JsonObject position : json.list("held", JsonObject.class)) {
            held.add(readPosition(position));
            position.requireNothingElse();
        }
        return record.held(held).build();
    }

    private static RingPosition readPosition(JsonObject json) throws MalformedException {
        return new RingPosition(json.get("ring", KeyName::new), json.number("generation"));
    }

    private static KeyAttributes readAttributes(JsonObject json, Map<String, String> labels) throws MalformedException {
        KeyAttributes.Builder attributes = KeyAttributes.builder(
                        json.get("state", KeyState::valueOf),
                        json.get("created", Instant::parse),
                        json.get("origin", KeyOrigin::valueOf))
                .signFrom(json.find("signFrom", Instant::parse).orElse(null))
                .signUntil(json.find("signUntil", Instant::parse).orElse(null))
                .verifyUntil(json.find("verifyUntil", Instant::parse).orElse(null))
                .compromisedSince(
                        json.find(COMPROMISED_SINCE, MetadataJson::toMark).orElse(null))
                .defaultAlgorithm(json.find("defaultAlgorithm", SignatureAlgorithm::valueOf)
                        .orElse(null));
        if (json.has("ring")) {
            attributes.ring(readPosition(json));
        }
        for (JsonObject change : json.list("history", JsonObject.class)) {
            attributes.history(new StateChange(
                    change.get("at", Instant::parse),
                    change.get("from", KeyState::valueOf),
                    change.get("to", KeyState::valueOf),
                    change.text("reason")));
            change.requireNothingElse();
        }
        labels.forEach(attributes::label);
        return attributes.build();
    }

    private static CompromisedSince toMark(String text) {
        return text.equals(CompromisedSince.UNKNOWN.toString())
                ? CompromisedSince.UNKNOWN
                : CompromisedSince.at(Instant.parse(text));
    }

    /**
     * The mark in a file that makes no sense as a whole. A mark whose date is illegible is one since UNKNOWN, which precedes every date; so is the
     * state {@code COMPROMISED} alone.
     */
    static Optional<CompromisedSince> readMark(byte[] file) {
        String text = new String(file, StandardCharsets.UTF_8);
        Optional<CompromisedSince> mark = Optional.empty();
        Matcher marks = MARK.matcher(text);
        while (marks.find()) {
            CompromisedSince since = CompromisedSince.UNKNOWN;
            try {
                since = toMark(String.valueOf(marks.group(1)));
            } catch (DateTimeException | ConfigurationException illegible) {
                // It is there all the same.
            }
            mark = Optional.of(mark.map(since::earlier).orElse(since));
        }
        return mark.isEmpty() && COMPROMISED.matcher(text).find() ? Optional.of(CompromisedSince.UNKNOWN) : mark;
    }

    static byte[] write(Claim claim) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put(VERSION, FIRST);
        json.putAll(position(claim.position()));
        json.put("key", claim.holder());
        return JsonObject.write(json);
    }

    /** As {@link #readKey}. */
    static Claim readClaim(byte[] file) throws MalformedException {
        JsonObject json = JsonObject.parse(file, FIRST);
        try {
            Claim claim = new Claim(readPosition(json), json.get("key", FileNames::parse));
            json.requireNothingElse();
            return claim;
        } catch (ConfigurationException e) {
            throw new MalformedException(e.getMessage(), e);
        }
    }
}
