package dev.chancery.spi.support;

import dev.chancery.error.IntegrityException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A statement about a key by a Marvell (once Cavium) LiquidSecurity HSM, which Google's Cloud HSM and Azure's Managed HSM consist of: attributes of the key, and
 * after them the signature of the HSM's partition, RSA with SHA-256 and PKCS#1. The format is
 * <a href="https://www.marvell.com/products/security-solutions/nitrox-hs-adapters/software-key-attestation.html">Marvell's</a>. Immutable.
 */
public final class LiquidSecurityStatement {
    private static final int LARGEST = 1 << 20;
    private static final int GZIP = 0x1f8b;
    private static final int MODULUS = 0x0120;
    private static final int SHA256_OF_PUBLIC_KEY = 0x1003;

    private final String key;
    private final byte[] statement;

    /**
     * Reads a statement.
     *
     * @param key the id of the key that it is said to be about, for messages
     * @param statement the statement, compressed with gzip or not
     * @throws IntegrityException if it cannot be decompressed, or is larger than 1 MiB
     */
    public LiquidSecurityStatement(String key, byte[] statement) {
        this.key = key;
        boolean compressed = statement.length > 2 && ByteBuffer.wrap(statement).getShort() == (short) GZIP;
        this.statement = compressed ? decompress(statement) : statement;
    }

    private byte[] decompress(byte[] compressed) {
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(compressed))) {
            byte[] whole = in.readNBytes(LARGEST + 1);
            if (whole.length <= LARGEST) {
                return whole;
            }
        } catch (IOException e) {
            throw wrong("it cannot be decompressed", e);
        }
        throw wrong("it is larger than any that makes sense", null);
    }

    /**
     * Checks the statement.
     *
     * @param chains the certificates that came with it
     * @param publicKey the key's public half
     * @return the first certificates of those chains that begin with the HSM's partition; empty only if there are no chains
     * @throws IntegrityException if none of them signed the statement, or it is about another key
     */
    public Set<X509Certificate> requireSound(List<List<X509Certificate>> chains, PublicKey publicKey) {
        Set<X509Certificate> signers = chains.stream()
                .filter(chain -> !chain.isEmpty())
                .map(chain -> chain.get(0))
                .filter(this::isSignedBy)
                .collect(Collectors.toUnmodifiableSet());
        if (signers.isEmpty() && !chains.isEmpty()) {
            throw wrong("none of the certificates that came with it has signed it", null);
        }
        if (!signers.isEmpty() && !isAbout(publicKey)) {
            throw wrong("it is about another key", null);
        }
        return signers;
    }

    private IntegrityException wrong(String why, @Nullable Throwable cause) {
        return new IntegrityException(
                "The attestation of key " + key + " proves nothing: " + why + ". Find out who answers there.", cause);
    }

    private boolean isSignedBy(X509Certificate certificate) {
        if (!(certificate.getPublicKey() instanceof RSAPublicKey partition)) {
            return false;
        }
        int signed = statement.length - (partition.getModulus().bitLength() + Byte.SIZE - 1) / Byte.SIZE;
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initVerify(partition);
            signature.update(statement, 0, Math.max(0, signed));
            return signed > 0 && signature.verify(statement, signed, statement.length - signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** One of the attributes is the public half, or its hash. Google and Microsoft choose the others, so that none of them is forged as an attribute. */
    private boolean isAbout(PublicKey publicKey) {
        return contains(attribute(SHA256_OF_PUBLIC_KEY, Sha256.digest().digest(publicKey.getEncoded())))
                || contains(attribute(MODULUS, modulus(publicKey)));
    }

    /** An attribute as it stands there: its number, its length, its value. */
    private static byte[] attribute(int number, byte[] value) {
        return ByteBuffer.allocate(2 * Integer.BYTES + value.length)
                .putInt(number)
                .putInt(value.length)
                .put(value)
                .array();
    }

    private boolean contains(byte[] attribute) {
        HexFormat hex = HexFormat.ofDelimiter(" ");
        return (hex.formatHex(statement) + " ").contains(hex.formatHex(attribute) + " ");
    }

    /** For a key on a curve, that attribute has the point, uncompressed, which the public half ends with. */
    private static byte[] modulus(PublicKey publicKey) {
        if (publicKey instanceof ECPublicKey ec) {
            int field = (ec.getParams().getCurve().getField().getFieldSize() + Byte.SIZE - 1) / Byte.SIZE;
            byte[] encoded = ec.getEncoded();
            return Arrays.copyOfRange(encoded, encoded.length - 2 * field - 1, encoded.length);
        }
        byte[] number =
                publicKey instanceof RSAPublicKey rsa ? rsa.getModulus().toByteArray() : BigInteger.ZERO.toByteArray();
        return number[0] == 0 && number.length > 1 ? Arrays.copyOfRange(number, 1, number.length) : number;
    }
}
