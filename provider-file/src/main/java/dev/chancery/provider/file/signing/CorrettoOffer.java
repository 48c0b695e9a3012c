package dev.chancery.provider.file.signing;

import dev.chancery.algorithm.KeyAlgorithm;
import dev.chancery.spi.signing.JcaProviderOffer;
import java.security.Provider;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** AmazonCorrettoCryptoProvider, which signs with AWS-LC's native code; there for those who add its jar. */
public final class CorrettoOffer implements JcaProviderOffer {
    private static final Logger LOG = LoggerFactory.getLogger(CorrettoOffer.class);

    /** Called by {@link java.util.ServiceLoader}. */
    public CorrettoOffer() {}

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
        return 100;
    }

    /** Proven by core's {@code RsaFaultTest}, with faults in native memory. */
    @Override
    public boolean checksRsaCrt() {
        return true;
    }

    @Override
    public Optional<Provider> load() {
        try {
            Class<?> type = Class.forName("com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider");
            Object provider = type.getField("INSTANCE").get(null);
            // Without its native library, on another operating system for example, the class loads all the same.
            Object problem = type.getMethod("getLoadingError").invoke(provider);
            if (problem == null) {
                return Optional.of((Provider) provider);
            }
            LOG.debug("AmazonCorrettoCryptoProvider does not run here: {}", problem.toString());
        } catch (ReflectiveOperationException | LinkageError e) {
            LOG.debug("AmazonCorrettoCryptoProvider is not here: {}", e.toString());
        }
        return Optional.empty();
    }
}
