package dev.chancery.provider.pkcs11;

import dev.chancery.ConfigurationException;
import dev.chancery.spi.support.PercentEncoding;
import dev.chancery.spi.support.Printable;
import dev.chancery.spi.support.UriOptions;
import java.nio.file.Path;
import java.time.Duration;
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
    private static final int LONGEST_TIMEOUT = 600;
    private static final Set<String> OF_TOKENS = Set.of("token", "serial", "manufacturer", "model");
    private static final Set<String> OPTIONS =
            Set.of("module-path", "pin-source", "chancery-metadata", "chancery-sessions", "chancery-timeout");
    private static final String EXAMPLE =
            " An example: pkcs11:token=LABEL?module-path=/usr/lib/softhsm/libsofthsm2.so&pin-source=file:/run/pin";

    private static final Pattern NAME = Pattern.compile("(?:^[^:]*:|[;?&])([a-z-]+)=");
    private static final String SLOT =
            "a slot changes when something else is plugged in; choose the token by token=LABEL, serial= or manufacturer=";
    private static final String KEY = "it names a store, not a key: leave it out and name the key itself";

    /** The attributes of RFC 7512 that are refused, and why. */
    private static final Map<String, String> REFUSED = Map.of(
            "pin-value",
            "a PIN does not belong into a URI, which ends up in logs and process lists; write pin-source=file:/path, or"
                    + " give a PinSource in code",
            "module-name",
            "the name is ambiguous; write the path of the library, module-path=/path/to/library.so",
            "slot-id",
            SLOT,
            "slot-description",
            SLOT,
            "slot-manufacturer",
            SLOT,
            "object",
            KEY,
            "type",
            KEY,
            "id",
            KEY);

    /** @throws ConfigurationException if the URI is malformed, names no token, or has an attribute that is not understood */
    static TokenUri parse(String uri) {
        if (uri.length() > MAX_LENGTH) {
            throw wrong("it has more than " + MAX_LENGTH + " characters");
        }
        if (!uri.regionMatches(true, 0, "pkcs11:", 0, 7)) {
            throw wrong("it does not begin with pkcs11:");
        }
        requireNoneRefused(uri); // before a value gets anywhere
        String path = uri.split("\\?", 2)[0].substring(7);
        if (path.isEmpty()) {
            throw namesNoToken();
        }
        UriOptions chosen = UriOptions.parse(path, ';', OF_TOKENS, TokenUri::wrong);
        UriOptions options = UriOptions.ofUri(uri, OPTIONS, TokenUri::wrong);
        TokenUri parsed = new TokenUri(
                chosen.text("token"),
                chosen.text("serial"),
                chosen.text("manufacturer"),
                chosen.text("model"),
                library(options),
                pinFile(options),
                options.path("chancery-metadata"),
                options.integer("chancery-sessions", 1, MAX_SESSIONS),
                options.seconds("chancery-timeout", 1, LONGEST_TIMEOUT).orElse(DEFAULT_TIMEOUT));
        if (parsed.token.isEmpty() && parsed.serial.isEmpty() && parsed.manufacturer.isEmpty()) {
            throw namesNoToken();
        }
        return parsed;
    }

    private static void requireNoneRefused(String uri) {
        NAME.matcher(uri)
                .results()
                .map(found -> found.group(1))
                .filter(REFUSED::containsKey)
                .findFirst()
                .ifPresent(name -> {
                    throw wrong("it has " + name + ", and " + REFUSED.get(name));
                });
    }

    private static Path library(UriOptions options) {
        Path path = options.path("module-path")
                .orElseThrow(() -> wrong("module-path is missing: which PKCS#11 library talks to the token"));
        if (!path.isAbsolute()) {
            // A bare name would be searched for, and whoever owns a directory on the way decides what is found.
            throw wrong("module-path must be an absolute path, not '" + Printable.of(path.toString()) + "'");
        }
        return path;
    }

    private static Optional<Path> pinFile(UriOptions options) {
        options.text("pin-source").filter(source -> source.startsWith("|")).ifPresent(source -> {
            throw wrong("pin-source names a file; commands are not run");
        });
        return options.path("pin-source");
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
                .append(PercentEncoding.encode(text)));
    }

    private static ConfigurationException namesNoToken() {
        return wrong("it names no token: write token=LABEL, serial=NUMBER or manufacturer=NAME");
    }

    private static ConfigurationException wrong(String what) {
        return new ConfigurationException("This is no URI of a PKCS#11 token: " + what + "." + EXAMPLE);
    }
}
