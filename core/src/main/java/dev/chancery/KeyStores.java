package dev.chancery;

import dev.chancery.algorithm.KeyAlgorithm;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.KeyAccessException;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.internal.discovery.Discovery;
import dev.chancery.internal.discovery.Environment;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.spi.KeyStoreProvider;
import dev.chancery.spi.support.Printable;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Opens key stores. The URI's scheme chooses the provider among those on the class path or module path.
 *
 * <p>All methods are thread-safe and throw {@link ConfigurationException} for a URI that no provider understands,
 * {@link KeyAccessException} and {@link StoreUnavailableException} where the store cannot be opened.
 */
public final class KeyStores {
    /** Two letters at least: {@code C:\keys} is a path. */
    private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]+):.*", Pattern.DOTALL);

    private static volatile @Nullable KeyStoreFactory factory;

    private KeyStores() {}

    /**
     * Opens a store.
     *
     * @param store a store's URI, or the path of a directory; a tilde is replaced by shells alone, and refused here
     * @return the open store
     */
    public static KeyStore open(String store) {
        Objects.requireNonNull(store, "store");
        return open(store, KeyStoreOptions.DEFAULT);
    }

    /**
     * Opens a store.
     *
     * @param store a store's URI
     * @return the open store
     */
    public static KeyStore open(URI store) {
        return open(store, KeyStoreOptions.DEFAULT);
    }

    /**
     * Opens a store.
     *
     * @param store a store's URI
     * @param options how to open it
     * @return the open store
     */
    public static KeyStore open(URI store, KeyStoreOptions options) {
        Objects.requireNonNull(store, "store");
        return open(store.toString(), options);
    }

    /**
     * Opens a directory.
     *
     * @param directory the directory, made on the first write if it does not exist; see {@link KeyStoreOptions.Builder#mayCreate}
     * @return the open store
     */
    public static KeyStore open(Path directory) {
        Objects.requireNonNull(directory, "directory");
        return open(directory, KeyStoreOptions.DEFAULT);
    }

    /**
     * Opens a directory.
     *
     * @param directory the directory, made on the first write if it does not exist; see {@link KeyStoreOptions.Builder#mayCreate}
     * @param options how to open it
     * @return the open store
     */
    public static KeyStore open(Path directory, KeyStoreOptions options) {
        Objects.requireNonNull(directory, "directory");
        Objects.requireNonNull(options, "options");
        return openUri(directory.toAbsolutePath().normalize().toUri().toString(), options);
    }

    /**
     * Opens a store.
     *
     * @param store a store's URI, or the path of a directory; a tilde is replaced by shells alone, and refused here
     * @param options how to open it
     * @return the open store
     */
    public static KeyStore open(String store, KeyStoreOptions options) {
        Objects.requireNonNull(store, "store");
        Objects.requireNonNull(options, "options");
        return SCHEME.matcher(store).matches() ? openUri(store, options) : open(directory(store), options);
    }

    private static Path directory(String text) {
        if (text.isBlank()) {
            throw new ConfigurationException("The name of the store is empty. Name a URI or the path of a directory.");
        }
        if (text.startsWith("~")) {
            throw new ConfigurationException("In the store's name '" + Printable.of(text)
                    + "' no shell has replaced the tilde: it is replaced unquoted and at the start of a word alone. Write the path of"
                    + " the home directory, or ./~ for a directory of that name.");
        }
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new ConfigurationException(
                    "A store is named by a URI or by the path of a directory, and '" + Printable.of(text)
                            + "' is neither. Correct it where it was named, for example in CHANCERY_STORE or CRYPTO_KEYS_PATH.",
                    e);
        }
    }

    /**
     * Opens a store by way of a provider that the application made itself, for example around an SDK client of its own.
     *
     * @param provider the provider
     * @param store a URI of the provider's scheme
     * @param options how to open it
     * @return the open store
     */
    public static KeyStore open(KeyStoreProvider provider, String store, KeyStoreOptions options) {
        Objects.requireNonNull(provider, "provider");
        Objects.requireNonNull(store, "store");
        Objects.requireNonNull(options, "options");
        if (!SCHEME.matcher(provider.scheme() + ":").matches()) {
            throw new ConfigurationException("A scheme has two letters at least, as C:\\keys is a path; the scheme of "
                    + provider.getClass().getName() + " is '" + Printable.of(provider.scheme()) + "'.");
        }
        Matcher scheme = SCHEME.matcher(store);
        if (!scheme.matches() || !scheme.group(1).toLowerCase(Locale.ROOT).equals(provider.scheme())) {
            throw new ConfigurationException("This provider opens URIs that start with " + provider.scheme() + ":.");
        }
        return factory().open(provider, store, options);
    }

    /**
     * Opens the store that the environment variables name: {@code CHANCERY_STORE}, else with
     * {@code CRYPTO_USE_KMS=true} the vault or key ring whose key {@code CRYPTO_KMS_KEY_ID} is, or AWS KMS in {@code CRYPTO_KMS_REGION}, else the directory
     * {@code CRYPTO_KEYS_PATH} ({@code keys} if unset). {@link KeyStore#defaultSigner()} is what {@code CHANCERY_RING}, else
     * {@code CRYPTO_CURRENT_KEY_ID} or {@code CRYPTO_KMS_KEY_ID}, names; see {@code docs/configuration.md}.
     *
     * @return the open store
     */
    public static KeyStore fromEnvironment() {
        return fromEnvironment(System.getenv(), KeyStoreOptions.DEFAULT);
    }

    /**
     * Opens the store that some variables name.
     *
     * @param variables what to read instead of the process' environment
     * @param options further options
     * @return the open store
     */
    public static KeyStore fromEnvironment(Map<String, String> variables, KeyStoreOptions options) {
        Objects.requireNonNull(variables, "variables");
        Objects.requireNonNull(options, "options");
        Environment environment = new Environment(variables);
        return open(environment.store(), environment.options(options));
    }

    /**
     * Which stores can be opened here.
     *
     * @return the schemes, each with the class that opens it
     */
    public static Map<String, String> schemes() {
        return Discovery.schemes();
    }

    /**
     * Which JCA provider signs with local keys of each family; resolving it loads it.
     *
     * @param pin the provider to use, or empty for the fastest present
     * @return for each family that any serves the short name of the provider ({@code jdk} or what an offer calls itself) and, behind a slash,
     *     its JCA name
     */
    public static Map<KeyAlgorithm, String> jcaProviders(Optional<String> pin) {
        Objects.requireNonNull(pin, "pin");
        return factory().jcaProviders(pin);
    }

    private static KeyStore openUri(String uri, KeyStoreOptions options) {
        Matcher scheme = SCHEME.matcher(uri);
        if (!scheme.matches()) {
            throw new ConfigurationException("A store's URI starts with a scheme, as file:///keys does.");
        }
        KeyStoreProvider provider = Discovery.provider(scheme.group(1).toLowerCase(Locale.ROOT));
        return factory().open(provider, uri, options);
    }

    /** Core's own, looked for once. */
    static KeyStoreFactory factory() {
        KeyStoreFactory known = factory;
        if (known == null) {
            known = Discovery.storeFactory(KeyStoreFactory.class);
            factory = known;
        }
        return known;
    }
}
