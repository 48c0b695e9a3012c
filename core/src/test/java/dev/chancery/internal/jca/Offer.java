package dev.chancery.internal.jca;

import dev.chancery.algorithm.KeyAlgorithm;
import dev.chancery.spi.signing.JcaProviderOffer;
import java.security.Provider;
import java.util.Optional;
import java.util.Set;

/** An offer made up by a test. */
record Offer(String name, int preference, Set<KeyAlgorithm> families, Optional<Provider> load)
        implements JcaProviderOffer {
    @Override
    public boolean checksRsaCrt() {
        return false;
    }
}
