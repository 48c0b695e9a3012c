package dev.chancery.backup.internal.layout;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.backup.internal.json.JsonTree;
import dev.chancery.error.ChanceryException;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyState;
import dev.chancery.key.StateChange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A key's metadata file, as docs/providers/file.md has it: what of it decides whether a key may sign. Fields that this version does not know stay. */
public final class KeyDocument {
    private static final String STATE = "state";
    private static final String MARK = "compromisedSince";
    private static final Pattern LEGIBLE_MARK = Pattern.compile("\"" + MARK + "\"\\s*:\\s*(?:\"([^\"]*)\")?");
    private static final Pattern LEGIBLE_STATE = Pattern.compile("\"state\"\\s*:\\s*\"([A-Z_]+)\"");
    private static final int LONGEST_REASON = 256;

    private final Map<String, Object> tree;

    private KeyDocument(Map<String, Object> tree) {
        this.tree = tree;
    }

    /** Reads a file; empty where it makes no sense. */
    public static Optional<KeyDocument> parse(byte[] file) {
        try {
            KeyDocument document = new KeyDocument(JsonTree.parse(file));
            return document.isSound() ? Optional.of(document) : Optional.empty();
        } catch (IOException | RuntimeException damaged) {
            return Optional.empty();
        }
    }

    private boolean isSound() {
        return text(STATE).flatMap(KeyDocument::state).isPresent()
                && text("id").isPresent()
                && (text(MARK).isEmpty()
                        || text(MARK).flatMap(KeyDocument::mark).isPresent());
    }

    /** What can still be read of a damaged file: a mark, the state; a mark without a date is one since UNKNOWN. */
    public static KeyFacts legible(byte[] file) {
        String text = new String(file, StandardCharsets.UTF_8);
        KeyFacts facts = KeyFacts.FOREIGN;
        for (Matcher found = LEGIBLE_STATE.matcher(text); found.find(); ) {
            Optional<KeyState> state = state(found.group(1));
            if (state.isPresent()) {
                facts = facts.join(new KeyFacts(state.get(), Optional.empty(), false));
            }
        }
        for (Matcher found = LEGIBLE_MARK.matcher(text); found.find(); ) {
            CompromisedSince since = Optional.ofNullable(found.group(1))
                    .flatMap(KeyDocument::mark)
                    .orElse(CompromisedSince.UNKNOWN);
            facts = facts.join(new KeyFacts(KeyState.COMPROMISED, Optional.of(since), false));
        }
        return facts;
    }

    /** What a store elsewhere knows of a key, for a directory that verifies what it signed. */
    public static KeyDocument of(KeyMetadata key, String id, String store) {
        Map<String, Object> tree = begin(id, Optional.of(key.spec()), Optional.of(key.fingerprint()));
        tree.put("protection", key.protection().name());
        tree.put("origin", key.origin().name());
        tree.put(STATE, key.state().name());
        tree.put("created", key.created().toString());
        put(tree, "signFrom", key.signFrom());
        put(tree, "signUntil", key.signUntil());
        put(tree, "verifyUntil", key.verifyUntil());
        put(tree, MARK, key.compromisedSince());
        key.ring().ifPresent(position -> {
            tree.put("ring", position.ring().value());
            tree.put("generation", position.generation());
        });
        tree.put("defaultAlgorithm", key.defaultAlgorithm().name());
        List<Object> history = new ArrayList<>();
        key.history().forEach(change -> history.add(change(change)));
        tree.put("history", history);
        Map<String, String> labels = new TreeMap<>(key.attributes().labels());
        labels.put("backup-of", key.id().value());
        labels.put("backup-from", store.substring(0, Math.min(LONGEST_REASON, store.length())));
        tree.put("labels", labels);
        return new KeyDocument(tree);
    }

    /** For a key that has no metadata and needs some, for more is known of it than that it is there. */
    public static KeyDocument ofForeign(String id, Optional<PublicKey> publicKey, Instant created) {
        Map<String, Object> tree = begin(id, publicKey.map(KeySpec::of), publicKey.map(KeyMetadata::fingerprint));
        tree.put("protection", "SOFTWARE");
        tree.put("origin", "FOREIGN");
        tree.put(STATE, KeyState.ACTIVE.name());
        tree.put("created", created.toString());
        tree.put("history", List.of());
        tree.put("labels", Map.of());
        return new KeyDocument(tree);
    }

    private static Map<String, Object> begin(String id, Optional<KeySpec> spec, Optional<String> fingerprint) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("version", spec.isPresent() && fingerprint.isPresent() ? 1L : 2L);
        tree.put("id", id);
        put(tree, "spec", spec.map(KeySpec::name));
        put(tree, "fingerprint", fingerprint);
        return tree;
    }

    private static void put(Map<String, Object> tree, String name, Optional<?> value) {
        value.ifPresent(there -> tree.put(name, there.toString()));
    }

    private static Map<String, Object> change(StateChange change) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("at", change.at().toString());
        json.put("from", change.from().name());
        json.put("to", change.to().name());
        json.put("reason", change.reason());
        return json;
    }

    public KeyFacts facts() {
        return new KeyFacts(
                text(STATE).flatMap(KeyDocument::state).orElseThrow(),
                text(MARK).flatMap(KeyDocument::mark),
                false);
    }

    public Optional<KeyFacts.Place> place() {
        return text("ring").isPresent() && tree.get("generation") instanceof Long generation
                ? Optional.of(new KeyFacts.Place(text("ring").get(), generation))
                : Optional.empty();
    }

    public Optional<String> fingerprint() {
        return text("fingerprint");
    }

    public String id() {
        return text("id").orElseThrow();
    }

    /** How often it was written: of two writings the later one. */
    public long revision() {
        return tree.get("revision") instanceof Long revision ? revision : 1;
    }

    /** The same with what is known elsewhere. */
    public KeyDocument with(KeyFacts known, String reason, Instant now) {
        KeyFacts before = facts();
        KeyFacts after = before.join(known);
        if (after.equals(before)) {
            return this;
        }
        Map<String, Object> changed = new LinkedHashMap<>(tree);
        changed.put("version", Math.max(2L, tree.get("version") instanceof Long version ? version : 2L));
        changed.put(STATE, after.state().name());
        put(changed, MARK, after.mark());
        changed.put("revision", revision() + 1);
        if (after.state() != before.state()) {
            List<Object> history = new ArrayList<>(tree.get("history") instanceof List<?> list ? list : List.of());
            history.add(change(new StateChange(now, before.state(), after.state(), reason)));
            changed.put("history", history);
        }
        return new KeyDocument(changed);
    }

    public byte[] bytes() throws IOException {
        return JsonTree.write(tree);
    }

    private Optional<String> text(String name) {
        return tree.get(name) instanceof String text ? Optional.of(text) : Optional.empty();
    }

    public static Optional<KeyState> state(String name) {
        for (KeyState state : KeyState.values()) {
            if (state.name().equals(name)) {
                return Optional.of(state);
            }
        }
        return Optional.empty();
    }

    public static Optional<CompromisedSince> mark(String text) {
        try {
            return Optional.of(
                    text.equals(CompromisedSince.UNKNOWN.toString())
                            ? CompromisedSince.UNKNOWN
                            : CompromisedSince.at(Instant.parse(text)));
        } catch (DateTimeException | ChanceryException illegible) {
            return Optional.empty();
        }
    }
}
