package dev.chancery.provider.gcp.client;

import com.google.cloud.kms.v1.ProtectionLevel;
import dev.chancery.error.ConfigurationException;
import dev.chancery.spi.support.UriOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a {@code gcpkms:} URI asks for.
 *
 * @param keyRing the key ring's resource name, {@code projects/P/locations/L/keyRings/R}
 * @param endpoint another server than Google's, {@code host:port}
 * @param plaintext whether that server is spoken to without TLS, and so without credentials
 * @param trust a PEM file with the certificates that alone are trusted
 * @param protection what new keys are protected by; unspecified where that is left to Google, whose default is software
 * @param window how long a key of a CryptoKey that the store makes waits for its destruction, or empty for Google's 30 days
 * @param inFlight calls at the same time, at most
 * @param deadline how long a call may take, with credentials, all its attempts and waits
 * @param generation how long the making of a key is waited for
 * @param pinned whether one key is all that this process may use: no names, no rings, no changes
 */
public record KmsUri(
        String keyRing,
        Optional<String> endpoint,
        boolean plaintext,
        Optional<Path> trust,
        ProtectionLevel protection,
        Optional<Duration> window,
        int inFlight,
        Duration deadline,
        Duration generation,
        boolean pinned) {

    /** The scheme of the URIs. */
    public static final String SCHEME = "gcpkms";

    /** An id of Google's: a project may stand under a domain, {@code example.com:project}. */
    public static final String KEY_RING =
            "projects/[A-Za-z0-9.:_-]{1,100}/locations/[a-z0-9-]{1,63}/keyRings/[A-Za-z0-9_-]{1,63}";

    private static final Pattern PLACE = Pattern.compile("//(" + KEY_RING + ")/?");
    private static final Pattern ENDPOINT =
            Pattern.compile("([A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?|\\[[0-9A-Fa-f:]{2,39}]):[0-9]{1,5}");
    private static final Pattern PROTECTION = Pattern.compile("software|hsm|hsm-single-tenant");
    private static final Set<String> OPTIONS = Set.of(
            "endpoint", "plaintext", "trust", "protection", "window", "inflight", "deadline", "generation", "pinned");

    /**
     * Reads a URI.
     *
     * @throws ConfigurationException if the URI is malformed, or has an option that is unknown, repeated or out of range
     */
    public static KmsUri parse(String uri) {
        Matcher place = UriOptions.place(uri, PLACE, "it names no key ring", KmsUri::wrong);
        UriOptions options = UriOptions.ofUri(uri, OPTIONS, KmsUri::wrong);
        Optional<String> endpoint = options.text("endpoint", ENDPOINT);
        boolean plaintext = options.flag("plaintext", "true");
        if (plaintext && endpoint.isEmpty()) {
            throw wrong("Google is spoken to with TLS only: plaintext=true goes with an endpoint");
        }
        Optional<Path> trust = options.path("trust");
        if (plaintext && trust.isPresent()) {
            throw wrong("plaintext has no certificates that trust= could name");
        }
        return new KmsUri(
                place.group(1),
                endpoint,
                plaintext,
                trust,
                options.text("protection", PROTECTION)
                        .map(word -> ProtectionLevel.valueOf(
                                word.toUpperCase(Locale.ROOT).replace('-', '_')))
                        .orElse(ProtectionLevel.PROTECTION_LEVEL_UNSPECIFIED),
                options.integer("window", 1, 120).map(Duration::ofDays),
                options.integer("inflight", 1, 1000).orElse(64),
                options.seconds("deadline", 1, 300).orElse(Duration.ofSeconds(10)),
                options.seconds("generation", 1, 600).orElse(Duration.ofMinutes(2)),
                options.flag("pinned", "true"));
    }

    private static ConfigurationException wrong(String why) {
        return new ConfigurationException("This is no URI of Google Cloud KMS: " + why
                + ". Write gcpkms://projects/PROJECT/locations/LOCATION/keyRings/RING, with options as"
                + " docs/providers/gcp.md has them.");
    }

    /**
     * The same, for a client that is there already.
     *
     * @throws ConfigurationException if it says what the client has decided
     */
    public KmsUri requireNoEndpoint() {
        if (endpoint.isPresent() || trust.isPresent()) {
            throw wrong("endpoint, plaintext and trust are the business of the client that is handed over");
        }
        return this;
    }

    /**
     * The same, for credentials that are there already.
     *
     * @throws ConfigurationException if they would not be sent
     */
    public KmsUri requireTls() {
        if (plaintext) {
            throw wrong("credentials are not sent in plaintext");
        }
        return this;
    }

    /** The store's name in messages: what tells it from others, nothing else. */
    public String location() {
        return SCHEME + "://" + keyRing
                + endpoint.map(server -> "?endpoint=" + server).orElse("");
    }
}
