package dev.chancery.provider.gcp;

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
import dev.chancery.testkit.chapters.RefusesReencryption;
import dev.chancery.testkit.chapters.TakesImports;
import java.util.EnumSet;
import java.util.Set;

/** The contract, of what speaks the protocol of Cloud KMS. */
abstract class KmsContract extends KeyStoreContract
        implements TakesImports, KeepsStates, KeepsRings, ElectsHolders, RefusesReencryption, LeavesNoOrphans {

    @Override
    public KeyStoreProvider provider() {
        return new GcpKeyStoreProvider();
    }

    @Override
    public KeyBackend openHurried(KeyStoreConfig config) {
        String separator = config.uri().contains("?") ? "&" : "?";
        return provider()
                .open(new KeyStoreConfig(
                        config.uri() + separator + "deadline=1", config.options(), config.localKeys()));
    }

    @Override
    public Set<KeySpec> specs() {
        return EnumSet.of(
                KeySpec.RSA_2048,
                KeySpec.RSA_3072,
                KeySpec.RSA_4096,
                KeySpec.EC_P256,
                KeySpec.EC_P384,
                KeySpec.ED25519);
    }

    /** A version signs with one algorithm for ever; the policy's default is what new ones are made for. */
    @Override
    public Set<SignatureAlgorithm> algorithms(KeySpec spec) {
        return Set.of(spec.defaultAlgorithm());
    }
}
