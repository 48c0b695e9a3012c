package dev.chancery.internal.store;

import dev.chancery.KeyStore;
import dev.chancery.KeyStoreFactory;
import dev.chancery.Verifier;
import dev.chancery.algorithm.KeyAlgorithm;
import dev.chancery.algorithm.SubjectPublicKeyInfo;
import dev.chancery.error.UnsupportedException;
import dev.chancery.internal.discovery.Discovery;
import dev.chancery.internal.jca.JcaKeys;
import dev.chancery.internal.jca.JcaProviders;
import dev.chancery.internal.jca.PublicKeyVerifier;
import dev.chancery.inventory.InventoryFile;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.KeyStoreProvider;
import dev.chancery.spi.Notifier;
import java.security.PublicKey;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** Makes stores of backends. */
public final class BackendKeyStoreFactory implements KeyStoreFactory {
    private static final int PRIME_CERTAINTY = 40;

    @Override
    public KeyStore open(KeyStoreProvider provider, String uri, KeyStoreOptions options) {
        JcaProviders providers = providers(options.jcaProvider());
        Optional<Notifier> notifier =
                options.webhook().map(webhook -> new LateNotifier(Discovery.notifiers(), webhook));
        KeyBackend backend = provider.open(new KeyStoreConfig(uri, options, new JcaKeys(providers)));
        BackendKeyStore store = new BackendKeyStore(backend, options, providers);
        options.inventory().ifPresent(file -> store.addListener(new InventoryFile(store, file, options.clock())));
        notifier.ifPresent(store::addNotifier);
        return store;
    }

    @Override
    public Verifier verifier(PublicKey key) {
        SubjectPublicKeyInfo info = SubjectPublicKeyInfo.of(key);
        // Here alone, for it costs as much as a signature: the keys of a store are its owner's.
        if (info.modulus()
                .filter(number -> number.isProbablePrime(PRIME_CERTAINTY))
                .isPresent()) {
            throw new UnsupportedException("The RSA modulus is a prime: anyone could sign for the key.");
        }
        return new PublicKeyVerifier(info, providers(Optional.empty()));
    }

    @Override
    public Map<KeyAlgorithm, String> jcaProviders(Optional<String> pin) {
        JcaProviders providers = providers(pin);
        Map<KeyAlgorithm, String> chosen = new EnumMap<>(KeyAlgorithm.class);
        for (KeyAlgorithm family : KeyAlgorithm.values()) {
            try {
                JcaProviders.Choice choice = providers.choose(family);
                chosen.put(family, choice.name() + "/" + choice.provider().getName());
            } catch (UnsupportedException noneServesIt) {
                chosen.remove(family);
            }
        }
        return chosen;
    }

    private static JcaProviders providers(Optional<String> pin) {
        return new JcaProviders(Discovery.jcaProviders(), pin);
    }
}
