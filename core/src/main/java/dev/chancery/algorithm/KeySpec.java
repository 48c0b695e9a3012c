package dev.chancery.algorithm;

import static dev.chancery.algorithm.SignatureAlgorithm.ECDSA_SHA256;
import static dev.chancery.algorithm.SignatureAlgorithm.ECDSA_SHA384;
import static dev.chancery.algorithm.SignatureAlgorithm.ECDSA_SHA512;
import static dev.chancery.algorithm.SignatureAlgorithm.RSA_PSS_SHA256;

import dev.chancery.error.IntegrityException;
import dev.chancery.error.UnsupportedException;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;

/**
 * The kinds of keys that Chancery uses: family and size together. A key that none of these describes is listed as
 * unusable and never used.
 *
 * <p>Sizes and curves are those of FIPS 186-5; the public exponent of every RSA key is 65537.
 */
public enum KeySpec {
    /** RSA with a modulus of 2048 bits: accepted, with a warning at generation (SP 800-57 Part 1 sets it at 112 bits). */
    RSA_2048(KeyAlgorithm.RSA, 2048, RSA_PSS_SHA256),
    /** RSA with a modulus of 3072 bits: the default. */
    RSA_3072(KeyAlgorithm.RSA, 3072, RSA_PSS_SHA256),
    /** RSA with a modulus of 4096 bits. */
    RSA_4096(KeyAlgorithm.RSA, 4096, RSA_PSS_SHA256),
    /** The curve P-256, also called secp256r1 and prime256v1. */
    EC_P256(KeyAlgorithm.EC, 256, ECDSA_SHA256),
    /** The curve P-384, also called secp384r1. */
    EC_P384(KeyAlgorithm.EC, 384, ECDSA_SHA384),
    /** The curve P-521, also called secp521r1. */
    EC_P521(KeyAlgorithm.EC, 521, ECDSA_SHA512),
    /** Ed25519 (RFC 8032). */
    ED25519(KeyAlgorithm.EDDSA, 255, SignatureAlgorithm.ED25519),
    /** ML-DSA-44 (FIPS 204), security category 2. */
    ML_DSA_44(KeyAlgorithm.ML_DSA, 44, SignatureAlgorithm.ML_DSA_44),
    /** ML-DSA-65, security category 3. */
    ML_DSA_65(KeyAlgorithm.ML_DSA, 65, SignatureAlgorithm.ML_DSA_65),
    /** ML-DSA-87, security category 5. */
    ML_DSA_87(KeyAlgorithm.ML_DSA, 87, SignatureAlgorithm.ML_DSA_87);

    private final KeyAlgorithm algorithm;
    private final int bits;
    private final SignatureAlgorithm defaultAlgorithm;

    KeySpec(KeyAlgorithm algorithm, int bits, SignatureAlgorithm defaultAlgorithm) {
        this.algorithm = algorithm;
        this.bits = bits;
        this.defaultAlgorithm = defaultAlgorithm;
    }

    /**
     * The key's family.
     *
     * @return the family
     */
    public KeyAlgorithm algorithm() {
        return algorithm;
    }

    /**
     * The size of the modulus (RSA) or of the field (EC, Ed25519), in bits; for ML-DSA the number of its parameter set.
     *
     * @return the size in bits, or 44, 65 or 87
     */
    public int bits() {
        return bits;
    }

    /**
     * What a key of this kind signs with when neither key nor caller names an algorithm.
     *
     * @return RSA-PSS with SHA-256 for RSA; ECDSA with the curve's own hash; Ed25519; ML-DSA of the key's parameter set
     */
    public SignatureAlgorithm defaultAlgorithm() {
        return defaultAlgorithm;
    }

    /**
     * What a key of this kind can sign with, strongest habit first.
     *
     * @return an unmodifiable set
     */
    public Set<SignatureAlgorithm> algorithms() {
        if (algorithm == KeyAlgorithm.ML_DSA) {
            return Set.of(defaultAlgorithm);
        }
        EnumSet<SignatureAlgorithm> fitting = EnumSet.noneOf(SignatureAlgorithm.class);
        Arrays.stream(SignatureAlgorithm.values())
                .filter(a -> a.keyAlgorithm() == algorithm)
                .forEach(fitting::add);
        return Collections.unmodifiableSet(fitting);
    }

    /**
     * Describes a public key.
     *
     * @param key an RSA, EC, EdDSA or ML-DSA public key of any JCA provider; its encoding counts
     * @return its kind
     * @throws UnsupportedException if no kind describes it; the message says why
     */
    public static KeySpec of(PublicKey key) {
        return SubjectPublicKeyInfo.of(key).spec();
    }

    /**
     * Reads a public key of this kind as places give them out. An ML-DSA key is read even where no JCA provider knows ML-DSA.
     *
     * @param subjectPublicKeyInfo DER (RFC 5280, 4.1.2.7)
     * @return the key
     * @throws IntegrityException if the bytes are not the public key of such a key
     */
    public PublicKey publicKey(byte[] subjectPublicKeyInfo) {
        try {
            SubjectPublicKeyInfo info = SubjectPublicKeyInfo.read(subjectPublicKeyInfo);
            if (info.spec() == this) {
                return info.publicKey();
            }
            throw new UnsupportedException("The key is " + info.spec() + ".");
        } catch (UnsupportedException e) {
            throw new IntegrityException("This is not the public key of an " + this + " key: " + e.getMessage(), e);
        }
    }

    /**
     * The same from text, as places answer with it (RFC 7468).
     *
     * @param pem one block, {@code PUBLIC KEY}
     * @return the key
     * @throws IntegrityException if it is not the public key of such a key
     */
    public PublicKey publicKey(String pem) {
        try {
            return publicKey(PublicKeyPem.read(pem.getBytes(StandardCharsets.UTF_8), "The answer"));
        } catch (UnsupportedException e) {
            throw new IntegrityException("This is not the public key of an " + this + " key: " + e.getMessage(), e);
        }
    }

    /**
     * Reads a public key that comes without its SubjectPublicKeyInfo: the bytes of FIPS 204 for ML-DSA and of RFC 8032 for Ed25519, and an
     * uncompressed point (SEC 1, 2.3.3) for EC.
     *
     * @param bytes the key's own encoding
     * @return the key
     * @throws IntegrityException if it is none of this kind, or no kind with such an encoding
     */
    public PublicKey rawPublicKey(byte[] bytes) {
        String algorithm = switch (this) {
            case EC_P256 -> "301306072a8648ce3d020106082a8648ce3d030107";
            case EC_P384 -> "301006072a8648ce3d020106052b81040022";
            case EC_P521 -> "301006072a8648ce3d020106052b81040023";
            case ED25519 -> "300506032b6570";
            case ML_DSA_44 -> "300b0609608648016503040311";
            case ML_DSA_65 -> "300b0609608648016503040312";
            case ML_DSA_87 -> "300b0609608648016503040313";
            case RSA_2048, RSA_3072, RSA_4096 ->
                throw new IntegrityException("No " + this + " key comes as its bytes alone.");
        };
        return publicKey(PublicKeyPem.wrap(HexFormat.of().parseHex(algorithm), bytes));
    }
}
