package dev.chancery.provider.file.formats;

import dev.chancery.error.UnsupportedException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.pkcs.EncryptionScheme;
import org.bouncycastle.asn1.pkcs.KeyDerivationFunc;
import org.bouncycastle.asn1.pkcs.PBEParameter;
import org.bouncycastle.asn1.pkcs.PBES2Parameters;
import org.bouncycastle.asn1.pkcs.PBKDF2Params;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RC2CBCParameter;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * How a private key is encrypted under a passphrase, in each form, by BouncyCastle's parsers: PBES2 and PBES1 (RFC 8018), PKCS#12's
 * (RFC 7292, appendix B), and OpenSSL's {@code DEK-Info}. Does no work that the file asks for.
 */
final class EncryptionStructures {
    private static final String SCRYPT = "1.3.6.1.4.1.11591.4.11";
    private static final String HMAC = "HMAC-";

    /** What {@link ObjectIdentifiers} has of a scheme before PBES2: its standard, its hash, its cipher. */
    private static final Pattern OLDER = Pattern.compile("(PBES1|PKCS#12), (\\w+), (.+)");

    /** 2^14·8·5: the least that the OWASP Password Storage Cheat Sheet recommends, as N·r·p. */
    private static final long ENOUGH_SCRYPT = 655_360;

    /** The versions that RFC 8018 (B.2.3) gives to effective key lengths. */
    private static final Map<BigInteger, String> RC2_VERSIONS = Map.of(
            BigInteger.valueOf(58), "RC2-CBC",
            BigInteger.valueOf(120), "RC2-64-CBC",
            BigInteger.valueOf(160), "RC2-40-CBC");

    private EncryptionStructures() {}

    /**
     * The value of a {@code DEK-Info} header, such as {@code AES-128-CBC,} and the initialisation vector in hexadecimal,
     * whose first eight bytes are the salt as well.
     */
    static EncryptedKey ofDekInfo(String header, byte[] ciphertext) throws MalformedException {
        int comma = header.indexOf(',');
        ContentCipher cipher = cipher(header.substring(0, comma));
        String hex = header.substring(comma + 1);
        if (hex.length() != 2 * cipher.ivBytes() || hex.isEmpty()) {
            throw new MalformedException("the DEK-Info header has an initialisation vector of the wrong length");
        }
        byte[] iv = HexFormat.of().parseHex(hex);
        byte[] salt = Arrays.copyOf(iv, 8);
        return new EncryptedKey(
                "DEK-Info, " + cipher.name(),
                Optional.of("one round of MD5 is all that slows down guessing the passphrase"),
                List.of(passphrase ->
                        cipher.decrypt(BouncyCastle.bytesToKey(passphrase, salt, cipher.keyBytes()), iv, ciphertext)));
    }

    /** An EncryptedPrivateKeyInfo (RFC 5958, section 3); empty if it is something else. */
    static Optional<EncryptedKey> read(byte[] der, KdfLimits limits) throws MalformedException {
        return StrictDer.read(der, info -> {
            if (info.size() != 2
                    || !(info.getObjectAt(0) instanceof ASN1Sequence)
                    || !(info.getObjectAt(1) instanceof ASN1OctetString ciphertext)) {
                return Optional.empty();
            }
            AlgorithmIdentifier scheme = AlgorithmIdentifier.getInstance(info.getObjectAt(0));
            if (scheme.getAlgorithm().equals(PKCSObjectIdentifiers.id_PBES2)) {
                PBES2Parameters parameters = PBES2Parameters.getInstance(scheme.getParameters());
                return Optional.of(pbes2(parameters, ciphertext.getOctets(), limits));
            }
            String name = ObjectIdentifiers.name(scheme.getAlgorithm().getId(), "the algorithm ");
            Matcher older = OLDER.matcher(name);
            if (!older.matches()) {
                throw unsupported("Encryption with " + name);
            }
            PBEParameter parameters = PBEParameter.getInstance(scheme.getParameters());
            return Optional.of(older(older, parameters, ciphertext.getOctets(), limits));
        });
    }

    private static EncryptedKey older(Matcher older, PBEParameter parameters, byte[] ciphertext, KdfLimits limits)
            throws MalformedException {
        byte[] salt = limits.checkSalt(parameters.getSalt());
        int iterations = limits.checkIterations(parameters.getIterationCount());
        String standard = older.group(1);
        String hash = older.group(2);
        ContentCipher cipher = cipher(older.group(3));
        byte[] derived = new byte[0];
        EncryptedKey.Decryption pbkdf1 = passphrase ->
                cipher.decrypt(BouncyCastle.pbkdf1(hash, passphrase, salt, iterations, cipher), derived, ciphertext);
        EncryptedKey.Decryption terminated = passphrase ->
                cipher.decrypt(BouncyCastle.pkcs12(passphrase, true, salt, iterations, cipher), derived, ciphertext);
        EncryptedKey.Decryption bare = passphrase ->
                cipher.decrypt(BouncyCastle.pkcs12(passphrase, false, salt, iterations, cipher), derived, ciphertext);
        return new EncryptedKey(
                older.group(),
                Optional.of(standard + " encryption with " + cipher.name() + " is obsolete"),
                standard.equals("PBES1") ? List.of(pbkdf1) : List.of(terminated, bare));
    }

