package dev.chancery.provider.file.formats;

import dev.chancery.algorithm.KeyAlgorithm;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.UnsupportedException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.Optional;

/**
 * Writes private keys in one form: PKCS#8, and under a passphrase PBES2 (RFC 8018) with PBKDF2-HMAC-SHA256, 600,000
 * iterations (OWASP Password Storage Cheat Sheet), and AES-256-CBC, which every OpenSSL since 1.0 reads.
 */
public final class PrivateKeyWriter {
    private PrivateKeyWriter() {}

    /**
     * A PEM file with a key, for the caller to wipe. A key that its public half confines stays so.
     *
     * @param passphrase encoded as UTF-8, not wiped here; without one the key is written unencrypted
     * @throws ConfigurationException if the passphrase is empty
     * @throws UnsupportedException if the key is none that Chancery signs with
     */
    public static byte[] write(PrivateKey privateKey, PublicKey publicKey, Optional<char[]> passphrase) {
        byte[] plain = KeySpec.of(publicKey).algorithm() == KeyAlgorithm.ML_DSA
                ? MlDsaKeys.write(privateKey)
                : JdkKeys.writePrivate(privateKey, publicKey);
        boolean confined = publicKey.getAlgorithm().equals("RSASSA-PSS");
        byte[] pkcs8 = confined ? KeyStructures.confine(plain, publicKey) : plain;
        try {
            return passphrase
                    .map(secret -> PemBlock.encode(PemBlock.ENCRYPTED_PRIVATE_KEY, encrypt(pkcs8, secret)))
                    .orElseGet(() -> PemBlock.encode(PemBlock.PRIVATE_KEY, pkcs8));
        } finally {
            Arrays.fill(plain, (byte) 0);
            Arrays.fill(pkcs8, (byte) 0);
        }
    }

    /**
     * A new key, of a kind that core does not generate.
     *
     * @param spec of the ML-DSA family
     * @return a pair whose private half is expanded, and is written as its seed
     */
    public static KeyPair generateMlDsa(KeySpec spec) {
        try {
            return MlDsaKeys.generate(spec);
        } catch (NoClassDefFoundError e) {
            throw new UnsupportedException(
                    "ML-DSA keys are made with BouncyCastle; add org.bouncycastle:bcprov-jdk18on.", e);
        }
    }

    private static byte[] encrypt(byte[] pkcs8, char[] passphrase) {
        if (passphrase.length == 0) {
            throw new ConfigurationException("The passphrase for private keys is empty; give one, or configure none.");
        }
        try {
            return Pbes2.write(pkcs8, passphrase);
        } catch (GeneralSecurityException | IOException e) {
            throw new UnsupportedException("This Java runtime has no PBKDF2-HMAC-SHA256 or no AES-256.", e);
        }
    }
}
