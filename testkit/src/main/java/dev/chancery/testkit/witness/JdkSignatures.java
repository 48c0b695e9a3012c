package dev.chancery.testkit.witness;

import dev.chancery.algorithm.SignatureAlgorithm;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.X509EncodedKeySpec;

/** Asks the JDK's own providers, in the JDK's own words, whether a signature is right. Shares nothing with core. */
public final class JdkSignatures {
    private JdkSignatures() {}

    /**
     * Verifies.
     *
     * @param key the public key, of any JCA provider
     * @param algorithm the algorithm that is said to have made the signature
     * @param message the message
     * @param signature the signature, DER for ECDSA
     * @return whether the JDK finds it right; {@code false} for one that it cannot parse
     */
    public static boolean verify(PublicKey key, SignatureAlgorithm algorithm, byte[] message, byte[] signature) {
        try {
            String family = key.getAlgorithm();
            String provider = family.equals("RSA") ? "SunRsaSign" : family.startsWith("ML-DSA") ? "SUN" : "SunEC";
            PublicKey own = KeyFactory.getInstance(key.getAlgorithm(), provider)
                    .generatePublic(new X509EncodedKeySpec(key.getEncoded()));
            Signature verifier = Signature.getInstance(name(algorithm), provider);
            verifier.initVerify(own);
            if (name(algorithm).equals("RSASSA-PSS")) {
                verifier.setParameter(pss(algorithm));
            }
            verifier.update(message);
            return verifies(verifier, signature);
        } catch (GeneralSecurityException e) {
            throw new AssertionError("The JDK cannot verify " + algorithm + " with a key of type " + key, e);
        }
    }

    private static boolean verifies(Signature verifier, byte[] signature) {
        try {
            return verifier.verify(signature);
        } catch (java.security.SignatureException malformed) {
            return false;
        }
    }

    private static String name(SignatureAlgorithm algorithm) {
        return switch (algorithm) {
            case RSA_PSS_SHA256, RSA_PSS_SHA384, RSA_PSS_SHA512 -> "RSASSA-PSS";
            case RSA_PKCS1_SHA256 -> "SHA256withRSA";
            case RSA_PKCS1_SHA384 -> "SHA384withRSA";
            case RSA_PKCS1_SHA512 -> "SHA512withRSA";
            case ECDSA_SHA256 -> "SHA256withECDSA";
            case ECDSA_SHA384 -> "SHA384withECDSA";
            case ECDSA_SHA512 -> "SHA512withECDSA";
            case ED25519 -> "Ed25519";
            case ML_DSA_44, ML_DSA_65, ML_DSA_87 -> "ML-DSA";
        };
    }

    private static AlgorithmParameterSpec pss(SignatureAlgorithm algorithm) {
        return switch (algorithm) {
            case RSA_PSS_SHA256 -> new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1);
            case RSA_PSS_SHA384 -> new PSSParameterSpec("SHA-384", "MGF1", MGF1ParameterSpec.SHA384, 48, 1);
            case RSA_PSS_SHA512 -> new PSSParameterSpec("SHA-512", "MGF1", MGF1ParameterSpec.SHA512, 64, 1);
            default -> throw new IllegalArgumentException(algorithm + " is not PSS.");
        };
    }
}
