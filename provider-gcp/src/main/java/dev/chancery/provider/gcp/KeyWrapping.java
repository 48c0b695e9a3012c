package dev.chancery.provider.gcp;

import dev.chancery.error.UnsupportedException;
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
 * A private half on its way to Google, as {@code CKM_RSA_AES_KEY_WRAP} has it: an AES key of 256 bits, wrapped with RSA-OAEP (SHA-256, MGF1 with SHA-256), and
 * behind it the PKCS#8, wrapped with that key (RFC 5649).
 */
final class KeyWrapping {
    private static final OAEPParameterSpec OAEP =
            new OAEPParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSpecified.DEFAULT);
    private static final int AES_BYTES = 32;

    private KeyWrapping() {}

    /** Wraps; what was in the clear here is wiped. */
    static byte[] wrap(PrivateKey key, PublicKey with) {
        byte[] pkcs8 = requireEncoded(key.getEncoded());
        byte[] aes = new byte[AES_BYTES];
        try {
            new SecureRandom().nextBytes(aes);
            Cipher rsa = Cipher.getInstance("RSA/ECB/OAEPPadding");
            rsa.init(Cipher.ENCRYPT_MODE, with, OAEP);
            Cipher kwp = Cipher.getInstance("AES/KWP/NoPadding");
            kwp.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(aes, "AES"));
            byte[] first = rsa.doFinal(aes);
            byte[] second = kwp.doFinal(pkcs8);
            byte[] both = Arrays.copyOf(first, first.length + second.length);
            System.arraycopy(second, 0, both, first.length, second.length);
            return both;
        } catch (GeneralSecurityException e) {
            throw new UnsupportedException(
                    "This Java cannot wrap a key with RSA-OAEP and AES-KWP, as Google wants it.", e);
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
