package dev.chancery.provider.aws;

import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.provider.aws.client.Kms;
import dev.chancery.provider.aws.client.StoreUri;
import dev.chancery.spi.KeyStoreProvider;
import software.amazon.awssdk.services.kms.KmsClient;

/** Opens AWS KMS by way of an application's own client: other credentials, another HTTP client, other retries. */
public final class AwsKeyStore {
    private AwsKeyStore() {}

    /**
     * Opens a store.
     *
     * @param client the client; the caller closes it. Its retries are used as they are, except that a key is never
     *     asked for twice
     * @param uri an {@code awskms:} URI without {@code endpoint}, {@code profile}, {@code caller} and {@code deadline}, which are the client's;
     *     {@code region} is what the store is called by
     * @param options how to open it
     * @return the open store
     * @throws dev.chancery.error.ConfigurationException if the URI is malformed or says what is the client's to say
     */
    public static KeyStore open(KmsClient client, String uri, KeyStoreOptions options) {
        KeyStoreProvider provider = KeyStoreProvider.of(StoreUri.SCHEME, config -> {
            StoreUri asked = StoreUri.parse(config.uri()).requireNoClientOptions();
            return AwsKeyStoreProvider.open(new Place(Kms.around(client, asked)), config);
        });
        return KeyStores.open(provider, uri, options);
    }
}
