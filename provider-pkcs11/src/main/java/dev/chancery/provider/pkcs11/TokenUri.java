package dev.chancery.provider.pkcs11;

import dev.chancery.ConfigurationException;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a {@code pkcs11:} URI (RFC 7512) asks for. The token is chosen by what is written on it, never by its slot, whose
 * number changes when something else is plugged in.
 *
 * @param token the label of the token
 * @param serial its serial number
 * @param manufacturer its manufacturer
 * @param model its model
 * @param library the PKCS#11 library, an absolute path
 * @param pinFile the file whose first line is the PIN
 * @param metadata the directory for what the token does not keep
 * @param sessions the most sessions at once, or empty for the token's own limit
 * @param timeout the longest that a call waits for a session or for a lost token
 */
record TokenUri(
        Optional<String> token,
        Optional<String> serial,
        Optional<String> manufacturer,
        Optional<String> model,
        Path library,
        Optional<Path> pinFile,
        Optional<Path> metadata,
        Optional<Integer> sessions,
        Duration timeout) {

    private static final int MAX_LENGTH = 4096;
    private static final int MAX_SESSIONS = 1024;
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration LONGEST_TIMEOUT = Duration.ofMinutes(10);
    private static final Pattern DECIMAL = Pattern.compile("[1-9][0-9]{0,5}");
    private static final String EXAMPLE =
            " An example: pkcs11:token=LABEL?module-path=/usr/lib/softhsm/libsofthsm2.so&pin-source=file:/run/pin";

    /** The attributes of RFC 7512 that choose something else than a token. */
    private static final Set<String> OF_OBJECTS = Set.of("object", "type", "id");

    private static final Set<String> OF_SLOTS = Set.of("slot-id", "slot-description", "slot-manufacturer");

    /** @throws ConfigurationException if the URI is malformed, names no token, or has an attribute that is not understood */
    static TokenUri parse(String uri) {
        if (uri.length() > MAX_LENGTH) {
            throw wrong("it has more than " + MAX_LENGTH + " characters");
        }
        if (!uri.regionMatches(true, 0, "pkcs11:", 0, 7)) {
            throw wrong("it does not begin with pkcs11:");
        }
        int question = uri.indexOf('?');
        String path = question < 0 ? uri.substring(7) : uri.substring(7, question);
        Map<String, String> chosen = attributes(path, ";");
        Map<String, String> options = attributes(question < 0 ? "" : uri.substring(question + 1), "&");
        TokenUri parsed = new TokenUri(
                take(chosen, "token"),
                take(chosen, "serial"),
                take(chosen, "manufacturer"),
                take(chosen, "model"),
                library(options),
                take(options, "pin-source").map(source -> file("pin-source", source)),
                take(options, "chancery-metadata").map(directory -> file("chancery-metadata", directory)),
                take(options, "chancery-sessions").map(text -> number("chancery-sessions", text, MAX_SESSIONS)),
                take(options, "chancery-timeout")
                        .map(text -> number("chancery-timeout", text, (int) LONGEST_TIMEOUT.toSeconds()))
                        .map(Duration::ofSeconds)
                        .orElse(DEFAULT_TIMEOUT));
        requireNoMore(chosen, options);
        if (parsed.token.isEmpty() && parsed.serial.isEmpty() && parsed.manufacturer.isEmpty()) {
            throw wrong("it names no token: write token=LABEL, serial=NUMBER or manufacturer=NAME");
        }
        return parsed;
    }

    private static Map<String, String> attributes(String text, String separator) {
        Map<String, String> attributes = new LinkedHashMap<>();
        if (text.isEmpty()) {
            return attributes;
        }
        for (String attribute : text.split(separator, -1)) {
            int equals = attribute.indexOf('=');
            if (equals < 1) {
                throw wrong("'" + shown(attribute) + "' is no attribute of the form name=value");
            }
            String name = attribute.substring(0, equals);
            refuse(name); // before its value gets anywhere
            String value = Text.decode(attribute.substring(equals + 1))
                    .orElseThrow(() -> wrong("the value of '" + shown(name) + "' is not percent-encoded UTF-8"));
            if (attributes.put(name, value) != null) {
                throw wrong("it has '" + shown(name) + "' twice");
            }
        }
        return attributes;
    }

    private static void refuse(String name) {
        if (name.equals("pin-value")) {
            throw wrong("a PIN does not belong into a URI, which ends up in logs and process lists; write"
                    + " pin-source=file:/path, or give a PinSource in code");
        }
        if (name.equals("module-name")) {
            throw wrong("module-name is ambiguous; write the path of the library, module-path=/path/to/library.so");
        }
        if (OF_SLOTS.contains(name)) {
            throw wrong("a slot changes when something else is plugged in; choose the token by token=LABEL, serial= or"
                    + " manufacturer= instead of " + name);
        }
        if (OF_OBJECTS.contains(name)) {
            throw wrong("it names a store, not a key: leave '" + name + "' out and name the key itself");
        }
    }

    private static Optional<String> take(Map<String, String> attributes, String name) {
        Optional<String> value = Optional.ofNullable(attributes.remove(name));
        if (value.filter(String::isEmpty).isPresent()) {
            throw wrong("'" + name + "' is empty");
        }
        return value;
    }

    private static void requireNoMore(Map<String, String> chosen, Map<String, String> options) {
        Set<String> unknown = new HashSet<>(chosen.keySet());
        unknown.addAll(options.keySet());
        unknown.stream().sorted().findFirst().ifPresent(name -> {
            throw wrong(
                    "'" + shown(name) + "' is unknown here; before the question mark stand token, serial, manufacturer"
                            + " and model, behind it module-path, pin-source, chancery-metadata, chancery-sessions and"
                            + " chancery-timeout");
        });
    }

    private static Path library(Map<String, String> options) {
        String text = take(options, "module-path")
                .orElseThrow(() -> wrong("module-path is missing: which PKCS#11 library talks to the token"));
        Path path = path("module-path", text);
        if (!path.isAbsolute()) {
            // A bare name would be searched for, and whoever owns a directory on the way decides what is found.
            throw wrong("module-path must be an absolute path, not '" + shown(text) + "'");
        }
        return path;
    }

    /** {@code file:/path}, {@code file:///path} or the path itself. */
    private static Path file(String name, String value) {
        if (value.startsWith("|")) {
            throw wrong(name + " names a file; commands are not run");
        }
        if (!value.regionMatches(true, 0, "file:", 0, 5)) {
            return path(name, value);
        }
        try {
            URI uri = URI.create(value);
            return uri.isOpaque() ? path(name, value.substring(5)) : Path.of(uri);
        } catch (IllegalArgumentException e) {
            throw wrong(name + " is no file: '" + shown(value) + "'");
        }
    }

    private static Path path(String name, String value) {
        try {
            return Path.of(value);
        } catch (InvalidPathException e) {
            throw wrong(name + " is no path: '" + shown(value) + "'");
        }
    }

    private static int number(String name, String text, int most) {
        if (!DECIMAL.matcher(text).matches() || Integer.parseInt(text) > most) {
            throw wrong(name + " is a number from 1 to " + most + ", not '" + shown(text) + "'");
        }
        return Integer.parseInt(text);
    }

    /** Whether a token is one that the URI asks for. */
    boolean matches(TokenDescription found) {
        return token.filter(wanted -> !wanted.equals(found.label())).isEmpty()
                && serial.filter(wanted -> !wanted.equals(found.serial())).isEmpty()
                && manufacturer
                        .filter(wanted -> !wanted.equals(found.manufacturer()))
                        .isEmpty()
                && model.filter(wanted -> !wanted.equals(found.model())).isEmpty();
    }

    /** The URI of the token alone, for messages. */
    String location() {
        StringBuilder location = new StringBuilder("pkcs11:");
        append(location, "token", token);
        append(location, "serial", serial);
        append(location, "manufacturer", manufacturer);
        append(location, "model", model);
        return location.toString();
    }

    private static void append(StringBuilder location, String name, Optional<String> value) {
        value.ifPresent(text -> location.append(location.length() > "pkcs11:".length() ? ";" : "")
                .append(name)
                .append('=')
                .append(Text.encode(text)));
    }

    private static String shown(String text) {
        return Text.printable(text);
    }

    private static ConfigurationException wrong(String what) {
        return new ConfigurationException("This is no URI of a PKCS#11 token: " + what + "." + EXAMPLE);
    }
}
