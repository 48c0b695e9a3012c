package dev.chancery.provider.aws;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.KeyStoreProvider;
import dev.chancery.testkit.ClaimsGenerations;
import dev.chancery.testkit.FindsOrphans;
import dev.chancery.testkit.KeepsRings;
import dev.chancery.testkit.KeepsStates;
import dev.chancery.testkit.KeyStoreContract;
import dev.chancery.testkit.RefusesImports;
import dev.chancery.testkit.RefusesReencryption;
import dev.chancery.testkit.SharesRecords;
import java.util.Set;

/** The contract, of whatever speaks KMS's protocol. */
abstract class KmsContract extends KeyStoreContract
        implements RefusesImports,
                KeepsStates,
                KeepsRings,
                SharesRecords,
                ClaimsGenerations,
                RefusesReencryption,
                FindsOrphans {

    @Override
    protected KeyStoreProvider provider() {
        return new AwsKeyStoreProvider();
    }

    @Override
    protected KeyBackend openHurried(KeyStoreConfig config) {
        return provider().open(new KeyStoreConfig(config.uri() + "&deadline=1", config.options(), config.localKeys()));
    }

    /** KMS signs ECDSA with the hash of the curve only. */
    @Override
    protected Set<SignatureAlgorithm> algorithms(KeySpec spec) {
        return switch (spec) {
            case EC_P256, EC_P384, EC_P521 -> Set.of(spec.defaultAlgorithm());
            default -> spec.algorithms();
        };
    }
}
