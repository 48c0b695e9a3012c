package dev.chancery.provider.file.signing;

import dev.chancery.algorithm.KeyAlgorithm;
import dev.chancery.provider.file.formats.BouncyCastleJca;
import dev.chancery.spi.signing.JcaProviderOffer;
import java.security.Provider;
import java.security.Security;
import java.util.Optional;
import java.util.Set;

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
        // The JDK's ML-DSA, which it has from 24 on, is the faster one.
        return Security.getProviders("Signature.ML-DSA") == null
                ? Set.of(KeyAlgorithm.EC, KeyAlgorithm.EDDSA, KeyAlgorithm.ML_DSA)
                : Set.of(KeyAlgorithm.EC, KeyAlgorithm.EDDSA);
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
        try {
            return Optional.of(BouncyCastleJca.provider());
        } catch (LinkageError e) {
            // An application may leave the jar out.
            return Optional.empty();
        }
    }
}
