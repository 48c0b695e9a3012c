package dev.chancery.provider.aws;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.KeyStoreProvider;
import dev.chancery.testkit.KeyStoreContract;
import dev.chancery.testkit.chapters.HoldsClaims;
import dev.chancery.testkit.chapters.KeepsRings;
import dev.chancery.testkit.chapters.KeepsStates;
import dev.chancery.testkit.chapters.RefusesImports;
import dev.chancery.testkit.chapters.RefusesReencryption;
import dev.chancery.testkit.chapters.SharesRecords;
import dev.chancery.testkit.chapters.ShowsOrphans;
import java.util.Set;

/** The contract, of whatever speaks KMS's protocol. */
abstract class KmsContract extends KeyStoreContract
        implements RefusesImports,
                KeepsStates,
                KeepsRings,
                SharesRecords,
                HoldsClaims,
                RefusesReencryption,
                ShowsOrphans {

    @Override
    public KeyStoreProvider provider() {
        return new AwsKeyStoreProvider();
    }

    @Override
    public KeyBackend openHurried(KeyStoreConfig config) {
        return provider().open(new KeyStoreConfig(config.uri() + "&deadline=1", config.options(), config.localKeys()));
    }

    /** KMS signs ECDSA with the hash of the curve only. */
    @Override
    public Set<SignatureAlgorithm> algorithms(KeySpec spec) {
        return switch (spec) {
            case EC_P256, EC_P384, EC_P521 -> Set.of(spec.defaultAlgorithm());
            default -> spec.algorithms();
        };
    }
}
