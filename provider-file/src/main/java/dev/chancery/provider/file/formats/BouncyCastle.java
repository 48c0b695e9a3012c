package dev.chancery.provider.file.formats;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.util.Arrays;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.PBEParametersGenerator;
import org.bouncycastle.crypto.digests.SHA1Digest;
import org.bouncycastle.crypto.generators.OpenSSLPBEParametersGenerator;
import org.bouncycastle.crypto.generators.PKCS12ParametersGenerator;
import org.bouncycastle.crypto.generators.PKCS5S1ParametersGenerator;
import org.bouncycastle.crypto.generators.PKCS5S2ParametersGenerator;
import org.bouncycastle.crypto.generators.SCrypt;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;
import org.bouncycastle.jcajce.provider.util.DigestFactory;

/**
 * Derivations and ciphers that the JDK has not. BouncyCastle's plain classes are called where there are some; its {@linkplain BouncyCastleJca JCA
 * provider} takes longer to load.
 */
final class BouncyCastle {
    private BouncyCastle() {}

    /** RFC 7914. */
    static byte[] scrypt(char[] passphrase, byte[] salt, int cost, int blockSize, int parallelization, int length) {
        byte[] bytes = utf8(passphrase);
        try {
            return SCrypt.generate(bytes, salt, cost, blockSize, parallelization, length);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /** PBKDF2 of RFC 8018 with a hash that the JDK's has not. */
    static byte[] pbkdf2(String hash, char[] passphrase, byte[] salt, int iterations, int length) {
        return derive(new PKCS5S2ParametersGenerator(digest(hash)), utf8(passphrase), salt, iterations, length, 0);
    }

    /** PBKDF1 of RFC 8018: the key, then the initialisation vector. */
    static byte[] pbkdf1(String hash, char[] passphrase, byte[] salt, int iterations, ContentCipher cipher) {
        PBEParametersGenerator generator = new PKCS5S1ParametersGenerator(digest(hash));
        return derive(generator, utf8(passphrase), salt, iterations, cipher.keyBytes(), cipher.ivBytes());
    }

    /**
     * RFC 7292, appendix B, with SHA-1: the key, then the initialisation vector.
     *
     * @param terminated whether two zero bytes end the passphrase (B.1); some tools leave them out of an empty one
     */
    static byte[] pkcs12(char[] passphrase, boolean terminated, byte[] salt, int iterations, ContentCipher cipher) {
        PBEParametersGenerator generator = new PKCS12ParametersGenerator(new SHA1Digest());
        byte[] bytes = passphrase.length == 0
                ? new byte[terminated ? 2 : 0]
                : PBEParametersGenerator.PKCS12PasswordToBytes(passphrase);
        return derive(generator, bytes, salt, iterations, cipher.keyBytes(), cipher.ivBytes());
    }

    /** OpenSSL's EVP_BytesToKey with MD5 and one iteration, which {@code DEK-Info} implies. */
    static byte[] bytesToKey(char[] passphrase, byte[] salt, int keyBytes) {
        return derive(new OpenSSLPBEParametersGenerator(), utf8(passphrase), salt, 1, keyBytes, 0);
    }

    private static byte[] derive(
            PBEParametersGenerator generator, byte[] password, byte[] salt, int iterations, int keyBytes, int ivBytes) {
        try {
            generator.init(password, salt, iterations);
            if (ivBytes == 0) {
                return ((KeyParameter) generator.generateDerivedParameters(8 * keyBytes)).getKey();
            }
            ParametersWithIV derived =
                    (ParametersWithIV) generator.generateDerivedParameters(8 * keyBytes, 8 * ivBytes);
            byte[] keyAndIv = Arrays.copyOf(((KeyParameter) derived.getParameters()).getKey(), keyBytes + ivBytes);
            System.arraycopy(derived.getIV(), 0, keyAndIv, keyBytes, ivBytes);
            return keyAndIv;
        } finally {
            Arrays.fill(password, (byte) 0);
        }
    }

    /** BouncyCastle writes SHA512/256 with parentheses. */
    private static Digest digest(String hash) {
        return DigestFactory.getDigest(hash.replaceFirst("/(\\d+)", "($1)"));
    }

    private static byte[] utf8(char[] passphrase) {
        byte[] room = new byte[3 * passphrase.length];
        ByteBuffer encoded = ByteBuffer.wrap(room);
        // As the JDK's PBKDF2 does it: a broken surrogate becomes a question mark.
        UTF_8.newEncoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .encode(CharBuffer.wrap(passphrase), encoded, true);
        byte[] bytes = Arrays.copyOf(room, encoded.position());
        Arrays.fill(room, (byte) 0);
        return bytes;
    }
}
