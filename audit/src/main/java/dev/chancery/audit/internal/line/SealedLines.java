package dev.chancery.audit.internal.line;

import dev.chancery.audit.internal.tree.Hashes;
import dev.chancery.audit.internal.tree.TreeHash;
import dev.chancery.spi.support.Sha256;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/** Lines that are put together for one write, each with the hash of the one before, and sealed. Not thread-safe. */
public final class SealedLines extends ByteArrayOutputStream {
    private static final byte[] SEQ = "{\"seq\":".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PREV = ",\"prev\":\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ACKED = "\",\"acked\":".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END = "\"}\n".getBytes(StandardCharsets.US_ASCII);

    private final MessageDigest digest = Sha256.digest();
    private final LineSeal seal;
    private final byte[] acknowledged;
    private final List<byte[]> leaves = new ArrayList<>();
    private long last;
    private byte[] head;

    /**
     * Lines that follow a chain's last one.
     *
     * @param last the number of the last line, which is durable
     * @param head its hash
     */
    public SealedLines(long last, byte[] head, LineSeal seal) {
        super(2_048);
        this.last = last;
        this.head = head;
        this.seal = seal;
        this.acknowledged = ascii(last);
    }

    /** Adds a line; its body is what {@link LogLine#body} made. */
    public void add(byte[] body) {
        int from = count;
        last++;
        writeBytes(SEQ);
        writeBytes(ascii(last));
        writeBytes(PREV);
        writeBytes(ascii(Hashes.hex(head)));
        writeBytes(ACKED);
        writeBytes(acknowledged);
        write(body, 0, body.length - 1); // its brace comes behind the seal
        digest.update(TreeHash.LEAF);
        digest.update(buf, from, count - from);
        byte[] sealed = Hashes.soFar(digest);
        from = count;
        writeBytes(LogLine.SEAL);
        writeBytes(ascii(Hashes.hex(seal.of(sealed))));
        writeBytes(END);
        digest.update(buf, from, count - from);
        head = new byte[TreeHash.BYTES];
        try {
            digest.digest(head, 0, head.length);
        } catch (DigestException e) {
            throw new IllegalStateException("SHA-256 has 32 bytes.", e);
        }
        leaves.add(head);
    }

    private static byte[] ascii(Object value) {
        return value.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** The bytes; valid up to {@link #size}. */
    public byte[] bytes() {
        return buf;
    }

    /** The hashes of the lines, which are leaves of the chain's tree. */
    public List<byte[]> leaves() {
        return leaves;
    }

    /** The number of the last line. */
    public long last() {
        return last;
    }

    /** Its hash. */
    public byte[] head() {
        return head;
    }
}
