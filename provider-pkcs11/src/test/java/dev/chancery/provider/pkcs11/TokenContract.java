package dev.chancery.provider.pkcs11;

import dev.chancery.options.KeyStoreOptions;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.KeyStoreProvider;
import dev.chancery.testkit.KeyStoreContract;
import java.util.Optional;
import java.util.Set;

/** The contract on a token. */
abstract class TokenContract extends KeyStoreContract {
    /** What opens the token. */
    String pin() {
        return SoftHsm.PIN;
    }

    @Override
    public KeyStoreOptions options() {
        return KeyStoreOptions.builder()
                .pins(token -> Optional.of(pin().toCharArray()))
                .build();
    }

    @Override
    public KeyStoreProvider provider() {
        return new Pkcs11KeyStoreProvider();
    }

    @Override
    public KeyBackend openHurried(KeyStoreConfig config) {
        return provider()
                .open(new KeyStoreConfig(config.uri() + "&chancery-timeout=1", config.options(), config.localKeys()));
    }

    @Override
    public Set<String> secrets() {
        return Set.of(pin());
    }
}
