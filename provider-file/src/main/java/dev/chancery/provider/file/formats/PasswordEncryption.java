package dev.chancery.provider.file.formats;

import dev.chancery.error.UnsupportedException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import javax.crypto.BadPaddingException;
import org.jspecify.annotations.Nullable;

/**
 * How a private key is encrypted under a passphrase: PBES2 and PBES1 (RFC 8018), PKCS#12's (RFC 7292, appendix B), or
 * OpenSSL's {@code DEK-Info}. Reading one does no work that its file asks for; {@link #decrypt} does.
 */
final class PasswordEncryption {
    private static final String PBES2_OID = "1.2.840.113549.1.5.13";
    private static final String SCRYPT_OID = "1.3.6.1.4.1.11591.4.11";
    /** 2^14·8·5: the least that the OWASP Password Storage Cheat Sheet recommends, as N·r·p. */
    private static final long ENOUGH_SCRYPT = 655_360;

    private static final int MAX_SALT_BYTES = 1024;
    private static final Map<String, Older> OLDER = Map.ofEntries(
            Map.entry("1.2.840.113549.1.5.3", new Older("PBES1", "MD5", ContentCipher.DES_CBC)),
            Map.entry("1.2.840.113549.1.5.6", new Older("PBES1", "MD5", ContentCipher.RC2_64_CBC)),
            Map.entry("1.2.840.113549.1.5.10", new Older("PBES1", "SHA1", ContentCipher.DES_CBC)),
            Map.entry("1.2.840.113549.1.5.11", new Older("PBES1", "SHA1", ContentCipher.RC2_64_CBC)),
            Map.entry("1.2.840.113549.1.12.1.1", new Older("PKCS#12", "SHA1", ContentCipher.RC4_128)),
            Map.entry("1.2.840.113549.1.12.1.2", new Older("PKCS#12", "SHA1", ContentCipher.RC4_40)),
            Map.entry("1.2.840.113549.1.12.1.3", new Older("PKCS#12", "SHA1", ContentCipher.DES_EDE3_CBC)),
            Map.entry("1.2.840.113549.1.12.1.4", new Older("PKCS#12", "SHA1", ContentCipher.DES_EDE2_CBC)),
            Map.entry("1.2.840.113549.1.12.1.5", new Older("PKCS#12", "SHA1", ContentCipher.RC2_128_CBC)),
            Map.entry("1.2.840.113549.1.12.1.6", new Older("PKCS#12", "SHA1", ContentCipher.RC2_40_CBC)));

    private record Older(String standard, String hash, ContentCipher cipher) {}

    /** The key, followed by the initialisation vector where the passphrase gives that too. */
    private interface KeyDerivation {
        byte[] derive(char[] passphrase) throws GeneralSecurityException;
    }

    private final String name;
    private final @Nullable String weakness;
    private final ContentCipher cipher;
    private final KeyDerivation derivation;
    private final byte[] iv;

    private PasswordEncryption(
            String name, @Nullable String weakness, ContentCipher cipher, KeyDerivation derivation, byte[] iv) {
        this.name = name;
        this.weakness = weakness;
        this.cipher = cipher;
        this.derivation = derivation;
        this.iv = iv;
    }

    /** For people: the scheme, its derivation and its cipher. */
    String name() {
        return name;
    }

    /** Why nobody would choose it today, or null. */
    @Nullable
    String weakness() {
        return weakness;
    }

    /**
     * @throws BadPaddingException if the passphrase is not the right one; a wrong one in 256 passes here and yields noise
     */
    byte[] decrypt(char[] passphrase, byte[] ciphertext) throws GeneralSecurityException, MalformedException {
        byte[] derived = derivation.derive(passphrase);
        byte[] keyAndIv = Arrays.copyOf(derived, derived.length + iv.length);
        System.arraycopy(iv, 0, keyAndIv, derived.length, iv.length);
        try {
            return cipher.decrypt(keyAndIv, ciphertext);
        } finally {
            Arrays.fill(derived, (byte) 0);
            Arrays.fill(keyAndIv, (byte) 0);
        }
    }

