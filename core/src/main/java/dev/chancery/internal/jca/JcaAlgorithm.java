package dev.chancery.internal.jca;

import dev.chancery.algorithm.KeyAlgorithm;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.error.UnsupportedException;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import javax.crypto.Cipher;

/** JCA's words for our algorithms. */
public final class JcaAlgorithm {
    private static final String RAW_RSA = "RSA/ECB/NoPadding";

    private JcaAlgorithm() {}

    /** A fresh engine for messages, with every parameter set and no key yet. */
    public static Signature forMessages(SignatureAlgorithm algorithm, Provider provider)
            throws GeneralSecurityException {
        Signature engine = Signature.getInstance(messageName(algorithm), provider);
        if (algorithm.scheme() == SignatureAlgorithm.Scheme.RSA_PSS) {
            engine.setParameter(pss(algorithm));
        }
        return engine;
    }

    /** A fresh ECDSA engine for digests; RSA over a digest is {@link RsaDigestSignature}'s. */
    static Signature forDigests(Provider provider) throws GeneralSecurityException {
        return Signature.getInstance("NONEwithECDSA", provider);
    }

    /** A fresh engine for the RSA operation without padding, no key yet: the provider's own where it has one by this name, else the JDK's. */
    static Cipher rawRsa(Provider provider) throws GeneralSecurityException {
        return provider.getService("Cipher", RAW_RSA) == null
                ? Cipher.getInstance(RAW_RSA, "SunJCE")
                : Cipher.getInstance(RAW_RSA, provider);
    }

    /** The name of the signature that a provider must have to serve a family. */
    static String mainSignature(KeyAlgorithm family) {
        return switch (family) {
            case RSA -> "RSASSA-PSS";
            case EC -> "SHA256withECDSA";
            case EDDSA -> "Ed25519";
            case ML_DSA -> "ML-DSA";
        };
    }

    private static String messageName(SignatureAlgorithm algorithm) {
        return switch (algorithm.scheme()) {
            case RSA_PSS -> "RSASSA-PSS";
            case RSA_PKCS1 -> compact(algorithm) + "withRSA";
            case ECDSA -> compact(algorithm) + "withECDSA";
            case EDDSA -> "Ed25519";
            case ML_DSA -> "ML-DSA";
        };
    }

    private static PSSParameterSpec pss(SignatureAlgorithm algorithm) {
        String hash = hash(algorithm);
        return new PSSParameterSpec(
                hash, "MGF1", new MGF1ParameterSpec(hash), algorithm.digestLength(), PSSParameterSpec.TRAILER_FIELD_BC);
    }

    /** The hash's JCA name. */
    static String hash(SignatureAlgorithm algorithm) {
        return algorithm
                .digest()
                .orElseThrow(() -> new UnsupportedException(
                        algorithm + " signs the message itself, not a digest: hand over the message."));
    }

    private static String compact(SignatureAlgorithm algorithm) {
        return hash(algorithm).replace("-", "");
    }
}
