package dev.chancery.provider.azure;

import dev.chancery.provider.azure.client.Vault;
import dev.chancery.provider.azure.client.VaultUri;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.KeyStoreProvider;
import java.util.function.Function;

/**
 * Keys in Azure Key Vault and Managed HSM, opened by {@code azurekms://MyKeyVault.vault.azure.net/}; {@code docs/providers/azure.md} has every
 * option. Stateless, and loads nothing of the SDK before a store is opened.
 */
public final class AzureKeyStoreProvider implements KeyStoreProvider {

    /** Called by {@link java.util.ServiceLoader}. */
    public AzureKeyStoreProvider() {}

    @Override
    public String scheme() {
        return VaultUri.SCHEME;
    }

    /**
     * Opens a store. The vault is not asked anything yet.
     *
     * @throws dev.chancery.error.ConfigurationException if the URI is malformed, or a file that it names cannot be used
     */
    @Override
    public KeyBackend open(KeyStoreConfig config) {
        return open(config, Vault::open);
    }

    static KeyBackend open(KeyStoreConfig config, Function<VaultUri, Vault> vault) {
        VaultUri uri = VaultUri.parse(config.uri());
        Place place = new Place(vault.apply(uri), uri, config.options().clock());
        return uri.pinned() ? new PinnedKeyBackend(place, config) : new AzureKeyBackend(place);
    }
}
