package dev.chancery;

import dev.chancery.algorithm.SubjectPublicKeyInfo;
import dev.chancery.caller.Caller;
import dev.chancery.error.AlgorithmMismatchException;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.MessageTooLargeException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.signature.Signature;
import dev.chancery.signature.Verification;
import dev.chancery.signature.VerifyOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.Objects;

/**
 * Verifies signatures of one key, or of any key of a ring, inside this process. Thread-safe; make one and keep it.
 *
 * <p>Stricter than the JDK: lengths are exact, DER is canonical, and ECDSA's numbers are in range before JCA sees the
 * signature (FIPS 186-5 6.4.2, RFC 8032 5.1.7, RFC 8017 8.1.2 and 8.2.2). The state of the key decides as well; see
 * {@link Verification}.
 *
 * <p>A key is judged when its verifier is made, by its encoding alone (SubjectPublicKeyInfo in DER), so that the verdict on a key and on a signature is the
 * same with every JCA provider. Ed25519 is verified by the equation without cofactor, and points of small order or in another encoding than the
 * one right one are refused (RFC 8032, 5.1.7); a provider that verifies by another equation signs and no more.
 *
 * <p>One difference is left: the JDK's own provider before Java 25 does not reduce the x of ECDSA's point R modulo n, so it refuses a signature whose x lies
 * beyond n. Of honest signatures that is about one in 2<sup>130</sup> on P-256 and fewer on the larger curves.
 */
public interface Verifier {

    /**
     * A verifier for a bare public key, which has no state and no dates.
     *
     * @param key a public key of a supported kind, of any JCA provider
     * @return the verifier
     * @throws UnsupportedException if the key is of no supported kind; the message says why
     */
    static Verifier of(PublicKey key) {
        return KeyStores.factory().verifier(Objects.requireNonNull(key, "key"));
    }

    /**
     * A verifier for the public key in a PEM file, which has no state and no dates.
     *
     * @param publicKey the file, as {@code openssl pkey -pubout} and {@code chancery public-key} write it
     * @return the verifier
     * @throws UnsupportedException if the key is of no supported kind, or the file holds something else; the message says what, and the command
     *     that makes a public key of it
     * @throws IntegrityException if the file is damaged, or holds no key or several
     * @throws IOException if the file cannot be read
     */
    static Verifier ofPem(Path publicKey) throws IOException {
        return of(SubjectPublicKeyInfo.readPem(Objects.requireNonNull(publicKey, "publicKey"))
                .publicKey());
    }

    /**
     * Verifies a signature over a message, with {@link VerifyOptions#DEFAULT}.
     *
     * @param message the message
     * @param signature the signature, DER for ECDSA
     * @return the answer
     */
    default Verification verify(byte[] message, byte[] signature) {
        return verify(message, signature, VerifyOptions.DEFAULT);
    }

    /**
     * Verifies what a {@link Signer} has just handed out: with the signature's own algorithm, and of a ring's keys only with the one that it names.
     *
     * @param message the message
     * @param signature the signature
     * @return the answer
     * @throws AlgorithmMismatchException if the signature's algorithm does not fit the key
     */
    default Verification verify(byte[] message, Signature signature) {
        Objects.requireNonNull(signature, "signature");
        return verify(message, signature.value(), VerifyOptions.of(signature));
    }

    /**
     * Verifies what a {@link Signer} has just handed out over a file, as {@link #verify(byte[], Signature)} does.
     *
     * @param file a regular file
     * @param signature the signature
     * @return the answer
     * @throws AlgorithmMismatchException if the signature's algorithm does not fit the key
     * @throws MessageTooLargeException if an Ed25519 file is larger than 2 GiB
     * @throws IOException if the file cannot be read
     */
    default Verification verify(Path file, Signature signature) throws IOException {
        Objects.requireNonNull(signature, "signature");
        return verify(file, signature.value(), VerifyOptions.of(signature));
    }

    /**
     * Verifies a signature over a message.
     *
     * @param message the message
     * @param signature the signature
     * @param options what to assume beyond the bytes
     * @return the answer
     * @throws AlgorithmMismatchException if the options name an algorithm that does not fit the key
     */
    Verification verify(byte[] message, byte[] signature, VerifyOptions options);

    /**
     * Verifies a signature over a stream, read to its end and not closed. RSA and ECDSA take constant memory.
     *
     * @param message the message
     * @param signature the signature
     * @param options what to assume beyond the bytes
     * @return the answer
     * @throws AlgorithmMismatchException if the options name an algorithm that does not fit the key
     * @throws MessageTooLargeException if an Ed25519 message is longer than may be buffered
     * @throws IOException if the stream cannot be read
     */
    Verification verify(InputStream message, byte[] signature, VerifyOptions options) throws IOException;

    /**
     * Verifies a signature over a file.
     *
     * @param file a regular file
     * @param signature the signature
     * @param options what to assume beyond the bytes
     * @return the answer
     * @throws AlgorithmMismatchException if the options name an algorithm that does not fit the key
     * @throws MessageTooLargeException if an Ed25519 file is larger than 2 GiB
     * @throws IOException if the file cannot be read
     */
    Verification verify(Path file, byte[] signature, VerifyOptions options) throws IOException;

    /**
     * Verifies a signature over a digest that the caller has computed.
     *
     * @param digest the hash of the message
     * @param signature the signature
     * @param options what to assume beyond the bytes
     * @return the answer
     * @throws AlgorithmMismatchException if the algorithm does not fit the key, or the digest's length not the algorithm
     * @throws UnsupportedException for Ed25519, which is defined over the message only
     */
    Verification verifyDigest(byte[] digest, byte[] signature, VerifyOptions options);

    /**
     * The same verifier on behalf of one caller, in every scope.
     *
     * @param caller who asks
     * @return a verifier that enters the caller's scope for each call
     */
    default Verifier as(Caller caller) {
        return new CallerVerifier(this, caller);
    }
}
