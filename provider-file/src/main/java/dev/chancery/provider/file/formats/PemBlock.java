package dev.chancery.provider.file.formats;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One {@code -----BEGIN …-----} block. A class and not a record, because the content may be a secret. */
final class PemBlock {
    static final String PRIVATE_KEY = "PRIVATE KEY";
    static final String ENCRYPTED_PRIVATE_KEY = "ENCRYPTED PRIVATE KEY";
    static final String EC_PARAMETERS = "EC PARAMETERS";
    static final String PUBLIC_KEY = "PUBLIC KEY";

    private final String label;
    private final @Nullable String dekInfo;
    private final byte[] content;

    /** @param dekInfo the value of the {@code DEK-Info} header, for a block encrypted the way of RFC 1421 */
    PemBlock(String label, @Nullable String dekInfo, byte[] content) {
        this.label = label;
        this.dekInfo = dekInfo;
        this.content = content;
    }

    String label() {
        return label;
    }

    boolean isPrivateKey() {
        return label.endsWith(PRIVATE_KEY);
    }

    boolean isEncrypted() {
        return label.equals(ENCRYPTED_PRIVATE_KEY) || dekInfo != null;
    }

    boolean isPublicKey() {
        return label.endsWith(PUBLIC_KEY);
    }

    @Nullable
    String dekInfo() {
        return dekInfo;
    }

    /** The decoded bytes themselves, so that {@link #wipe} clears the only copy. */
    byte[] content() {
        return content;
    }

    /** What is in a file, by its labels. */
    static String describe(List<PemBlock> blocks) {
        return blocks.stream().map(PemBlock::label).collect(Collectors.joining(" and "));
    }

    /** A file of one block, in lines of 64 characters (RFC 7468, section 2). */
    static byte[] encode(String label, byte[] content) {
        byte[] begin = ("-----BEGIN " + label + "-----\n").getBytes(US_ASCII);
        byte[] body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encode(content);
        byte[] end = ("\n-----END " + label + "-----\n").getBytes(US_ASCII);
        byte[] file = ByteBuffer.allocate(begin.length + body.length + end.length)
                .put(begin)
                .put(body)
                .put(end)
                .array();
        Arrays.fill(body, (byte) 0);
        return file;
    }

    void wipe() {
        Arrays.fill(content, (byte) 0);
    }
}
