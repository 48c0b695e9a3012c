package dev.chancery.provider.azure.client;

import dev.chancery.error.ConfigurationException;
import dev.chancery.spi.support.UriOptions;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an {@code azurekms:} URI asks for.
 *
 * @param authority the vault's host, and its port where it has one
 * @param path what stands before {@code /keys} in the vault's URLs: empty in Azure
 * @param endpoint another address that the vault is reached at
 * @param trust a PEM file with the certificates that alone are trusted
 * @param token a file with a bearer token, instead of Azure's credentials
 * @param anyChallenge whether the vault may ask for a token of another domain than its own
 * @param hsm whether new keys are kept in hardware
 * @param destroyed what becomes of a name when all its versions are destroyed
 * @param inFlight calls at the same time, at most
 * @param deadline how long a call may take, with credentials, all its attempts and waits
 * @param pinned whether one key is all that this process may use: no names, no rings, no changes
 */
public record VaultUri(
        String authority,
        String path,
        Optional<URI> endpoint,
        Optional<Path> trust,
        Optional<Path> token,
        boolean anyChallenge,
        boolean hsm,
        Destroyed destroyed,
        int inFlight,
        Duration deadline,
        boolean pinned) {

    /** The scheme of the URIs. */
    public static final String SCHEME = "azurekms";

    /** What becomes of a name when all its versions are destroyed. */
    public enum Destroyed {
        /** It stays, disabled. */
        KEPT,
        /** It is deleted, and can be recovered for as long as the vault is set to. */
        DELETED,
        /** It is deleted, and cannot be recovered. */
        PURGED
    }

    private static final String HTTPS = "https:";
    private static final String AZURE = ".vault.azure.net";
    private static final Pattern PLACE = Pattern.compile(
            "//((?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?|\\[[0-9A-Fa-f:]{2,39}])(?::[0-9]{1,5})?)((?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,63}){0,4})/?");
    private static final Pattern VAULT_NAME = Pattern.compile("[A-Za-z][A-Za-z0-9-]{1,22}[A-Za-z0-9]");
    private static final Set<String> OPTIONS =
            Set.of("endpoint", "trust", "token", "challenge", "hsm", "destroyed", "inflight", "deadline", "pinned");

    /**
     * Reads a URI.
     *
     * @throws ConfigurationException if the URI is malformed, or has an option that is unknown, repeated or out of range
     */
    public static VaultUri parse(String uri) {
        Matcher place = UriOptions.place(uri, PLACE, "it names no vault", VaultUri::wrong);
        String authority = complete(place.group(1));
        UriOptions options = UriOptions.ofUri(uri, OPTIONS, VaultUri::wrong);
        return new VaultUri(
                authority,
                place.group(2),
                options.text("endpoint").map(VaultUri::endpoint),
                options.path("trust"),
                options.path("token"),
                options.text("challenge", Pattern.compile("any|own")).equals(Optional.of("any")),
                // A Managed HSM has no keys in software.
                options.flag("hsm", "true")
                        || authority.toLowerCase(Locale.ROOT).contains(".managedhsm."),
                options.text("destroyed", Pattern.compile("kept|deleted|purged"))
                        .map(word -> Destroyed.valueOf(word.toUpperCase(Locale.ROOT)))
                        .orElse(Destroyed.KEPT),
                options.integer("inflight", 1, 1000).orElse(64),
                options.seconds("deadline", 1, 300).orElse(Duration.ofSeconds(10)),
                options.flag("pinned", "true"));
    }

    /** A name without a dot is a vault of Azure's public cloud. */
    private static String complete(String authority) {
        boolean host = authority.contains(".") || authority.contains(":") || authority.equals("localhost");
        if (!host && !VAULT_NAME.matcher(authority).matches()) {
            throw wrong("a vault's name has 3 to 24 letters, digits and hyphens and begins with a letter");
        }
        return host ? authority : authority + AZURE;
    }

    /** Not shown where it is none: a user who put a password there would find it in a log. */
    private static URI endpoint(String text) {
        if (!text.startsWith(HTTPS)
                || !PLACE.matcher(text.substring(HTTPS.length())).matches()) {
            throw wrong("endpoint is the https: URL of a server, with nothing behind its path");
        }
        return URI.create(text.replaceFirst("/$", ""));
    }

    private static ConfigurationException wrong(String why) {
        return new ConfigurationException("This is no URI of an Azure vault: " + why
                + ". Write azurekms://MyKeyVault.vault.azure.net/, with options as docs/providers/azure.md has them.");
    }

    /**
     * The same, for a credential that is handed over.
     *
     * @throws ConfigurationException if it has a token
     */
    public VaultUri requireNoToken() {
        if (token.isPresent()) {
            throw wrong("token= and a credential that is handed over exclude each other");
        }
        return this;
    }

    /**
     * The same, for a pipeline that is handed over.
     *
     * @throws ConfigurationException if it says what the pipeline has decided
     */
    public VaultUri requireNoTransport() {
        if (token.isPresent() || trust.isPresent() || anyChallenge) {
            throw wrong("trust=, token= and challenge= are the business of the pipeline that is handed over");
        }
        return this;
    }

    /** The store's name in messages: what tells it from others, nothing else. */
    public String location() {
        return SCHEME + "://" + authority + path + "/";
    }

    /** The vault's own URL, without a slash at the end: what its keys' URLs begin with. */
    public String url() {
        return HTTPS + "//" + authority + path;
    }

    /** Where the vault is reached. */
    URI target() {
        return endpoint.orElseGet(() -> URI.create(url()));
    }

    /** What the SDK takes for the vault's address; {@link VaultTransport} puts the rest to it. */
    String sdkUrl() {
        return HTTPS + "//" + authority;
    }
}
