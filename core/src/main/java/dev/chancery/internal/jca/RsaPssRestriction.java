package dev.chancery.internal.jca;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.error.UnsupportedException;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a public key may be used with. A key that is called RSASSA-PSS is confined to that scheme, and its parameters, where it
 * has any, name the one hash and the shortest salt (RFC 4055, 1.2 and 3.1); any other key may be used with all of its kind.
 */
final class RsaPssRestriction {
    private RsaPssRestriction() {}

    /**
     * The algorithms that the key allows.
     *
     * @throws UnsupportedException if its parameters leave none
     */
    static Set<SignatureAlgorithm> algorithms(PublicKey key, KeySpec spec) {
        if (!(key instanceof RSAPublicKey rsa) || !key.getAlgorithm().equals("RSASSA-PSS")) {
            return spec.algorithms();
        }
        EnumSet<SignatureAlgorithm> allowed = EnumSet.copyOf(spec.algorithms());
        allowed.removeIf(algorithm ->
                algorithm.scheme() != SignatureAlgorithm.Scheme.RSA_PSS || !fits(algorithm, rsa.getParams()));
        if (allowed.isEmpty()) {
            throw new UnsupportedException(
                    "The RSASSA-PSS key's own parameters allow no supported algorithm: it takes SHA-256, SHA-384 or SHA-512,"
                            + " MGF1 with the same hash, and a salt no longer than the hash.");
        }
        return allowed;
    }

    /** The default of the key's kind, or what its parameters demand. */
    static SignatureAlgorithm defaultAlgorithm(PublicKey key, KeySpec spec) {
        Set<SignatureAlgorithm> allowed = algorithms(key, spec);
        return allowed.contains(spec.defaultAlgorithm())
                ? spec.defaultAlgorithm()
                : allowed.iterator().next();
    }

    private static boolean fits(SignatureAlgorithm algorithm, @Nullable AlgorithmParameterSpec parameters) {
        if (parameters == null) {
            return true;
        }
        String hash = JcaAlgorithm.hash(algorithm);
        return parameters instanceof PSSParameterSpec pss
                && hash.equals(pss.getDigestAlgorithm())
                && pss.getMGFParameters() instanceof MGF1ParameterSpec mgf
                && hash.equals(mgf.getDigestAlgorithm())
                && pss.getSaltLength() <= algorithm.digestLength()
                && pss.getTrailerField() == PSSParameterSpec.TRAILER_FIELD_BC;
    }
}
