package dev.chancery.provider.aws;

import dev.chancery.provider.aws.client.Kms;
import dev.chancery.provider.aws.client.StoreUri;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.KeyStoreProvider;
import dev.chancery.spi.replicas.Replica;
import dev.chancery.spi.replicas.ReplicatedBackend;
import java.util.List;

/**
 * Keys in AWS KMS, opened by {@code awskms:///?region=eu-central-1}; {@code docs/providers/aws.md} has every option. Stateless,
 * and loads nothing of the SDK before a store is opened.
 */
public final class AwsKeyStoreProvider implements KeyStoreProvider {

    /** Called by {@link java.util.ServiceLoader}. */
    public AwsKeyStoreProvider() {}

    @Override
    public String scheme() {
        return StoreUri.SCHEME;
    }

    /**
     * Opens a store. AWS is not asked anything yet.
     *
     * @throws dev.chancery.error.ConfigurationException if the URI is malformed, or the profile is not there
     */
    @Override
    public KeyBackend open(KeyStoreConfig config) {
        StoreUri uri = StoreUri.parse(config.uri());
        Place home = new Place(Kms.open(uri));
        List<Replica> replicas = uri.replicas().stream()
                .map(region ->
                        new Replica(region, open(new Place(Kms.open(home.uri().in(region))), config)))
                .toList();
        KeyBackend opened = open(home, config);
        return replicas.isEmpty() ? opened : new ReplicatedBackend(opened, replicas, KeyNames::isMultiRegion);
    }

    static KeyBackend open(Place place, KeyStoreConfig config) {
        return place.uri().pinned()
                ? new PinnedKeyBackend(place, config)
                : new AwsKeyBackend(place, config.localKeys());
    }
}