    /**
     * The value of a {@code DEK-Info} header, such as {@code AES-128-CBC,} and the initialisation vector in hexadecimal,
     * whose first eight bytes are the salt as well.
     */
    static PasswordEncryption ofDekInfo(String header) throws MalformedException {
        int comma = header.indexOf(',');
        String cipherName = header.substring(0, comma);
        ContentCipher cipher =
                ContentCipher.ofDekInfo(cipherName).orElseThrow(() -> unsupported("Encryption with " + cipherName));
        String hex = header.substring(comma + 1);
        if (hex.length() != 2 * cipher.ivBytes()) {
            throw new MalformedException("the DEK-Info header has an initialisation vector of the wrong length");
        }
        byte[] iv = HexFormat.of().parseHex(hex);
        byte[] salt = Arrays.copyOf(iv, 8);
        return new PasswordEncryption(
                "DEK-Info, " + cipherName,
                "one round of MD5 is all that slows down guessing the passphrase",
                cipher,
                passphrase -> BouncyCastle.bytesToKey(passphrase, salt, cipher.keyBytes()),
                iv);
    }

    /** The AlgorithmIdentifier of an EncryptedPrivateKeyInfo. */
    static PasswordEncryption read(DerReader identifier, KdfLimits limits) throws MalformedException {
        String oid = identifier.objectIdentifier();
        DerReader parameters = identifier.sequence();
        identifier.requireEnd();
        if (oid.equals(PBES2_OID)) {
            return readPbes2(parameters, limits);
        }
        Older older = OLDER.get(oid);
        if (older == null) {
            throw unsupported("Encryption with the algorithm " + oid);
        }
        return readOlder(older, parameters, limits);
    }

    private static PasswordEncryption readOlder(Older older, DerReader parameters, KdfLimits limits)
            throws MalformedException {
        byte[] salt = salt(parameters);
        int iterations = limits.checkIterations(parameters.integer());
        parameters.requireEnd();
        ContentCipher cipher = older.cipher();
        KeyDerivation derivation = older.standard().equals("PBES1")
                ? passphrase -> BouncyCastle.pbkdf1(
                        older.hash(), passphrase, salt, iterations, cipher.keyBytes(), cipher.ivBytes())
                : passphrase -> BouncyCastle.pkcs12(passphrase, salt, iterations, cipher.keyBytes(), cipher.ivBytes());
        return new PasswordEncryption(
                older.standard() + ", " + older.hash() + ", " + cipher.standardName(),
                older.standard() + " encryption with " + cipher.standardName() + " is obsolete",
                cipher,
                derivation,
                new byte[0]);
    }

    private static PasswordEncryption readPbes2(DerReader parameters, KdfLimits limits) throws MalformedException {
        DerReader kdf = parameters.sequence();
        DerReader encryption = parameters.sequence();
        parameters.requireEnd();

        String cipherOid = encryption.objectIdentifier();
        ContentCipher cipher = ContentCipher.ofOid(cipherOid)
                .orElseThrow(() -> unsupported("Encryption with the cipher " + cipherOid));
        byte[] iv = encryption.octetString();
        encryption.requireEnd();
        if (iv.length != cipher.ivBytes()) {
            throw new MalformedException("an initialisation vector of the wrong length for " + cipher.standardName());
        }

        String kdfOid = kdf.objectIdentifier();
        DerReader kdfParameters = kdf.sequence();
        kdf.requireEnd();
        return switch (kdfOid) {
            case Pbkdf2.OID -> readPbkdf2(kdfParameters, limits, cipher, iv);
            case SCRYPT_OID -> readScrypt(kdfParameters, limits, cipher, iv);
            default -> throw unsupported("Key derivation with the algorithm " + kdfOid);
        };
    }

