package dev.chancery.internal.discovery;

import dev.chancery.error.ConfigurationException;
import dev.chancery.spi.KeyStoreProvider;
import dev.chancery.spi.NotifierProvider;
import dev.chancery.spi.signing.JcaProviderOffer;
import dev.chancery.spi.signing.KeyDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** The one place that calls {@link ServiceLoader}. */
public final class Discovery {
    /** Which artifact brings a scheme, for the message that leads to help. */
    private static final Map<String, String> ARTIFACTS = Map.of(
            "file", "dev.chancery:chancery-provider-file",
            "awskms", "dev.chancery:chancery-provider-aws",
            "azurekms", "dev.chancery:chancery-provider-azure",
            "gcpkms", "dev.chancery:chancery-provider-gcp",
            "pkcs11", "dev.chancery:chancery-provider-pkcs11");

    private static final String STORE_FACTORY = "dev.chancery.internal.store.BackendKeyStoreFactory";

    private Discovery() {}

    /** The schemes that can be opened, each with the class that opens it. */
    public static Map<String, String> schemes() {
        Map<String, String> schemes = new TreeMap<>();
        providers()
                .forEach(provider ->
                        schemes.put(provider.scheme(), provider.getClass().getName()));
        return schemes;
    }

    /** The provider of a scheme. */
    public static KeyStoreProvider provider(String scheme) {
        List<KeyStoreProvider> all = providers();
        List<KeyStoreProvider> matching =
                all.stream().filter(p -> p.scheme().equals(scheme)).toList();
        if (matching.size() > 1) {
            throw new ConfigurationException("The scheme '" + scheme + "' is claimed by more than one provider: "
                    + names(matching) + ". Remove all but one of their jars.");
        }
        if (matching.isEmpty()) {
            String installed =
                    all.isEmpty() ? "none" : String.join(", ", schemes().keySet());
            String artifact = ARTIFACTS.get(scheme);
            throw new ConfigurationException("No provider for the scheme '" + scheme + "' is installed. Installed: "
                    + installed + ". "
                    + (artifact == null
                            ? "Known schemes: " + String.join(", ", new TreeMap<>(ARTIFACTS).keySet()) + "."
                            : "Add the artifact " + artifact + "."));
        }
        return matching.get(0);
    }

    private static List<KeyStoreProvider> providers() {
        return load(KeyStoreProvider.class);
    }

    /** The JCA providers to choose from beside the JDK's own. */
    public static List<JcaProviderOffer> jcaProviders() {
        return load(JcaProviderOffer.class);
    }

    /** The one factory of stores, core's own; by its name, for a search would open every jar of the class path. */
    public static <T> T storeFactory(Class<T> type) {
        try {
            return type.cast(Class.forName(STORE_FACTORY).getConstructor().newInstance());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(STORE_FACTORY + " is a part of chancery-core.", e);
        }
    }

    /** What reads private keys that other tools wrote. */
    public static KeyDecoder decoder() {
        return load(KeyDecoder.class).stream()
                .findFirst()
                .orElseThrow(() -> new ConfigurationException(
                        "Nothing here reads PEM files. Add the artifact " + ARTIFACTS.get("file") + "."));
    }

    /** What posts to webhooks. */
    public static NotifierProvider notifiers() {
        return load(NotifierProvider.class).stream()
                .findFirst()
                .orElseThrow(() -> new ConfigurationException("Nothing here posts to a webhook. Add the artifact"
                        + " dev.chancery:chancery-notify, or configure none (CHANCERY_WEBHOOK_FILE)."));
    }

    private static <T> List<T> load(Class<T> service) {
        try {
            List<T> found = new ArrayList<>();
            ServiceLoader.load(service).forEach(found::add);
            return found;
        } catch (ServiceConfigurationError e) {
            throw new ConfigurationException(
                    "A provider on the class path or module path cannot be loaded: " + e.getMessage()
                            + ". Check its jar.",
                    e);
        }
    }

    private static List<String> names(List<KeyStoreProvider> providers) {
        return providers.stream().map(p -> p.getClass().getName()).toList();
    }
}
