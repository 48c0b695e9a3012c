package dev.chancery.provider.azure;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.KeyStoreProvider;
import dev.chancery.testkit.KeyStoreContract;
import dev.chancery.testkit.chapters.ElectsHolders;
import dev.chancery.testkit.chapters.KeepsRings;
import dev.chancery.testkit.chapters.KeepsStates;
import dev.chancery.testkit.chapters.LeavesNoOrphans;
import dev.chancery.testkit.chapters.RefusesImports;
import dev.chancery.testkit.chapters.RefusesReencryption;
import java.util.EnumSet;
import java.util.Set;

/** The contract, of what speaks Key Vault's protocol. */
abstract class VaultContract extends KeyStoreContract
        implements RefusesImports, KeepsStates, KeepsRings, ElectsHolders, RefusesReencryption, LeavesNoOrphans {

    @Override
    public KeyStoreProvider provider() {
        return new AzureKeyStoreProvider();
    }

    @Override
    public KeyBackend openHurried(KeyStoreConfig config) {
        return provider().open(new KeyStoreConfig(config.uri() + "&deadline=1", config.options(), config.localKeys()));
    }

    @Override
    public Set<KeySpec> specs() {
        return EnumSet.of(
                KeySpec.RSA_2048,
                KeySpec.RSA_3072,
                KeySpec.RSA_4096,
                KeySpec.EC_P256,
                KeySpec.EC_P384,
                KeySpec.EC_P521);
    }

    /** The vault signs ECDSA with the hash of the curve only. */
    @Override
    public Set<SignatureAlgorithm> algorithms(KeySpec spec) {
        return switch (spec) {
            case EC_P256, EC_P384, EC_P521 -> Set.of(spec.defaultAlgorithm());
            default -> spec.algorithms();
        };
    }
}