    private static EncryptedKey pbes2(PBES2Parameters parameters, byte[] ciphertext, KdfLimits limits)
            throws MalformedException {
        EncryptionScheme encryption = parameters.getEncryptionScheme();
        ASN1Encodable cipherParameters = encryption.getParameters();
        String name = ObjectIdentifiers.name(encryption.getAlgorithm().getId(), "");
        byte[] iv;
        if (name.equals("RC2-CBC")) {
            RC2CBCParameter rc2 = RC2CBCParameter.getInstance(cipherParameters);
            iv = rc2.getIV();
            name = RC2_VERSIONS.getOrDefault(rc2.getRC2ParameterVersion(), "RC2 of an unusual effective key length");
        } else {
            iv = ASN1OctetString.getInstance(cipherParameters).getOctets();
        }
        ContentCipher cipher = cipher(name);
        if (iv.length != cipher.ivBytes()) {
            throw new MalformedException("an initialisation vector of the wrong length for " + cipher.name());
        }
        KeyDerivationFunc derivation = parameters.getKeyDerivationFunc();
        if (derivation.getAlgorithm().getId().equals(SCRYPT)) {
            return scrypt(ASN1Sequence.getInstance(derivation.getParameters()), cipher, iv, ciphertext, limits);
        }
        if (!derivation.getAlgorithm().equals(PKCSObjectIdentifiers.id_PBKDF2)) {
            throw unsupported("Key derivation with the algorithm " + derivation.getAlgorithm());
        }
        PBKDF2Params pbkdf2 = PBKDF2Params.getInstance(derivation.getParameters());
        byte[] salt = limits.checkSalt(pbkdf2.getSalt());
        int iterations = limits.checkIterations(pbkdf2.getIterationCount());
        checkKeyLength(pbkdf2.getKeyLength(), cipher);
        String function = ObjectIdentifiers.name(pbkdf2.getPrf().getAlgorithm().getId(), "");
        if (!function.startsWith(HMAC)) {
            throw unsupported("PBKDF2 with the function " + function);
        }
        return Pbes2.pbkdf2(function.substring(HMAC.length()), salt, iterations, cipher, iv, ciphertext);
    }

    private static EncryptedKey scrypt(
            ASN1Sequence parameters, ContentCipher cipher, byte[] iv, byte[] ciphertext, KdfLimits limits)
            throws MalformedException {
        byte[] salt = limits.checkSalt(
                ASN1OctetString.getInstance(parameters.getObjectAt(0)).getOctets());
        BigInteger cost = StrictDer.integer(parameters, 1);
        BigInteger blockSize = StrictDer.integer(parameters, 2);
        BigInteger parallelization = StrictDer.integer(parameters, 3);
        limits.checkScrypt(cost, blockSize, parallelization);
        if (parameters.size() > 4) {
            checkKeyLength(StrictDer.integer(parameters, 4), cipher);
        }
        int n = cost.intValueExact();
        int r = blockSize.intValueExact();
        int p = parallelization.intValueExact();
        return Pbes2.of(
                String.format(Locale.ROOT, "scrypt with N=%d, r=%d, p=%d", n, r, p),
                (long) n * r * p >= ENOUGH_SCRYPT,
                cipher,
                passphrase -> cipher.decrypt(
                        BouncyCastle.scrypt(passphrase, salt, n, r, p, cipher.keyBytes()), iv, ciphertext));
    }

    /** It is optional, and there is only one it can be. */
    private static void checkKeyLength(@Nullable BigInteger length, ContentCipher cipher) throws MalformedException {
        if (length != null && !length.equals(BigInteger.valueOf(cipher.keyBytes()))) {
            throw new MalformedException("a key length that is not that of " + cipher.name());
        }
    }

    private static ContentCipher cipher(String name) {
        return ContentCipher.named(name).orElseThrow(() -> unsupported("Encryption with " + name));
    }

    private static UnsupportedException unsupported(String what) {
        return new UnsupportedException(
                what + " is not supported; write the key anew with 'openssl pkcs8 -topk8 -v2 aes256'.");
    }
}
