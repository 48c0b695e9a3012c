package dev.chancery.provider.pkcs11;

import dev.chancery.CompromisedSince;
import dev.chancery.ConfigurationException;
import dev.chancery.KeyAttributes;
import dev.chancery.KeyName;
import dev.chancery.KeyOrigin;
import dev.chancery.KeyState;
import dev.chancery.RingPosition;
import dev.chancery.SignatureAlgorithm;
import dev.chancery.StateChange;
import dev.chancery.spi.support.PercentEncoding;
import dev.chancery.spi.support.Printable;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@link KeyAttributes} as lines of text, {@code name=value}: compact, and readable for whoever dumps a token's objects. It
 * knows nothing of tokens.
 */
final class AttributeLines {
    /** The latest are kept: a token's memory is small, and the audit log has the rest. */
    static final int MAX_HISTORY = 32;

    private AttributeLines() {}

    static List<String> write(KeyAttributes attributes) {
        List<String> lines = new ArrayList<>();
        lines.add("state=" + attributes.state());
        lines.add("created=" + attributes.created());
        lines.add("origin=" + attributes.origin());
        write(lines, "signFrom", attributes.signFrom());
        write(lines, "signUntil", attributes.signUntil());
        write(lines, "verifyUntil", attributes.verifyUntil());
        write(lines, "compromisedSince", attributes.compromisedSince());
        write(lines, "ring", attributes.ring().map(AttributeLines::write));
        write(lines, "defaultAlgorithm", attributes.defaultAlgorithm());
        List<StateChange> history = attributes.history();
        for (StateChange change : history.subList(Math.max(0, history.size() - MAX_HISTORY), history.size())) {
            lines.add("history=" + change.at() + " " + change.from() + " " + change.to() + " " + change.reason());
        }
        attributes.labels().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(
                        label -> lines.add("label=" + PercentEncoding.encode(label.getKey()) + " " + label.getValue()));
        return lines;
    }

    private static void write(List<String> lines, String name, Optional<?> value) {
        value.ifPresent(present -> lines.add(name + "=" + present));
    }

    static String write(RingPosition position) {
        return position.ring() + "/" + position.generation();
    }

    /** @throws ConfigurationException if a line is malformed, unknown, missing or there twice */
    static KeyAttributes read(List<String> lines) {
        KeyAttributes.Builder attributes = KeyAttributes.builder(
                constant(KeyState.class, required(lines, "state")),
                instant(required(lines, "created")),
                constant(KeyOrigin.class, required(lines, "origin")));
        for (String line : lines) {
            int equals = line.indexOf('=');
            read(attributes, line.substring(0, Math.max(0, equals)), line.substring(equals + 1));
        }
        return attributes.build();
    }

    private static String required(List<String> lines, String name) {
        List<String> found = lines.stream()
                .filter(line -> line.startsWith(name + "="))
                .map(line -> line.substring(name.length() + 1))
                .toList();
        if (found.size() != 1) {
            throw malformed("'" + name + "' is there " + found.size() + " times");
        }
        return found.get(0);
    }

    private static void read(KeyAttributes.Builder attributes, String name, String value) {
        switch (name) {
            case "state", "created", "origin" -> {}
            case "signFrom" -> attributes.signFrom(instant(value));
            case "signUntil" -> attributes.signUntil(instant(value));
            case "verifyUntil" -> attributes.verifyUntil(instant(value));
            case "compromisedSince" ->
                attributes.compromisedSince(
                        value.equals(CompromisedSince.UNKNOWN.toString())
                                ? CompromisedSince.UNKNOWN
                                : CompromisedSince.at(instant(value)));
            case "ring" -> attributes.ring(position(value));
            case "defaultAlgorithm" -> attributes.defaultAlgorithm(constant(SignatureAlgorithm.class, value));
            case "history" -> attributes.history(change(value));
            case "label" -> label(attributes, value);
            default -> throw malformed("the line '" + Printable.of(name) + "' is unknown");
        }
    }

    static RingPosition position(String value) {
        int slash = value.indexOf('/');
        try {
            return new RingPosition(
                    new KeyName(value.substring(0, Math.max(0, slash))), Long.parseLong(value.substring(slash + 1)));
        } catch (NumberFormatException e) {
            throw malformed("'" + Printable.of(value) + "' is no generation of a ring");
        }
    }

    private static StateChange change(String value) {
        String[] parts = value.split(" ", 4);
        if (parts.length != 4) {
            throw malformed("a line of the history has " + parts.length + " parts");
        }
        return new StateChange(
                instant(parts[0]), constant(KeyState.class, parts[1]), constant(KeyState.class, parts[2]), parts[3]);
    }

    private static void label(KeyAttributes.Builder attributes, String value) {
        int space = value.indexOf(' ');
        Optional<String> name = PercentEncoding.decode(value.substring(0, Math.max(0, space)));
        attributes.label(
                name.orElseThrow(() -> malformed("the name of a label is malformed")), value.substring(space + 1));
    }

    private static Instant instant(String value) {
        try {
            return Instant.parse(value);
        } catch (DateTimeException e) {
            throw malformed("'" + Printable.of(value) + "' is no instant such as 2026-11-23T10:00:00Z");
        }
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String value) {
        try {
            return Enum.valueOf(type, value);
        } catch (IllegalArgumentException e) {
            throw malformed("'" + Printable.of(value) + "' is no " + type.getSimpleName());
        }
    }

    private static ConfigurationException malformed(String what) {
        return new ConfigurationException(what);
    }
}
