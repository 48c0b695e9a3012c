package dev.chancery.provider.file.formats;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.security.PublicKey;
import java.security.spec.ECPoint;
import java.util.Arrays;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.PBEParametersGenerator;
import org.bouncycastle.crypto.digests.MD5Digest;
import org.bouncycastle.crypto.digests.SHA1Digest;
import org.bouncycastle.crypto.digests.SHA3Digest;
import org.bouncycastle.crypto.digests.SHA512tDigest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.generators.OpenSSLPBEParametersGenerator;
import org.bouncycastle.crypto.generators.PKCS12ParametersGenerator;
import org.bouncycastle.crypto.generators.PKCS5S1ParametersGenerator;
import org.bouncycastle.crypto.generators.PKCS5S2ParametersGenerator;
import org.bouncycastle.crypto.generators.SCrypt;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;

/**
 * What the JDK cannot do. Nothing else here names a BouncyCastle class, so they are loaded (half a second) only for keys
 * that need them. Its plain classes are called, not its JCA provider, so the JVM's list of providers stays as it is.
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
    static byte[] pbkdf1(String hash, char[] passphrase, byte[] salt, int iterations, int keyBytes, int ivBytes) {
        return derive(
                new PKCS5S1ParametersGenerator(digest(hash)), utf8(passphrase), salt, iterations, keyBytes, ivBytes);
    }

    /** RFC 7292, appendix B, with SHA-1: the key, then the initialisation vector. */
    static byte[] pkcs12(char[] passphrase, byte[] salt, int iterations, int keyBytes, int ivBytes) {
        byte[] bytes = PBEParametersGenerator.PKCS12PasswordToBytes(passphrase);
        return derive(new PKCS12ParametersGenerator(new SHA1Digest()), bytes, salt, iterations, keyBytes, ivBytes);
    }

    /** OpenSSL's EVP_BytesToKey with MD5 and one iteration, which {@code DEK-Info} implies. */
    static byte[] bytesToKey(char[] passphrase, byte[] salt, int keyBytes) {
        return derive(new OpenSSLPBEParametersGenerator(), utf8(passphrase), salt, 1, keyBytes, 0);
    }

    /** The public key of an EC private key that came without it. */
    static PublicKey publicKey(NamedCurve curve, BigInteger scalar) {
        X9ECParameters parameters = CustomNamedCurves.getByOID(new ASN1ObjectIdentifier(curve.oid()));
        org.bouncycastle.math.ec.ECPoint point = new FixedPointCombMultiplier()
                .multiply(parameters.getG(), scalar)
                .normalize();
        return curve.publicKey(new ECPoint(
                point.getAffineXCoord().toBigInteger(), point.getAffineYCoord().toBigInteger()));
    }

    static byte[] ed25519PublicKey(byte[] seed) {
        return new Ed25519PrivateKeyParameters(seed).generatePublicKey().getEncoded();
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

    private static Digest digest(String hash) {
        return switch (hash) {
            case "MD5" -> new MD5Digest();
            case "SHA1" -> new SHA1Digest();
            case "SHA512/224" -> new SHA512tDigest(224);
            case "SHA512/256" -> new SHA512tDigest(256);
            case "SHA3-224" -> new SHA3Digest(224);
            case "SHA3-256" -> new SHA3Digest(256);
            case "SHA3-384" -> new SHA3Digest(384);
            case "SHA3-512" -> new SHA3Digest(512);
            default -> throw new IllegalArgumentException(hash);
        };
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
