package dev.chancery.internal.discovery;

import dev.chancery.error.ConfigurationException;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.options.PublicArchive;
import dev.chancery.options.Webhook;
import dev.chancery.policy.KeyPolicy;
import dev.chancery.spi.support.PercentEncoding;
import dev.chancery.spi.support.Printable;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the environment variables say: which store, which key or ring signs by default, which policy, which inventory. */
public final class Environment {
    private static final Logger LOG = LoggerFactory.getLogger(KeyStoreOptions.class);
    private static final String DEFAULT_DIRECTORY = "keys";
    private static final String CURRENT_KEY = "CRYPTO_CURRENT_KEY_ID";
    private static final String KMS_KEY = "CRYPTO_KMS_KEY_ID";

    private final Map<String, String> variables;

    /** Reads variables. */
    public Environment(Map<String, String> variables) {
        this.variables = variables;
    }

    /** The store's URI or path. */
    public String store() {
        Optional<String> store = text("CHANCERY_STORE");
        if (store.isPresent()) {
            return store.get();
        }
        if (!useKms()) {
            return text("CRYPTO_KEYS_PATH").orElse(DEFAULT_DIRECTORY);
        }
        if (text("CRYPTO_KEYS_PATH").isPresent()) {
            LOG.warn("CRYPTO_USE_KMS=true wins over CRYPTO_KEYS_PATH, which is ignored. Remove one of them.");
        }
        String key = require(
                KMS_KEY,
                "the id or ARN of a key of AWS KMS, the URL of a key of an Azure vault, or a resource name of Google's");
        return KmsKeys.storeOf(key).orElseGet(this::awsStore);
    }

    private String awsStore() {
        String region = require("CRYPTO_KMS_REGION", "the AWS region, for example eu-central-1");
        return "awskms:///?pinned=true&region=" + PercentEncoding.encode(region);
    }

    /** Adds default key, default ring and pins to other options. */
    public KeyStoreOptions options(KeyStoreOptions base) {
        KeyStoreOptions.Builder options = base.toBuilder().environment(variables);
        text(keyVariable()).ifPresent(options::defaultKey);
        text("CHANCERY_RING").ifPresent(options::defaultRing);
        text("CHANCERY_JCA").ifPresent(options::jcaProvider);
        text("CHANCERY_INVENTORY").map(Environment::inventory).ifPresent(options::inventory);
        text("CHANCERY_POLICY").map(KeyPolicy::named).ifPresent(options::policy);
        Webhook.fromEnvironment(variables).ifPresent(options::webhook);
        text("CHANCERY_ARCHIVE").map(Environment::archive).ifPresent(options::publicArchive);
        if (flag("CHANCERY_PIN") || (text("CHANCERY_STORE").isEmpty() && useKms())) {
            options.pinned(true);
        }
        return options.build();
    }

    /** Whether {@code CRYPTO_CURRENT_KEY_ID} names a key. (What {@code CRYPTO_KMS_KEY_ID} names is pinned.) */
    public boolean names(String key) {
        return text(CURRENT_KEY).equals(Optional.of(key));
    }

    private static Path inventory(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new ConfigurationException("CHANCERY_INVENTORY is the path of a CSV file; this is no path.", e);
        }
    }

    private static PublicArchive archive(String text) {
        try {
            return PublicArchive.directory(Path.of(text));
        } catch (InvalidPathException e) {
            throw new ConfigurationException("CHANCERY_ARCHIVE is the path of a directory; this is no path.", e);
        }
    }

    private String keyVariable() {
        return text("CHANCERY_STORE").isEmpty() && useKms() ? KMS_KEY : CURRENT_KEY;
    }

    private boolean useKms() {
        return flag("CRYPTO_USE_KMS");
    }

    private String require(String name, String what) {
        return text(name)
                .orElseThrow(() -> new ConfigurationException(
                        "CRYPTO_USE_KMS=true needs " + name + ": " + what + ". Set it, or remove CRYPTO_USE_KMS."));
    }

    private Optional<String> text(String name) {
        return Optional.ofNullable(variables.get(name)).map(String::strip).filter(value -> !value.isEmpty());
    }

    private boolean flag(String name) {
        String value = text(name).orElse("false").toLowerCase(Locale.ROOT);
        return switch (value) {
            case "true", "1", "yes" -> true;
            case "false", "0", "no" -> false;
            default -> throw new ConfigurationException(name + " is true or false, not '" + Printable.of(value) + "'.");
        };
    }
}
