package dev.chancery.provider.file.formats;

import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.UnsupportedException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/**
 * Writes private keys in one form: PKCS#8, and under a passphrase PBES2 (RFC 8018) with PBKDF2-HMAC-SHA256, 600,000
 * iterations (OWASP Password Storage Cheat Sheet), and AES-256-CBC, which every OpenSSL since 1.0 reads.
 */
public final class PrivateKeyWriter {
    static final int ITERATIONS = 600_000;

    private static final int SALT_BYTES = 16;
    private static final Pbkdf2 KDF = Pbkdf2.HMAC_SHA256;
    private static final ContentCipher CIPHER = ContentCipher.AES_256_CBC;
    private static final SecureRandom RANDOM = new SecureRandom();

    private PrivateKeyWriter() {}

    /**
     * A PEM file with a new key, for the caller to wipe.
     *
     * @param passphrase encoded as UTF-8, not wiped here; without one the key is written unencrypted
     * @throws ConfigurationException if the passphrase is empty
     * @throws UnsupportedException if the key is none that Chancery signs with
     */
    public static byte[] write(PrivateKey privateKey, PublicKey publicKey, Optional<char[]> passphrase) {
        return write(privateKey, publicKey, Optional.empty(), passphrase);
    }

    /**
     * The same with a key that was read, which stays confined to the algorithms that it was confined to.
     *
     * @param restriction the key's {@link LoadedKey#restriction}
     */
    public static byte[] write(
            PrivateKey privateKey,
            PublicKey publicKey,
            Optional<Set<SignatureAlgorithm>> restriction,
            Optional<char[]> passphrase) {
        byte[] pkcs8 = Pkcs8.encode(new KeyPair(publicKey, privateKey), restriction);
        try {
            return passphrase
                    .map(secret -> PemBlock.encode(PemBlock.ENCRYPTED_PRIVATE_KEY, encrypt(pkcs8, secret)))
                    .orElseGet(() -> PemBlock.encode(PemBlock.PRIVATE_KEY, pkcs8));
        } finally {
            Arrays.fill(pkcs8, (byte) 0);
        }
    }

    private static byte[] encrypt(byte[] pkcs8, char[] passphrase) {
        if (passphrase.length == 0) {
            throw new ConfigurationException("The passphrase for private keys is empty; give one, or configure none.");
        }
        byte[] salt = new byte[SALT_BYTES];
        RANDOM.nextBytes(salt);
        byte[] iv = new byte[CIPHER.ivBytes()];
        RANDOM.nextBytes(iv);
        byte[] key = new byte[0];
        byte[] keyAndIv = new byte[0];
        try {
            key = KDF.derive(passphrase, salt, ITERATIONS, CIPHER.keyBytes());
            keyAndIv = Arrays.copyOf(key, key.length + iv.length);
            System.arraycopy(iv, 0, keyAndIv, key.length, iv.length);
            return Der.sequence(
                    PasswordEncryption.pbes2Identifier(KDF, salt, ITERATIONS, CIPHER, iv),
                    Der.octetString(CIPHER.encrypt(keyAndIv, pkcs8)));
        } catch (GeneralSecurityException e) {
            throw new UnsupportedException("This Java runtime has no PBKDF2-HMAC-SHA256 or no AES-256.", e);
        } finally {
            Arrays.fill(key, (byte) 0);
            Arrays.fill(keyAndIv, (byte) 0);
        }
    }
}
