package dev.chancery.provider.gcp;

import dev.chancery.provider.gcp.client.Kms;
import dev.chancery.provider.gcp.client.KmsUri;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.KeyStoreProvider;
import java.util.function.Function;

/**
 * Keys in Google Cloud KMS, opened by {@code gcpkms://projects/PROJECT/locations/LOCATION/keyRings/RING}; {@code docs/providers/gcp.md} has every
 * option. Stateless, and loads nothing of the SDK before a store is opened.
 */
public final class GcpKeyStoreProvider implements KeyStoreProvider {

    /** Called by {@link java.util.ServiceLoader}. */
    public GcpKeyStoreProvider() {}

    @Override
    public String scheme() {
        return KmsUri.SCHEME;
    }

    /**
     * Opens a store. Google is not asked anything yet; a server without TLS is asked whether it keeps labels.
     *
     * @throws dev.chancery.error.ConfigurationException if the URI is malformed
     */
    @Override
    public KeyBackend open(KeyStoreConfig config) {
        return open(config, Kms::open);
    }

    static KeyBackend open(KeyStoreConfig config, Function<KmsUri, Kms> client) {
        KmsUri uri = KmsUri.parse(config.uri());
        Place place = Place.of(client.apply(uri), uri, config.options().publicArchive());
        return uri.pinned() ? GcpKeyBackend.ofKey(place, config.options()) : GcpKeyBackend.ofRing(place);
    }
}
