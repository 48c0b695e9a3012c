package dev.chancery.backup.internal.layout;

import dev.chancery.algorithm.SubjectPublicKeyInfo;
import dev.chancery.error.ChanceryException;
import dev.chancery.spi.support.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A public half in a file. Stateless. */
public final class PublicHalf {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN PUBLIC KEY-----([^-]*)-----END PUBLIC KEY-----", Pattern.DOTALL);

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
        Matcher block = BLOCK.matcher(new String(pem, StandardCharsets.ISO_8859_1));
        try {
            return block.find() ? Optional.of(Base64.getMimeDecoder().decode(block.group(1))) : Optional.empty();
        } catch (IllegalArgumentException illegible) {
            return Optional.empty();
        }
    }

    public static byte[] write(PublicKey key) {
        Base64.Encoder base64 = Base64.getMimeEncoder(64, new byte[] {'\n'});
        String text = "-----BEGIN PUBLIC KEY-----\n" + base64.encodeToString(key.getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
