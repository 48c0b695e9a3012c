package dev.chancery.internal.jca;

import dev.chancery.algorithm.KeyAlgorithm;
import dev.chancery.spi.signing.JcaProviderOffer;
import java.security.Provider;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/** BouncyCastle for every family, RSA included, so that tests see it everywhere. */
public final class BouncyCastleOffer implements JcaProviderOffer {
    private static final Provider PROVIDER = new BouncyCastleProvider();

    @Override
    public String name() {
        return "bouncycastle";
    }

    @Override
    public Set<KeyAlgorithm> families() {
        return EnumSet.allOf(KeyAlgorithm.class);
    }

    @Override
    public int preference() {
        return 10;
    }

    /** See {@link RsaFaultTest}. */
    @Override
    public boolean checksRsaCrt() {
        return true;
    }

    @Override
    public Optional<Provider> load() {
        return Optional.of(PROVIDER);
    }
}
