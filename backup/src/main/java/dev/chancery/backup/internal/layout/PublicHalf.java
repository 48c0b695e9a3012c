package dev.chancery.backup.internal.layout;

import dev.chancery.algorithm.SubjectPublicKeyInfo;
import dev.chancery.error.ChanceryException;
import dev.chancery.spi.support.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.util.Base64;
import java.util.Optional;

/** A public half in a file. Stateless. */
public final class PublicHalf {
    private static final String BEGIN = "-----BEGIN PUBLIC KEY-----";
    private static final String END = "-----END PUBLIC KEY-----";

    private PublicHalf() {}

    /** Reads a file; empty where there is none that is understood. */
    public static Optional<PublicKey> read(byte[] pem) {
        try {
            return der(pem).map(der -> SubjectPublicKeyInfo.read(der).publicKey());
        } catch (ChanceryException illegible) {
            return Optional.empty();
        }
    }

    /** SHA-256 of the key in a file, which is not looked into: whether it is sound decides who uses it. */
    public static Optional<String> fingerprint(byte[] pem) {
        return der(pem).map(Sha256::hex);
    }

    private static Optional<byte[]> der(byte[] pem) {
        String text = new String(pem, StandardCharsets.ISO_8859_1);
        int from = text.indexOf(BEGIN) + BEGIN.length();
        int to = text.indexOf('-', from);
        if (from < BEGIN.length() || to < 0 || !text.startsWith(END, to)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Base64.getMimeDecoder().decode(text.substring(from, to)));
        } catch (IllegalArgumentException illegible) {
            return Optional.empty();
        }
    }

    public static byte[] write(PublicKey key) {
        Base64.Encoder base64 = Base64.getMimeEncoder(64, new byte[] {'\n'});
        String text = BEGIN + "\n" + base64.encodeToString(key.getEncoded()) + "\n" + END + "\n";
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
