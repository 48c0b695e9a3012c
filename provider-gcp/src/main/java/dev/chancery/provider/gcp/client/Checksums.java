package dev.chancery.provider.gcp.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.Int64Value;
import dev.chancery.error.IntegrityException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** CRC32C of what is sent and what is answered: <a href="https://cloud.google.com/kms/docs/data-integrity-guidelines">Google's guidelines on integrity</a>. */
public final class Checksums {
    private Checksums() {}

    /** The checksum of bytes. */
    public static Int64Value of(ByteString bytes) {
        CRC32C checksum = new CRC32C();
        for (ByteBuffer part : bytes.asReadOnlyByteBufferList()) {
            checksum.update(part);
        }
        return Int64Value.of(checksum.getValue());
    }

    /**
     * Checks what was answered.
     *
     * @param sent whether the answer has a checksum at all
     * @param what the answer's part, for the message
     * @throws IntegrityException if the checksum is missing or another
     */
    public static void require(boolean sent, Int64Value checksum, ByteString bytes, String what) {
        if (!sent || !checksum.equals(of(bytes))) {
            throw new IntegrityException("The checksum of " + what + (sent ? " is wrong." : " is missing."));
        }
    }
}