    /** The AlgorithmIdentifier that {@link #read} takes for these. */
    static byte[] pbes2Identifier(Pbkdf2 kdf, byte[] salt, int iterations, ContentCipher cipher, byte[] iv) {
        return Der.sequence(
                Der.objectIdentifier(PBES2_OID),
                Der.sequence(
                        Der.sequence(
                                Der.objectIdentifier(Pbkdf2.OID),
                                Der.sequence(
                                        Der.octetString(salt),
                                        Der.integer(iterations),
                                        Der.sequence(Der.objectIdentifier(kdf.prfOid()), Der.nullValue()))),
                        Der.sequence(Der.objectIdentifier(cipher.oid().orElseThrow()), Der.octetString(iv))));
    }

    private static PasswordEncryption readPbkdf2(
            DerReader parameters, KdfLimits limits, ContentCipher cipher, byte[] iv) throws MalformedException {
        byte[] salt = salt(parameters);
        int iterations = limits.checkIterations(parameters.integer());
        checkKeyLength(parameters, cipher);
        Pbkdf2 pbkdf2 = Pbkdf2.HMAC_SHA1;
        if (!parameters.atEnd()) {
            DerReader prf = parameters.sequence();
            String prfOid = prf.objectIdentifier();
            if (!prf.atEnd()) {
                prf.nullValue();
            }
            prf.requireEnd();
            pbkdf2 = Pbkdf2.ofPrf(prfOid).orElseThrow(() -> unsupported("PBKDF2 with the function " + prfOid));
        }
        parameters.requireEnd();
        String kdfName = String.format(Locale.ROOT, "PBKDF2-HMAC-%s with %,d iterations", pbkdf2.hash(), iterations);
        Pbkdf2 chosen = pbkdf2;
        return new PasswordEncryption(
                "PBES2, " + kdfName + ", " + cipher.standardName(),
                weakness(cipher, pbkdf2.isEnough(iterations), kdfName),
                cipher,
                passphrase -> chosen.derive(passphrase, salt, iterations, cipher.keyBytes()),
                iv);
    }

    private static PasswordEncryption readScrypt(
            DerReader parameters, KdfLimits limits, ContentCipher cipher, byte[] iv) throws MalformedException {
        byte[] salt = salt(parameters);
        BigInteger cost = parameters.integer();
        BigInteger blockSize = parameters.integer();
        BigInteger parallelization = parameters.integer();
        limits.checkScrypt(cost, blockSize, parallelization);
        checkKeyLength(parameters, cipher);
        parameters.requireEnd();
        int n = cost.intValueExact();
        int r = blockSize.intValueExact();
        int p = parallelization.intValueExact();
        String kdfName = String.format(Locale.ROOT, "scrypt with N=%d, r=%d, p=%d", n, r, p);
        return new PasswordEncryption(
                "PBES2, " + kdfName + ", " + cipher.standardName(),
                weakness(cipher, (long) n * r * p >= ENOUGH_SCRYPT, kdfName),
                cipher,
                passphrase -> BouncyCastle.scrypt(passphrase, salt, n, r, p, cipher.keyBytes()),
                iv);
    }

    private static @Nullable String weakness(ContentCipher cipher, boolean enoughWork, String kdfName) {
        if (!cipher.isAes()) {
            return "encryption with " + cipher.standardName() + " is obsolete";
        }
        return enoughWork ? null : kdfName + " is too little against guessing the passphrase";
    }

    private static byte[] salt(DerReader parameters) throws MalformedException {
        byte[] salt = parameters.octetString();
        if (salt.length == 0 || salt.length > MAX_SALT_BYTES) {
            throw new MalformedException("a salt of " + salt.length + " bytes");
        }
        return salt;
    }

    /** It is optional, and there is only one it can be. */
    private static void checkKeyLength(DerReader parameters, ContentCipher cipher) throws MalformedException {
        if (parameters.nextIs(DerReader.INTEGER) && parameters.smallInteger() != cipher.keyBytes()) {
            throw new MalformedException("a key length that is not that of " + cipher.standardName());
        }
    }

    private static UnsupportedException unsupported(String what) {
        return new UnsupportedException(
                what + " is not supported; write the key anew with 'openssl pkcs8 -topk8 -v2 aes256'.");
    }
}
