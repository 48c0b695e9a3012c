package dev.chancery;

import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.caller.Caller;
import dev.chancery.error.AlgorithmMismatchException;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.KeyAccessException;
import dev.chancery.error.KeyStateException;
import dev.chancery.error.MessageTooLargeException;
import dev.chancery.error.PolicyViolationException;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.key.KeyMetadata;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.signature.Signature;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;

/**
 * Signs with one key, or with the current key of a ring. Thread-safe; make one and keep it.
 *
 * <p>Every method decides first whether the key may sign (state, dates, policy), before the store is asked anything. A message
 * that has to be read is decided on twice: before its first byte, so that nothing is read in vain, and after its last, for
 * reading may take long; only then does it count towards the policy's caps. Every method throws:
 *
 * <ul>
 *   <li>{@link KeyStateException} if the key's state or dates forbid it, or if the ring moved on, while a message was read, to
 *       a key that needs another digest of it: sign again,
 *   <li>{@link PolicyViolationException} if the policy forbids it,
 *   <li>{@link KeyAccessException} if the store refuses,
 *   <li>{@link StoreUnavailableException} if the store does not answer,
 *   <li>{@link IntegrityException} if the key is damaged, or if a signature just made does not verify.
 * </ul>
 */
public interface Signer {

    /**
     * The key that the next signature would be made with.
     *
     * @return its metadata as last seen
     */
    KeyMetadata key();

    /**
     * The algorithm that the next signature would be made with.
     *
     * @return the algorithm
     */
    SignatureAlgorithm algorithm();

    /**
     * Signs a message.
     *
     * @param message the message itself, of any length, not its digest
     * @return the signature
     */
    Signature sign(byte[] message);

    /**
     * Signs a message from a stream, to its end, without closing it. RSA and ECDSA take constant memory; Ed25519 needs the
     * message twice and so buffers it up to {@link KeyStoreOptions#ed25519Buffer()}.
     *
     * @param message the message
     * @return the signature
     * @throws MessageTooLargeException if an Ed25519 key would have to buffer more than it may
     * @throws IOException if the stream cannot be read
     */
    Signature sign(InputStream message) throws IOException;

    /**
     * Signs a file, in constant memory where the algorithm permits. Ed25519 files, up to 2 GiB, are read into
     * memory whole: no JCA provider takes the message twice.
     *
     * @param file a regular file that no process changes meanwhile
     * @return the signature
     * @throws MessageTooLargeException if an Ed25519 file is larger than 2 GiB
     * @throws IOException if the file cannot be read
     */
    Signature sign(Path file) throws IOException;

    /**
     * Signs a digest that the caller has computed.
     *
     * @param digest the hash of the message under {@link SignatureAlgorithm#digest()} of {@link #algorithm()}
     * @return the signature
     * @throws AlgorithmMismatchException if the digest's length is not that hash's length
     * @throws UnsupportedException for Ed25519, which is defined over the message only
     */
    Signature signDigest(byte[] digest);

    /**
     * Signs several messages with one key, decided once.
     *
     * @param messages the messages
     * @return their signatures, in the same order
     */
    List<Signature> signAll(List<byte[]> messages);

    /**
     * Signs a certificate request for this very key, which shows that the requester holds the private half (proof of
     * possession, RFC 2986). The only thing that a key may sign before it is active. Meant for code that builds requests.
     *
     * @param certificationRequestInfo the DER of a PKCS #10 CertificationRequestInfo that carries this key's public half
     * @return the signature
     * @throws ConfigurationException if the bytes are anything else
     */
    Signature provePossession(byte[] certificationRequestInfo);

    /**
     * The same signer on behalf of one caller, in every scope.
     *
     * @param caller who asks
     * @return a signer that enters the caller's scope for each call
     */
    default Signer as(Caller caller) {
        return new CallerSigner(this, caller);
    }
}
