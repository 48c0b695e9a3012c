package dev.chancery.internal.jca;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import dev.chancery.algorithm.KeyAlgorithm;
import dev.chancery.spi.signing.JcaProviderOffer;
import java.security.Provider;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** AmazonCorrettoCryptoProvider, whose native library on the test class path is for Linux on x86-64. */
public final class CorrettoOffer implements JcaProviderOffer {

    @Override
    public String name() {
        return "corretto";
    }

    @Override
    public Set<KeyAlgorithm> families() {
        return EnumSet.allOf(KeyAlgorithm.class);
    }

    @Override
    public int preference() {
        return 20;
    }

    /** See {@link RsaFaultTest}. */
    @Override
    public boolean checksRsaCrt() {
        return true;
    }

    @Override
    public Optional<Provider> load() {
        AmazonCorrettoCryptoProvider provider = AmazonCorrettoCryptoProvider.INSTANCE;
        return provider.getLoadingError() == null ? Optional.of(provider) : Optional.empty();
    }
}
