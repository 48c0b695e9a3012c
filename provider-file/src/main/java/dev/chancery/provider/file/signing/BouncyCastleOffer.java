package dev.chancery.provider.file.signing;

import dev.chancery.algorithm.KeyAlgorithm;
import dev.chancery.spi.signing.JcaProviderOffer;
import java.security.Provider;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/** BouncyCastle, whose elliptic curves are several times faster than those of a JDK 17, and which has ML-DSA; its RSA is slower. */
public final class BouncyCastleOffer implements JcaProviderOffer {

    /** Called by {@link java.util.ServiceLoader}. */
    public BouncyCastleOffer() {}

    @Override
    public String name() {
        return "bouncycastle";
    }

    @Override
    public Set<KeyAlgorithm> families() {
        return Set.of(KeyAlgorithm.EC, KeyAlgorithm.EDDSA, KeyAlgorithm.ML_DSA);
    }

    @Override
    public int preference() {
        return 50;
    }

    /** Proven by core's {@code RsaFaultTest}. */
    @Override
    public boolean checksRsaCrt() {
        return true;
    }

    @Override
    public Optional<Provider> load() {
        return Loaded.PROVIDER;
    }

    /** Made once, on first need: it takes milliseconds, and each verifier of a bare public key asks. */
    private static final class Loaded {
        static final Optional<Provider> PROVIDER = make();

        private static Optional<Provider> make() {
            try {
                return Optional.of(new BouncyCastleProvider());
            } catch (LinkageError e) {
                // An application may leave the jar out.
                return Optional.empty();
            }
        }
    }
}
