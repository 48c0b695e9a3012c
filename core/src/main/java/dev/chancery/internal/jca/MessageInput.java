package dev.chancery.internal.jca;

import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.error.AlgorithmMismatchException;
import dev.chancery.error.MessageTooLargeException;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.MessageDigest;

/** Reads messages from streams and files into what signing and verifying need. */
public final class MessageInput {
    private static final int CHUNK = 64 << 10;
    private static final int LARGEST_ARRAY = Integer.MAX_VALUE - 8;

    private MessageInput() {}

    public static byte[] digest(byte[] message, SignatureAlgorithm algorithm) {
        return algorithm.newDigest().digest(message);
    }

    /** Constant memory, to the end of the stream. */
    public static byte[] digest(InputStream message, SignatureAlgorithm algorithm) throws IOException {
        MessageDigest digest = algorithm.newDigest();
        byte[] chunk = new byte[CHUNK];
        for (int n = message.read(chunk); n >= 0; n = message.read(chunk)) {
            digest.update(chunk, 0, n);
        }
        return digest.digest();
    }

    /** For algorithms that need the message twice. */
    public static byte[] buffer(InputStream message, int limit, SignatureAlgorithm algorithm) throws IOException {
        byte[] read = message.readNBytes(limit);
        if (read.length == limit && message.read() >= 0) {
            throw new MessageTooLargeException(
                    algorithm + " needs the whole message in memory, and it has more than the "
                            + limit
                            + " bytes allowed here. Hand it over as a file (up to 2 GiB), raise the limit (ed25519Buffer), or"
                            + " sign with an RSA or ECDSA key.");
        }
        return read;
    }

    public static void requireDigest(SignatureAlgorithm algorithm, byte[] digest) {
        String hash = JcaAlgorithm.hash(algorithm);
        if (digest.length != algorithm.digestLength()) {
            throw new AlgorithmMismatchException(algorithm + " takes a " + hash + " digest of "
                    + algorithm.digestLength() + " bytes, this one has " + digest.length + ".");
        }
    }

    public static OpenFile open(Path file) throws IOException {
        // Not Files.newInputStream: an interrupt would close its channel under the reader.
        return new OpenFile(new FileInputStream(file.toFile()));
    }

    /** A message file that is open for reading. */
    public record OpenFile(FileInputStream stream) implements AutoCloseable {

        public byte[] wholeFile(SignatureAlgorithm algorithm) throws IOException {
            return buffer(stream, LARGEST_ARRAY, algorithm);
        }

        @Override
        public void close() throws IOException {
            stream.close();
        }
    }
}
