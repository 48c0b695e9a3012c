package dev.chancery.provider.file.formats;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.UnsupportedException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keys that the JDK alone reads and writes: PKCS#8, PKCS#1 and SPKI, byte for byte as this library and OpenSSL write them. What is
 * encoded in any other way is left to {@link KeyStructures}, so nothing depends on what else the JDK's parsers let pass.
 */
final class JdkKeys {
    /** PKCS#8 around the 32 bytes of a private key (RFC 8410, section 7). */
    private static final int ED25519_BYTES = 48;

    private JdkKeys() {}

    /**
     * A private key and its public half; empty if the encoding is another.
     *
     * @throws UnsupportedException if no {@link KeySpec} describes the key
     * @throws MalformedException if its numbers make no key
     */
    static Optional<LoadedKey> readPrivate(byte[] der) throws MalformedException {
        Optional<KeyPair> pkcs8 = readPair(der);
        if (pkcs8.isPresent()) {
            return pkcs8.map(pair -> LoadedKey.plain("PKCS#8", pair));
        }
        byte[] wrapped = wrap(der);
        Optional<KeyPair> pkcs1 = readPair(wrapped);
        Arrays.fill(wrapped, (byte) 0);
        return pkcs1.map(pair -> LoadedKey.plain("PKCS#1", pair));
    }

    /** PKCS#8 around PKCS#1, whose length takes two bytes for each key that Chancery signs with. */
    private static byte[] wrap(byte[] pkcs1) {
        return ByteBuffer.allocate(pkcs1.length + 26)
                .putShort((short) 0x3082)
                .putShort((short) (pkcs1.length + 22))
                .put(HexFormat.of().parseHex("020100300d06092a864886f70d01010105000482"))
                .putShort((short) pkcs1.length)
                .put(pkcs1)
                .array();
    }

    private static Optional<KeyPair> readPair(byte[] pkcs8) throws MalformedException {
        for (NamedCurve curve : NamedCurve.values()) {
            if (curve.isWrittenIn(pkcs8)) {
                return Optional.of(curve.read(pkcs8));
            }
        }
        try {
            if (pkcs8.length == ED25519_BYTES) {
                return Optional.of(generateEd25519(pkcs8)).filter(pair -> isWrittenAs(pair.getPrivate(), pkcs8));
            }
            PrivateKey key = KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            return key instanceof RSAPrivateCrtKey rsa && isWrittenAs(rsa, pkcs8)
                    ? Optional.of(RsaPair.of(RsaPair.numbers(rsa)))
                    : Optional.empty();
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    private static boolean isWrittenAs(PrivateKey key, byte[] pkcs8) {
        byte[] written = writePrivate(key, null);
        boolean same = Arrays.equals(written, pkcs8);
        Arrays.fill(written, (byte) 0);
        return same;
    }

    /**
     * The JDK computes a public key only where it generates one, and its private key is what the random source gives: so
     * it is given the file's. A provider that takes its bytes otherwise makes another key, which the caller notices.
     */
    private static KeyPair generateEd25519(byte[] pkcs8) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
        generator.initialize(NamedParameterSpec.ED25519, new LastBytes(pkcs8));
        return generator.generateKeyPair();
    }

    private static final class LastBytes extends SecureRandom {
        private final transient byte[] source;

        LastBytes(byte[] source) {
            this.source = source;
        }

        @Override
        public void nextBytes(byte[] bytes) {
            int length = Math.min(source.length, bytes.length);
            System.arraycopy(source, source.length - length, bytes, 0, length);
        }
    }

    /**
     * PKCS#8.
     *
     * @param publicKey for an EC key, whose encoding holds both halves
     * @throws UnsupportedException if the key is none that Chancery signs with, or does not show its numbers
     */
    static byte[] writePrivate(PrivateKey key, @Nullable PublicKey publicKey) {
        if (key instanceof ECPrivateKey ec && publicKey instanceof ECPublicKey ecPublic) {
            return NamedCurve.of(ecPublic.getParams())
                    .orElseThrow(() -> unsupported("The elliptic curve of this key"))
                    .write(ec, ecPublic);
        }
        try {
            return key instanceof RSAPrivateCrtKey rsa
                    ? KeyFactory.getInstance("RSA")
                            .generatePrivate(RsaPair.numbers(rsa))
                            .getEncoded()
                    : KeyFactory.getInstance("Ed25519").translateKey(key).getEncoded();
        } catch (GeneralSecurityException e) {
            throw new UnsupportedException(
                    "A private key of " + key.getAlgorithm()
                            + " that does not show all of its numbers cannot be written.",
                    e);
        }
    }

    static UnsupportedException unsupported(String what) {
        return new UnsupportedException(what + " is not supported; RSA, P-256, P-384, P-521, Ed25519 and ML-DSA are.");
    }
}
