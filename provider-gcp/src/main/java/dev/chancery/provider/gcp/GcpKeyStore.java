package dev.chancery.provider.gcp;

import com.google.auth.Credentials;
import com.google.cloud.kms.v1.KeyManagementServiceClient;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.provider.gcp.client.Kms;
import dev.chancery.provider.gcp.client.KmsUri;
import dev.chancery.spi.KeyStoreProvider;
import java.util.function.Function;

/** Opens a key ring by way of an application's own credentials, or of its own client. */
public final class GcpKeyStore {
    private GcpKeyStore() {}

    /**
     * Opens a store with credentials.
     *
     * @param credentials what is sent with each call; getting a token counts towards the call's deadline
     * @param uri a {@code gcpkms:} URI without {@code plaintext}
     * @param options how to open it
     * @return the open store
     * @throws dev.chancery.error.ConfigurationException if the URI is malformed or speaks plaintext
     */
    public static KeyStore open(Credentials credentials, String uri, KeyStoreOptions options) {
        return openWith(parsed -> Kms.with(credentials, parsed.requireTls()), uri, options);
    }

    /**
     * Opens a store with a client. The store gives each call its deadline and retries, and the client's own retries do not count.
     *
     * @param client over gRPC; the caller closes it, after the store
     * @param uri a {@code gcpkms:} URI without {@code endpoint}, which is the client's
     * @param options how to open it
     * @return the open store
     * @throws dev.chancery.error.ConfigurationException if the URI is malformed or says what is the client's to say
     */
    public static KeyStore open(KeyManagementServiceClient client, String uri, KeyStoreOptions options) {
        return openWith(parsed -> Kms.around(client, parsed.requireNoEndpoint()), uri, options);
    }

    private static KeyStore openWith(Function<KmsUri, Kms> client, String uri, KeyStoreOptions options) {
        KeyStoreProvider provider =
                KeyStoreProvider.of(KmsUri.SCHEME, config -> GcpKeyStoreProvider.open(config, client));
        return KeyStores.open(provider, uri, options);
    }
}
