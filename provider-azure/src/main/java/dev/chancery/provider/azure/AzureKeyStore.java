package dev.chancery.provider.azure;

import com.azure.core.credential.TokenCredential;
import com.azure.core.http.HttpPipeline;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.provider.azure.client.Vault;
import dev.chancery.provider.azure.client.VaultUri;
import dev.chancery.spi.KeyStoreProvider;
import java.util.function.Function;

/** Opens a vault by way of an application's own credential, or of its own HTTP pipeline. */
public final class AzureKeyStore {
    private AzureKeyStore() {}

    /**
     * Opens a store with a credential.
     *
     * @param credential what gives out tokens for the vault; its loading counts towards a call's deadline
     * @param uri an {@code azurekms:} URI without {@code token}
     * @param options how to open it
     * @return the open store
     * @throws dev.chancery.error.ConfigurationException if the URI is malformed or has a token
     */
    public static KeyStore open(TokenCredential credential, String uri, KeyStoreOptions options) {
        return openWith(parsed -> Vault.with(credential, parsed.requireNoToken()), uri, options);
    }

    /**
     * Opens a store with a pipeline: other policies, another HTTP client. The SDK's {@code KeyClient} gives its own away to nobody, and reads a key
     * before it signs; so the pipeline is what is handed over.
     *
     * @param pipeline authentication included; the caller closes what it holds. Its retries come on top of the store's, so it should have none
     * @param uri an {@code azurekms:} URI without {@code token}, {@code trust} and {@code challenge}, which are the pipeline's
     * @param options how to open it
     * @return the open store
     * @throws dev.chancery.error.ConfigurationException if the URI is malformed or says what is the pipeline's to say
     */
    public static KeyStore open(HttpPipeline pipeline, String uri, KeyStoreOptions options) {
        return openWith(parsed -> Vault.with(pipeline, parsed.requireNoTransport()), uri, options);
    }

    private static KeyStore openWith(Function<VaultUri, Vault> vault, String uri, KeyStoreOptions options) {
        KeyStoreProvider provider =
                KeyStoreProvider.of(VaultUri.SCHEME, config -> AzureKeyStoreProvider.open(config, vault));
        return KeyStores.open(provider, uri, options);
    }
}
