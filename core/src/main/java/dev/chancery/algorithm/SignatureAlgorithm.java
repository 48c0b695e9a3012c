package dev.chancery.algorithm;

import dev.chancery.error.UnsupportedException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A signature algorithm with everything that its result depends on: scheme, hash, mask generation and salt are fixed
 * together. {@code RSA_PSS_SHA256} means MGF1 with SHA-256 and a salt of 32 bytes (FIPS 186-5 5.4: at most the hash's
 * length; RFC 8017 9.1 recommends it).
 *
 * <p>Named after what it is, not after one API's word for it: ES256 of JOSE is {@link #ECDSA_SHA256} with a P-256 key.
 */
public enum SignatureAlgorithm {
    /** RSASSA-PSS (RFC 8017 8.1) with SHA-256, MGF1-SHA-256 and a 32-byte salt. */
    RSA_PSS_SHA256(Scheme.RSA_PSS, "SHA-256", 32),
    /** RSASSA-PSS with SHA-384, MGF1-SHA-384 and a 48-byte salt. */
    RSA_PSS_SHA384(Scheme.RSA_PSS, "SHA-384", 48),
    /** RSASSA-PSS with SHA-512, MGF1-SHA-512 and a 64-byte salt. */
    RSA_PSS_SHA512(Scheme.RSA_PSS, "SHA-512", 64),
    /** RSASSA-PKCS1-v1_5 (RFC 8017 8.2) with SHA-256. */
    RSA_PKCS1_SHA256(Scheme.RSA_PKCS1, "SHA-256", 32),
    /** RSASSA-PKCS1-v1_5 with SHA-384. */
    RSA_PKCS1_SHA384(Scheme.RSA_PKCS1, "SHA-384", 48),
    /** RSASSA-PKCS1-v1_5 with SHA-512. */
    RSA_PKCS1_SHA512(Scheme.RSA_PKCS1, "SHA-512", 64),
    /** ECDSA (FIPS 186-5 6) with SHA-256. */
    ECDSA_SHA256(Scheme.ECDSA, "SHA-256", 32),
    /** ECDSA with SHA-384. */
    ECDSA_SHA384(Scheme.ECDSA, "SHA-384", 48),
    /** ECDSA with SHA-512. */
    ECDSA_SHA512(Scheme.ECDSA, "SHA-512", 64),
    /** Pure Ed25519 (RFC 8032 5.1): it takes the message itself, never a digest. */
    ED25519(Scheme.EDDSA, null, 0),
    /** Pure ML-DSA-44 (FIPS 204) with an empty context: it takes the message itself. */
    ML_DSA_44(Scheme.ML_DSA, null, 0),
    /** Pure ML-DSA-65 with an empty context. */
    ML_DSA_65(Scheme.ML_DSA, null, 0),
    /** Pure ML-DSA-87 with an empty context. */
    ML_DSA_87(Scheme.ML_DSA, null, 0);

    /** How a signature is computed from the hash, or from the message. */
    public enum Scheme {
        /** RSASSA-PSS. */
        RSA_PSS(KeyAlgorithm.RSA),
        /** RSASSA-PKCS1-v1_5. */
        RSA_PKCS1(KeyAlgorithm.RSA),
        /** ECDSA. */
        ECDSA(KeyAlgorithm.EC),
        /** Pure EdDSA. */
        EDDSA(KeyAlgorithm.EDDSA),
        /** Pure ML-DSA. */
        ML_DSA(KeyAlgorithm.ML_DSA);

        private final KeyAlgorithm keyAlgorithm;

        Scheme(KeyAlgorithm keyAlgorithm) {
            this.keyAlgorithm = keyAlgorithm;
        }
    }

    private final Scheme scheme;
    private final @Nullable String digest;
    private final int digestLength;

    SignatureAlgorithm(Scheme scheme, @Nullable String digest, int digestLength) {
        this.scheme = scheme;
        this.digest = digest;
        this.digestLength = digestLength;
    }

    /**
     * How a signature is computed.
     *
     * @return the scheme
     */
    public Scheme scheme() {
        return scheme;
    }

    /**
     * The family of keys that can sign with this algorithm.
     *
     * @return the family
     */
    public KeyAlgorithm keyAlgorithm() {
        return scheme.keyAlgorithm;
    }

    /**
     * The hash, under its JCA name ({@code SHA-256}).
     *
     * @return the hash, or empty for an algorithm that takes the message itself
     */
    public Optional<String> digest() {
        return Optional.ofNullable(digest);
    }

    /**
     * The hash itself.
     *
     * @return a new one, which is not thread-safe
     * @throws UnsupportedException for an algorithm that takes the message itself
     */
    public MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance(digest().orElseThrow(() -> new UnsupportedException(
                    this + " signs the message itself, not a digest: hand over the message.")));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-2.", e);
        }
    }

    /**
     * The length of the hash, and of the PSS salt, in bytes.
     *
     * @return the length, 0 for an algorithm that takes the message itself
     */
    public int digestLength() {
        return digestLength;
    }
}
