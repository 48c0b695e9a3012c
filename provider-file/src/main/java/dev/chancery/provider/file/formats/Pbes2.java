package dev.chancery.provider.file.formats;

import java.io.IOException;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.PBEParameterSpec;

/** PBES2 (RFC 8018, section 6.2): what its parameters mean, and the common forms that the JDK parses and writes. */
final class Pbes2 {
    /** PBKDF2-HMAC-SHA256 (OWASP Password Storage Cheat Sheet). */
    static final int ITERATIONS = 600_000;

    private static final int SALT_BYTES = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    /** How the JDK prints the parameters, the only way in which it tells the hash and the key's length. */
    private static final Pattern SCHEME = Pattern.compile("PBEWithHmac(SHA\\d+)AndAES_(128|256)");

    private Pbes2() {}

    /** An EncryptedPrivateKeyInfo with PBKDF2 and AES-CBC; empty if it is none, or another than the JDK knows. */
    static Optional<EncryptedKey> read(byte[] der, KdfLimits limits) throws MalformedException {
        try {
            EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(der);
            AlgorithmParameters parameters = info.getAlgParameters();
            Matcher scheme = SCHEME.matcher(String.valueOf(parameters));
            if (!scheme.matches()) {
                return Optional.empty();
            }
            PBEParameterSpec spec = parameters.getParameterSpec(PBEParameterSpec.class);
            return Optional.of(pbkdf2(
                    scheme.group(1),
                    limits.checkSalt(spec.getSalt()),
                    limits.checkIterations(BigInteger.valueOf(spec.getIterationCount())),
                    ContentCipher.named("AES-" + scheme.group(2) + "-CBC").orElseThrow(),
                    ((IvParameterSpec) spec.getParameterSpec()).getIV(),
                    info.getEncryptedData()));
        } catch (IOException | GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    static EncryptedKey pbkdf2(
            String hash, byte[] salt, int iterations, ContentCipher cipher, byte[] iv, byte[] ciphertext) {
        String derivation = String.format(Locale.ROOT, "PBKDF2-HMAC-%s with %,d iterations", hash, iterations);
        return of(derivation, Pbkdf2.isEnough(hash, iterations), cipher, passphrase -> {
            byte[] key = Pbkdf2.derive(hash, passphrase, salt, iterations, cipher.keyBytes());
            return cipher.decrypt(key, iv, ciphertext);
        });
    }

    static EncryptedKey of(
            String derivation, boolean enoughWork, ContentCipher cipher, EncryptedKey.Decryption decryption) {
        Optional<String> weakness = enoughWork
                ? Optional.empty()
                : Optional.of(derivation + " is too little against guessing the passphrase");
        if (!cipher.isAes()) {
            weakness = Optional.of("encryption with " + cipher.name() + " is obsolete");
        }
        return new EncryptedKey("PBES2, " + derivation + ", " + cipher.name(), weakness, List.of(decryption));
    }

    /** An EncryptedPrivateKeyInfo with PBKDF2-HMAC-SHA256, {@link #ITERATIONS} and AES-256-CBC. */
    static byte[] write(byte[] pkcs8, char[] passphrase) throws GeneralSecurityException, IOException {
        byte[] salt = new byte[SALT_BYTES];
        RANDOM.nextBytes(salt);
        ContentCipher cipher = ContentCipher.AES_256_CBC;
        byte[] iv = new byte[cipher.ivBytes()];
        RANDOM.nextBytes(iv);
        AlgorithmParameters scheme = AlgorithmParameters.getInstance("PBEWithHmacSHA256AndAES_256");
        scheme.init(new PBEParameterSpec(salt, ITERATIONS, new IvParameterSpec(iv)));
        // The JDK finds no object identifier for the scheme's own name.
        AlgorithmParameters pbes2 = AlgorithmParameters.getInstance("PBES2");
        pbes2.init(scheme.getEncoded());
        byte[] key = Pbkdf2.derive("SHA256", passphrase, salt, ITERATIONS, cipher.keyBytes());
        return new EncryptedPrivateKeyInfo(pbes2, cipher.encrypt(key, iv, pkcs8)).getEncoded();
    }
}
