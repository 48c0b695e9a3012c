package dev.chancery.spi;

import dev.chancery.CompromisedSince;
import dev.chancery.ConfigurationException;
import dev.chancery.IntegrityException;
import dev.chancery.KeyAttributes;
import dev.chancery.KeyName;
import dev.chancery.KeyOrigin;
import dev.chancery.KeyState;
import dev.chancery.RingPosition;
import dev.chancery.SignatureAlgorithm;
import dev.chancery.StateChange;
import dev.chancery.UnsupportedException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A key's attributes as a few short fields, for places that keep tags, labels or small objects beside a key.
 *
 * <p>Names and values are ASCII letters, digits and {@code . : / @ + - _ =}; whatever else a label or a reason holds is
 * written as RFC 2047's "Q" encoding does: {@code _} is a space, {@code =C3=BC} the UTF-8 of ü. State, dates, mark and ring
 * have a field each, for people to read and for rules of access to name. Labels and history are texts, cut into as many
 * fields as they need. Of the history as much is kept as there is room for, the youngest lines.
 */
public final class CompactAttributes {
    private static final String STATE = "state";
    private static final String CREATED = "created";
    private static final String ORIGIN = "origin";
    private static final String SIGN_FROM = "sign-from";
    private static final String SIGN_UNTIL = "sign-until";
    private static final String VERIFY_UNTIL = "verify-until";
    private static final String COMPROMISED_SINCE = "compromised-since";
    private static final String RING = "ring";
    private static final String GENERATION = "generation";
    private static final String ALGORITHM = "algorithm";
    private static final String LABELS = "labels.";
    private static final String HISTORY = "history.";

    private CompactAttributes() {}

    /**
     * Writes attributes.
     *
     * @param attributes the attributes
     * @param fields how many fields there is room for
     * @param length how many characters a field's value may have; 64 at least
     * @return the fields, by name
     * @throws UnsupportedException if there is no room for all but the history
     */
    public static Map<String, String> encode(KeyAttributes attributes, int fields, int length) {
        Map<String, String> encoded = new LinkedHashMap<>();
        encoded.put(STATE, attributes.state().name());
        encoded.put(CREATED, attributes.created().toString());
        encoded.put(ORIGIN, attributes.origin().name());
        attributes.signFrom().ifPresent(from -> encoded.put(SIGN_FROM, from.toString()));
        attributes.signUntil().ifPresent(until -> encoded.put(SIGN_UNTIL, until.toString()));
        attributes.verifyUntil().ifPresent(until -> encoded.put(VERIFY_UNTIL, until.toString()));
        attributes.compromisedSince().ifPresent(since -> encoded.put(COMPROMISED_SINCE, since.toString()));
        attributes.ring().ifPresent(position -> {
            encoded.put(RING, position.ring().value());
            encoded.put(GENERATION, Long.toString(position.generation()));
        });
        attributes.defaultAlgorithm().ifPresent(algorithm -> encoded.put(ALGORITHM, algorithm.name()));
        cut(labels(attributes.labels()), LABELS, length, encoded);
        if (encoded.size() > fields) {
            throw new UnsupportedException("The key's labels are too long for this store: it has room for " + fields
                    + " fields of " + length + " characters, and they take " + encoded.size() + ". Shorten them.");
        }
        cut(youngest(attributes.history(), (fields - encoded.size()) * length), HISTORY, length, encoded);
        return encoded;
    }

    private static String labels(Map<String, String> labels) {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(labels)
                .forEach((name, value) ->
                        text.append(name).append('\n').append(value).append('\n'));
        return quoted(text.toString());
    }

    private static String youngest(List<StateChange> history, int room) {
        String kept = "";
        for (int i = history.size() - 1; i >= 0; i--) {
            StateChange change = history.get(i);
            String line = change.at() + " " + change.from() + " " + change.to() + " " + change.reason() + "\n";
            String longer = quoted(line) + kept;
            if (longer.length() > room) {
                break;
            }
            kept = longer;
        }
        return kept;
    }

    private static void cut(String text, String name, int length, Map<String, String> into) {
        for (int i = 0; i * length < text.length(); i++) {
            into.put(name + (i + 1), text.substring(i * length, Math.min(text.length(), (i + 1) * length)));
        }
    }

