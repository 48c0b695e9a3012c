package dev.chancery.provider.file.formats;

import java.security.GeneralSecurityException;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.RC2ParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** The ciphers that encrypt a private key. Only AES is chosen today; the others are read. */
enum ContentCipher {
    AES_128_CBC("AES-128-CBC", "2.16.840.1.101.3.4.1.2", "AES/CBC/PKCS5Padding", 16, 16),
    AES_192_CBC("AES-192-CBC", "2.16.840.1.101.3.4.1.22", "AES/CBC/PKCS5Padding", 24, 16),
    AES_256_CBC("AES-256-CBC", "2.16.840.1.101.3.4.1.42", "AES/CBC/PKCS5Padding", 32, 16),
    DES_EDE3_CBC("DES-EDE3-CBC", "1.2.840.113549.3.7", "DESede/CBC/PKCS5Padding", 24, 8),
    DES_CBC("DES-CBC", "1.3.14.3.2.7", "DES/CBC/PKCS5Padding", 8, 8),
    DES_EDE2_CBC("DES-EDE2-CBC", null, "DESede/CBC/PKCS5Padding", 16, 8),
    RC2_128_CBC("RC2-128-CBC", null, "RC2/CBC/PKCS5Padding", 16, 8),
    RC2_64_CBC("RC2-64-CBC", null, "RC2/CBC/PKCS5Padding", 8, 8),
    RC2_40_CBC("RC2-40-CBC", null, "RC2/CBC/PKCS5Padding", 5, 8),
    RC4_128("RC4-128", null, "ARCFOUR", 16, 0),
    RC4_40("RC4-40", null, "ARCFOUR", 5, 0);

    /** As OpenSSL writes it, also in {@code DEK-Info}. */
    private final String standardName;
    /** Where PBES2 can name it. */
    private final @Nullable String oid;

    private final String transformation;
    private final int keyBytes;
    private final int ivBytes;

    ContentCipher(String standardName, @Nullable String oid, String transformation, int keyBytes, int ivBytes) {
        this.standardName = standardName;
        this.oid = oid;
        this.transformation = transformation;
        this.keyBytes = keyBytes;
        this.ivBytes = ivBytes;
    }

    static Optional<ContentCipher> ofOid(String oid) {
        return Arrays.stream(values()).filter(cipher -> oid.equals(cipher.oid)).findFirst();
    }

    static Optional<ContentCipher> ofDekInfo(String name) {
        // Those without an identifier are known to PBES1 alone.
        return Arrays.stream(values())
                .filter(cipher -> cipher.oid != null && cipher.standardName.equals(name))
                .findFirst();
    }

    String standardName() {
        return standardName;
    }

    Optional<String> oid() {
        return Optional.ofNullable(oid);
    }

    int keyBytes() {
        return keyBytes;
    }

    int ivBytes() {
        return ivBytes;
    }

    boolean isAes() {
        return transformation.startsWith("AES/");
    }

    /**
     * @param keyAndIv the key followed by the initialisation vector
     * @throws BadPaddingException if this is not the right key
     */
    byte[] decrypt(byte[] keyAndIv, byte[] ciphertext) throws GeneralSecurityException, MalformedException {
        if (ciphertext.length == 0 || (ivBytes > 0 && ciphertext.length % ivBytes != 0)) {
            throw new MalformedException("truncated: the encrypted key is not whole blocks of " + standardName);
        }
        return run(Cipher.DECRYPT_MODE, keyAndIv, ciphertext);
    }

    byte[] encrypt(byte[] keyAndIv, byte[] plaintext) throws GeneralSecurityException {
        return run(Cipher.ENCRYPT_MODE, keyAndIv, plaintext);
    }

    private byte[] run(int mode, byte[] keyAndIv, byte[] input) throws GeneralSecurityException {
        byte[] key = Arrays.copyOf(keyAndIv, keyBytes);
        byte[] iv = Arrays.copyOfRange(keyAndIv, keyBytes, keyBytes + ivBytes);
        if (this == DES_EDE2_CBC) {
            // Two-key triple DES: the first key is the third as well.
            Arrays.fill(key, (byte) 0);
            key = Arrays.copyOf(keyAndIv, 24);
            System.arraycopy(keyAndIv, 0, key, 16, 8);
        }
        try {
            Cipher cipher = Cipher.getInstance(transformation);
            String keyName = transformation.split("/", 2)[0];
            cipher.init(mode, new SecretKeySpec(key, keyName), parameters(keyName, iv));
            return cipher.doFinal(input);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    private @Nullable AlgorithmParameterSpec parameters(String keyName, byte[] iv) {
        return switch (keyName) {
            case "ARCFOUR" -> null;
            case "RC2" -> new RC2ParameterSpec(8 * keyBytes, iv);
            default -> new IvParameterSpec(iv);
        };
    }
}
