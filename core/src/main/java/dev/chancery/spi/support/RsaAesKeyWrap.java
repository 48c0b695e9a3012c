package dev.chancery.spi.support;

import dev.chancery.error.UnsupportedException;
import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.MGF1ParameterSpec;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource.PSpecified;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A private half on its way to a place that takes keys in, in the form of PKCS#11's {@code CKM_RSA_AES_KEY_WRAP}: an AES key of 256 bits, wrapped with RSA-OAEP
 * (SHA-256, MGF1 with SHA-256, no label), and behind it the PKCS#8, wrapped with that key (AES-KWP, RFC 5649).
 */
public final class RsaAesKeyWrap {
    private static final OAEPParameterSpec OAEP =
            new OAEPParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSpecified.DEFAULT);
    private static final int AES_BYTES = 32;

    private RsaAesKeyWrap() {}

    /**
     * Wraps a key. What was in the clear in arrays of this method is wiped; what Java's cipher keeps for itself is the garbage collector's.
     *
     * @param key the private half
     * @param with the place's RSA key
     * @return the wrapped key
     * @throws UnsupportedException if the private half cannot be had, as it is in hardware, or this Java lacks an algorithm
     */
    public static byte[] wrap(PrivateKey key, PublicKey with) {
        byte[] pkcs8 = requireEncoded(key.getEncoded());
        byte[] aes = new byte[AES_BYTES];
        try {
            new SecureRandom().nextBytes(aes);
            Cipher rsa = Cipher.getInstance("RSA/ECB/OAEPPadding");
            rsa.init(Cipher.ENCRYPT_MODE, with, OAEP);
            Cipher kwp = Cipher.getInstance("AES/KWP/NoPadding");
            kwp.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(aes, "AES"));
            ByteArrayOutputStream both = new ByteArrayOutputStream();
            both.writeBytes(rsa.doFinal(aes));
            both.writeBytes(kwp.doFinal(pkcs8));
            return both.toByteArray();
        } catch (GeneralSecurityException e) {
            throw new UnsupportedException("This Java cannot wrap a private key with RSA-OAEP and AES-KWP.", e);
        } finally {
            Arrays.fill(pkcs8, (byte) 0);
            Arrays.fill(aes, (byte) 0);
        }
    }

    private static byte[] requireEncoded(byte @Nullable [] pkcs8) {
        if (pkcs8 == null) {
            throw new UnsupportedException("The private half to import is in hardware that does not give it out.");
        }
        return pkcs8;
    }
}
