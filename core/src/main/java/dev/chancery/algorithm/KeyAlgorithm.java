package dev.chancery.algorithm;

import dev.chancery.error.UnsupportedException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Security;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The family of a key pair. */
public enum KeyAlgorithm {
    /** RSA (RFC 8017). */
    RSA("RSA", "SunRsaSign"),
    /** Elliptic curve keys on the NIST prime curves, for ECDSA (FIPS 186-5). */
    EC("EC", "SunEC"),
    /** Edwards-curve keys (RFC 8032). */
    EDDSA("Ed25519", "SunEC"),
    /** Module-lattice keys (FIPS 204). */
    ML_DSA("ML-DSA", "SUN");

    private final String jcaName;
    private final String jdkProvider;

    KeyAlgorithm(String jcaName, String jdkProvider) {
        this.jcaName = jcaName;
        this.jdkProvider = jdkProvider;
    }

    /**
     * The family's name in JCA.
     *
     * @return the name of its KeyFactory and KeyPairGenerator
     */
    public String jcaName() {
        return jcaName;
    }

    /**
     * OpenJDK's own provider of the family.
     *
     * @return the provider's JCA name
     */
    public String jdkProvider() {
        return jdkProvider;
    }

    /**
     * Reads a public key with OpenJDK's own provider, or on another Java with the first that knows the family.
     *
     * @param subjectPublicKeyInfo DER (RFC 5280, 4.1.2.7)
     * @return the key, of any size and curve that the provider reads
     * @throws GeneralSecurityException if these bytes are no public key of the family, or nothing here knows the family
     */
    public PublicKey readPublicKey(byte[] subjectPublicKeyInfo) throws GeneralSecurityException {
        return readPublicKey(subjectPublicKeyInfo, jcaName);
    }

    /** With the factory of another name, for keys that are called RSASSA-PSS. */
    PublicKey readPublicKey(byte[] subjectPublicKeyInfo, String factoryName) throws GeneralSecurityException {
        Provider jdk = Security.getProvider(jdkProvider);
        boolean able = jdk != null && jdk.getService("KeyFactory", factoryName) != null;
        KeyFactory factory = able ? KeyFactory.getInstance(factoryName, jdk) : KeyFactory.getInstance(factoryName);
        try {
            PublicKey key = factory.generatePublic(new X509EncodedKeySpec(subjectPublicKeyInfo));
            if (Arrays.equals(key.getEncoded(), subjectPublicKeyInfo)) {
                return key;
            }
        } catch (RuntimeException e) {
            // The JDK's own parser runs over the end of some keys.
            throw new InvalidKeySpecException("The public key is damaged.", e);
        }
        throw new InvalidKeySpecException("The public key is not in its one right encoding (DER).");
    }

    /**
     * Reads a public key of any family; one of {@link #ML_DSA} also before Java 24, where the JDK knows none.
     *
     * @param subjectPublicKeyInfo DER (RFC 5280, 4.1.2.7)
     * @return the key, of any size and curve that its provider reads; empty if these bytes are no such key
     */
    public static Optional<PublicKey> readAnyPublicKey(byte[] subjectPublicKeyInfo) {
        for (KeyAlgorithm family : List.of(EC, RSA, EDDSA)) {
            try {
                return Optional.of(family.readPublicKey(subjectPublicKeyInfo));
            } catch (GeneralSecurityException e) {
                // of another family, or none
            }
        }
        try {
            return Optional.of(SubjectPublicKeyInfo.read(subjectPublicKeyInfo))
                    .filter(info -> info.spec().algorithm() == ML_DSA)
                    .map(SubjectPublicKeyInfo::publicKey);
        } catch (UnsupportedException e) {
            return Optional.empty();
        }
    }
}
