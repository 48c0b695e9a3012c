package dev.chancery.audit.checkpoint;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HKDF-SHA-256, RFC 5869, for one key of 32 bytes. The JDK has it from 25 on. */
final class Hkdf {
    private static final String HMAC = "HmacSHA256";

    private Hkdf() {}

    static byte[] derive(byte[] material, String salt, String info) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(salt.getBytes(StandardCharsets.US_ASCII), HMAC));
            mac.init(new SecretKeySpec(mac.doFinal(material), HMAC));
            mac.update(info.getBytes(StandardCharsets.US_ASCII));
            return mac.doFinal(new byte[] {1});
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has HMAC-SHA-256.", e);
        }
    }
}
