package dev.chancery.provider.pkcs11;

import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.KeyStoreProvider;

/**
 * Keys on a PKCS#11 token, opened by a URI of RFC 7512:
 * {@code pkcs11:token=LABEL?module-path=/usr/lib/softhsm/libsofthsm2.so&pin-source=file:/run/pin}. {@code docs/providers/pkcs11.md}
 * has all it can say. Stateless; it loads nothing before {@link #open}.
 */
public final class Pkcs11KeyStoreProvider implements KeyStoreProvider {

    /** Called by {@link java.util.ServiceLoader}. */
    public Pkcs11KeyStoreProvider() {}

    @Override
    public String scheme() {
        return "pkcs11";
    }

    /**
     * Opens a token: loads the library, finds the token, logs in.
     *
     * @throws dev.chancery.error.ConfigurationException if the URI is malformed, or no single token is what it asks for
     * @throws dev.chancery.error.KeyAccessException if the PIN is missing or refused; it is tried once
     * @throws dev.chancery.error.StoreUnavailableException if the token does not answer
     */
    @Override
    public KeyBackend open(KeyStoreConfig config) {
        return TokenStore.open(config);
    }
}
