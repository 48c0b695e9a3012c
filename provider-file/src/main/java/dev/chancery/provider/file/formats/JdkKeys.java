package dev.chancery.provider.file.formats;

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

/**
 * Private keys that the JDK alone reads and writes: PKCS#8 and PKCS#1, byte for byte as this library and OpenSSL write them. Everything else is left to
 * {@link KeyStructures}, which says what it is, so nothing depends on what else the JDK's parsers let pass.
 */
final class JdkKeys {
    /** PKCS#8 around the 32 bytes of a private key (RFC 8410, section 7). */
    private static final int ED25519_BYTES = 48;

    private JdkKeys() {}

    /** A private key and its public half; empty if the encoding is another, or what is encoded is no key that Chancery signs with. */
    static Optional<LoadedKey> readPrivate(byte[] der) {
        Optional<KeyPair> pkcs8 = read(der);
        if (pkcs8.isPresent()) {
            return pkcs8.map(pair -> LoadedKey.plain("PKCS#8", pair));
        }
        byte[] wrapped = wrap(der);
        Optional<KeyPair> pkcs1 = read(wrapped);
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

    private static Optional<KeyPair> read(byte[] pkcs8) {
        try {
            KeyPair pair = readPair(pkcs8);
            byte[] written = writePrivate(pair.getPrivate(), pair.getPublic());
            boolean same = Arrays.equals(written, pkcs8);
            Arrays.fill(written, (byte) 0);
            return same ? Optional.of(pair) : Optional.empty();
        } catch (GeneralSecurityException | MalformedException | UnsupportedException e) {
            return Optional.empty();
        }
    }

    private static KeyPair readPair(byte[] pkcs8) throws GeneralSecurityException, MalformedException {
        if (pkcs8.length == ED25519_BYTES) {
            return generateEd25519(pkcs8);
        }
        for (NamedCurve curve : NamedCurve.values()) {
            if (pkcs8.length == curve.pkcs8Bytes()) {
                return curve.read(pkcs8);
            }
        }
        PrivateKey key = KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        if (key instanceof RSAPrivateCrtKey rsa) {
            return RsaPair.of(RsaPair.numbers(rsa));
        }
        throw new MalformedException("an RSA key without its primes");
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
     * @param publicKey its public half, which an EC key's encoding holds too
     * @throws UnsupportedException if the key is none that Chancery signs with, or does not show its numbers
     */
    static byte[] writePrivate(PrivateKey key, PublicKey publicKey) {
        if (key instanceof ECPrivateKey ec && publicKey instanceof ECPublicKey ecPublic) {
            return NamedCurve.of(publicKey).write(ec, ecPublic);
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
