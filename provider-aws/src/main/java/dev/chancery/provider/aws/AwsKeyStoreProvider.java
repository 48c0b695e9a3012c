package dev.chancery.provider.aws;

import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.KeyStoreProvider;

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
     * @throws dev.chancery.ConfigurationException if the URI is malformed, or the profile is not there
     */
    @Override
    public KeyBackend open(KeyStoreConfig config) {
        return AwsKeyBackend.open(StoreUri.parse(config.uri()), config);
    }
}