    /**
     * Reads attributes back. A mark beats a state that another writer wrote at the same moment.
     *
     * @param fields fields by name; an empty value stands for none, and names that are not known are passed over
     * @return the attributes
     * @throws IntegrityException if the fields make no sense
     */
    public static KeyAttributes decode(Map<String, String> fields) {
        try {
            Optional<CompromisedSince> mark = field(fields, COMPROMISED_SINCE).map(CompactAttributes::mark);
            KeyState state = KeyState.valueOf(required(fields, STATE));
            KeyAttributes.Builder attributes = KeyAttributes.builder(
                    mark.isPresent() && state != KeyState.DESTROYED ? KeyState.COMPROMISED : state,
                    Instant.parse(required(fields, CREATED)),
                    KeyOrigin.valueOf(required(fields, ORIGIN)));
            mark.ifPresent(attributes::compromisedSince);
            field(fields, SIGN_FROM).map(Instant::parse).ifPresent(attributes::signFrom);
            field(fields, SIGN_UNTIL).map(Instant::parse).ifPresent(attributes::signUntil);
            field(fields, VERIFY_UNTIL).map(Instant::parse).ifPresent(attributes::verifyUntil);
            field(fields, RING)
                    .ifPresent(ring -> attributes.ring(
                            new RingPosition(new KeyName(ring), Long.parseLong(required(fields, GENERATION)))));
            field(fields, ALGORITHM).map(SignatureAlgorithm::valueOf).ifPresent(attributes::defaultAlgorithm);
            String[] labels = lines(fields, LABELS);
            for (int i = 0; i + 1 < labels.length; i += 2) {
                attributes.label(labels[i], labels[i + 1]);
            }
            for (String line : lines(fields, HISTORY)) {
                attributes.history(change(line));
            }
            return attributes.build();
        } catch (IllegalArgumentException | DateTimeException | ConfigurationException e) {
            throw new IntegrityException(
                    "What is kept with the key makes no sense (" + e.getMessage()
                            + "). Put the fields right, or restore them from an inventory or the audit log.",
                    e);
        }
    }

    private static CompromisedSince mark(String text) {
        return text.equals(CompromisedSince.UNKNOWN.toString())
                ? CompromisedSince.UNKNOWN
                : CompromisedSince.at(Instant.parse(text));
    }

    private static StateChange change(String line) {
        String[] parts = line.split(" ", 4);
        if (parts.length < 4) {
            throw new IllegalArgumentException("a line of the history lacks a part");
        }
        return new StateChange(
                Instant.parse(parts[0]), KeyState.valueOf(parts[1]), KeyState.valueOf(parts[2]), parts[3]);
    }

    private static String[] lines(Map<String, String> fields, String name) {
        StringBuilder text = new StringBuilder();
        for (int i = 1; field(fields, name + i).isPresent(); i++) {
            text.append(fields.get(name + i));
        }
        return text.isEmpty() ? new String[0] : unquoted(text).split("\n");
    }

    private static Optional<String> field(Map<String, String> fields, String name) {
        return Optional.ofNullable(fields.get(name)).filter(value -> !value.isEmpty());
    }

    private static String required(Map<String, String> fields, String name) {
        return field(fields, name).orElseThrow(() -> new IllegalArgumentException(name + " is missing"));
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if (c == ' ') {
                quoted.append('_');
            } else if (c < 0x80 && (Character.isLetterOrDigit(c) || ".:/@+-".indexOf(c) >= 0)) {
                quoted.append(c);
            } else {
                quoted.append(String.format("=%02X", (int) c));
            }
        }
        return quoted.toString();
    }

    private static String unquoted(CharSequence text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '=') {
                if (i + 3 > text.length()) {
                    throw new IllegalArgumentException("a text ends in the middle of a character");
                }
                bytes.write(Integer.parseInt(text.subSequence(i + 1, i + 3).toString(), 16));
                i += 2;
            } else {
                bytes.write(c == '_' ? ' ' : c);
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /**
     * The names that a store must give an empty value, or remove, when attributes have become shorter.
     *
     * @param before the fields that the store holds
     * @param after the fields that it shall hold
     * @return names of {@code before} that {@code after} lacks and that are an attribute's
     */
    public static List<String> dropped(Map<String, String> before, Map<String, String> after) {
        List<String> dropped = new ArrayList<>();
        before.forEach((name, value) -> {
            if (!after.containsKey(name) && !value.isEmpty() && isOurs(name)) {
                dropped.add(name);
            }
        });
        return dropped;
    }

    private static boolean isOurs(String name) {
        return name.startsWith(LABELS)
                || name.startsWith(HISTORY)
                || List.of(SIGN_FROM, SIGN_UNTIL, VERIFY_UNTIL, COMPROMISED_SINCE, RING, GENERATION, ALGORITHM)
                        .contains(name);
    }
}
