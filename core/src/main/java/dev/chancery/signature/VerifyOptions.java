package dev.chancery.signature;

import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.algorithm.SignatureEncoding;
import dev.chancery.key.KeyId;
import java.time.Instant;
import java.util.Optional;

/**
 * What a verifier is to assume about a signature beyond its bytes. Immutable: each {@code with…} makes a changed copy.
 *
 * @param algorithm the algorithm, or empty for the key's default; a verifier never tries several
 * @param encoding the form of an ECDSA signature
 * @param keyHint the key that the signature claims, as a JWS {@code kid} does; a ring then tries that key only
 * @param provenAt an instant at which the signature is proven to have existed (by a time-stamp that the caller has
 *     checked), or empty; only it can save a signature of a compromised key
 */
public record VerifyOptions(
        Optional<SignatureAlgorithm> algorithm,
        SignatureEncoding encoding,
        Optional<KeyId> keyHint,
        Optional<Instant> provenAt) {

    /** The key's default algorithm, DER, no hint, nothing proven. */
    public static final VerifyOptions DEFAULT =
            new VerifyOptions(Optional.empty(), SignatureEncoding.DER, Optional.empty(), Optional.empty());

    /**
     * What a signature says of itself.
     *
     * @param signature a signature that a signer has handed out
     * @return its algorithm, DER, and its key as the hint
     */
    public static VerifyOptions of(Signature signature) {
        return DEFAULT.withAlgorithm(signature.algorithm()).withKeyHint(signature.keyId());
    }

    /**
     * Sets the algorithm.
     *
     * @param value the algorithm that made the signature
     * @return a changed copy
     */
    public VerifyOptions withAlgorithm(SignatureAlgorithm value) {
        return new VerifyOptions(Optional.of(value), encoding, keyHint, provenAt);
    }

    /**
     * Sets the form of an ECDSA signature.
     *
     * @param value the form; it does not matter for other signatures
     * @return a changed copy
     */
    public VerifyOptions withEncoding(SignatureEncoding value) {
        return new VerifyOptions(algorithm, value, keyHint, provenAt);
    }

    /**
     * Sets the key that the signature claims.
     *
     * @param value the key's id
     * @return a changed copy
     */
    public VerifyOptions withKeyHint(KeyId value) {
        return new VerifyOptions(algorithm, encoding, Optional.of(value), provenAt);
    }

    /**
     * Sets the instant at which the signature is proven to have existed.
     *
     * @param value the instant; the caller vouches for the proof
     * @return a changed copy
     */
    public VerifyOptions withProvenAt(Instant value) {
        return new VerifyOptions(algorithm, encoding, keyHint, Optional.of(value));
    }
}
