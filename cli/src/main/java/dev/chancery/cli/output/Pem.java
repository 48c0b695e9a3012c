package dev.chancery.cli.output;

import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.util.Base64;

/** PEM (RFC 7468) of what the command prints. */
public final class Pem {
    private static final int LINE = 64;

    private Pem() {}

    public static String publicKey(PublicKey key) {
        return encode("PUBLIC KEY", key.getEncoded());
    }

    public static String certificate(byte[] der) {
        return encode("CERTIFICATE", der);
    }

    private static String encode(String label, byte[] der) {
        Base64.Encoder base64 = Base64.getMimeEncoder(LINE, "\n".getBytes(StandardCharsets.US_ASCII));
        return "-----BEGIN " + label + "-----\n" + base64.encodeToString(der) + "\n-----END " + label + "-----\n";
    }
}
