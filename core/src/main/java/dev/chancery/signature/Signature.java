package dev.chancery.signature;

import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.algorithm.SignatureEncoding;
import dev.chancery.internal.ecdsa.EcdsaEncoding;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A signature, and what made it. Immutable and thread-safe.
 *
 * <p>ECDSA signatures are held in DER, as X.509 and JCA have them; {@link #toP1363()} gives the form of JOSE.
 */
public final class Signature {
    private final byte[] value;
    private final KeyMetadata key;
    private final SignatureAlgorithm algorithm;
    private final @Nullable String requestId;

    /**
     * Takes a signature over; for code that implements {@link dev.chancery.Signer}.
     *
     * @param value the signature, DER for ECDSA; not copied, so the caller must not change it afterwards
     * @param key the key that made it
     * @param algorithm the algorithm that made it
     * @param requestId what a remote store called the request, or null
     */
    public Signature(byte[] value, KeyMetadata key, SignatureAlgorithm algorithm, @Nullable String requestId) {
        this.value = value;
        this.key = key;
        this.algorithm = algorithm;
        this.requestId = requestId;
    }

    /**
     * The signature's bytes.
     *
     * @return a copy; DER for ECDSA, the big-endian number of RFC 8017 for RSA, 64 bytes for Ed25519
     */
    public byte[] value() {
        return value.clone();
    }

    /**
     * The signature in the fixed-length form of IEEE P1363 and JOSE.
     *
     * @return for ECDSA the two numbers at full length, 64, 96 or 132 bytes; for the others the same as {@link #value()}
     */
    public byte[] toP1363() {
        return algorithm.scheme() == SignatureAlgorithm.Scheme.ECDSA
                ? EcdsaEncoding.toP1363(value, key.spec())
                : value();
    }

    /**
     * The signature in a form of choice.
     *
     * @param encoding the form; it matters for ECDSA only
     * @return the bytes
     */
    public byte[] encoded(SignatureEncoding encoding) {
        return encoding == SignatureEncoding.P1363 ? toP1363() : value();
    }

    /**
     * The key that made the signature.
     *
     * @return its id
     */
    public KeyId keyId() {
        return key.id();
    }

    /**
     * The algorithm that made the signature.
     *
     * @return the algorithm
     */
    public SignatureAlgorithm algorithm() {
        return algorithm;
    }

    /**
     * What a remote store called the request.
     *
     * @return its request id, or empty for a local key
     */
    public Optional<String> requestId() {
        return Optional.ofNullable(requestId);
    }

    /** Returns key, fingerprint, algorithm and length in one line; the bytes themselves are not secret, only long. */
    @Override
    public String toString() {
        return "Signature[" + key.id() + ", SHA-256 " + key.fingerprint() + ", " + algorithm + ", " + value.length
                + " bytes]";
    }
}
