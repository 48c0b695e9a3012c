package dev.chancery.provider.pkcs11;

import dev.chancery.error.ConfigurationException;
import dev.chancery.provider.pkcs11.keys.VendorTemplate;
import dev.chancery.provider.pkcs11.sessions.TokenSelector;
import dev.chancery.spi.support.Printable;
import dev.chancery.spi.support.UriOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a {@code pkcs11:} URI (RFC 7512) asks for.
 *
 * @param token which token is meant
 * @param library the PKCS#11 library, an absolute path
 * @param pinFile the file whose first line is the PIN
 * @param metadata the directory for what the token does not keep
 * @param sessions the most sessions at once, or empty for the token's own limit
 * @param template what new keys' templates have besides
 * @param timeout the longest that a call waits for a session or for a lost token
 */
record TokenUri(
        TokenSelector token,
        Path library,
        Optional<Path> pinFile,
        Optional<Path> metadata,
        Optional<Integer> sessions,
        VendorTemplate template,
        Duration timeout) {

    private static final Logger LOG = LoggerFactory.getLogger(Pkcs11KeyStoreProvider.class);
    private static final int MAX_LENGTH = 4096;
    private static final int MAX_SESSIONS = 1024;
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);
    private static final int LONGEST_TIMEOUT = 600;
    private static final Set<String> OF_TOKENS = Set.of("token", "serial", "manufacturer", "model");
    private static final Set<String> OPTIONS = Set.of(
            "module-path",
            "pin-source",
            "chancery-metadata",
            "chancery-sessions",
            "chancery-template",
            "chancery-timeout");
    private static final String EXAMPLE =
            " An example: pkcs11:token=LABEL?module-path=/usr/lib/softhsm/libsofthsm2.so&pin-source=file:/run/pin";

    private static final Pattern NAME = Pattern.compile("(?:^[^:]*:|[;?&])([a-z-]+)=");
    private static final Pattern FOREIGN = Pattern.compile("(?!chancery)([A-Za-z0-9_-]+)=.*");

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
        UriOptions options = UriOptions.ofUri(withoutUnknown(uri), OPTIONS, TokenUri::wrong);
        return new TokenUri(
                token(chosen),
                library(options),
                pinFile(options),
                options.path("chancery-metadata"),
                options.integer("chancery-sessions", 1, MAX_SESSIONS),
                options.text("chancery-template")
                        .map(text -> VendorTemplate.parse(text, TokenUri::wrong))
                        .orElse(VendorTemplate.NONE),
                options.seconds("chancery-timeout", 1, LONGEST_TIMEOUT).orElse(DEFAULT_TIMEOUT));
    }

    private static TokenSelector token(UriOptions chosen) {
        TokenSelector token = new TokenSelector(
                chosen.text("token"), chosen.text("serial"), chosen.text("manufacturer"), chosen.text("model"));
        if (token.token().isEmpty()
                && token.serial().isEmpty()
                && token.manufacturer().isEmpty()) {
            throw namesNoToken();
        }
        return token;
    }

    private static void requireNoneRefused(String uri) {
        NAME.matcher(uri).results().map(found -> found.group(1)).forEach(name -> {
            String why = switch (name) {
                case "pin-value" ->
                    "a PIN does not belong into a URI, which ends up in logs and process lists; write"
                            + " pin-source=file:/path, or give a PinSource in code";
                case "module-name" ->
                    "the name is ambiguous; write the path of the library, module-path=/path/to/library.so";
                case "slot-id", "slot-description", "slot-manufacturer" ->
                    "a slot changes when something else is plugged in; choose the token by token=LABEL, serial= or"
                            + " manufacturer=";
                case "object", "type", "id" -> "it names a store, not a key: leave it out and name the key itself";
                default -> "";
            };
            if (!why.isEmpty()) {
                throw wrong("it has " + name + ", and " + why);
            }
        });
    }

    /** RFC 7512, 2.4, has applications ignore what they do not know; our own names are not misspelt in silence. */
    private static String withoutUnknown(String uri) {
        int query = uri.indexOf('?') + 1;
        return uri.substring(0, query)
                + Stream.of(uri.substring(query).split("&", -1))
                        .filter(option -> query == 0 || !isIgnored(option))
                        .collect(Collectors.joining("&"));
    }

    private static boolean isIgnored(String option) {
        Matcher foreign = FOREIGN.matcher(option);
        boolean ignored = foreign.matches() && !OPTIONS.contains(foreign.group(1));
        if (ignored) {
            LOG.warn("The attribute {} of the token's URI is not known here, and is ignored.", foreign.group(1));
        }
        return ignored;
    }

    private static Path library(UriOptions options) {
        Path path = options.path("module-path")
                .orElseThrow(() -> wrong("module-path is missing: which PKCS#11 library talks to the token"));
        if (!path.isAbsolute()) {
            // A bare name would be searched for, and the owner of a directory on the way decides what is found.
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

    private static ConfigurationException namesNoToken() {
        return wrong("it names no token: write token=LABEL, serial=NUMBER or manufacturer=NAME");
    }

    private static ConfigurationException wrong(String what) {
        return new ConfigurationException("This is no URI of a PKCS#11 token: " + what + "." + EXAMPLE);
    }
}
