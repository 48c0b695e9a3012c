package dev.chancery.testkit.witness;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.util.HexFormat;
import java.util.List;
import javax.security.auth.x500.X500Principal;

/**
 * States things about keys as a LiquidSecurity HSM does: a root that its maker has, a card that the root vouches for, a partition of the card that signs.
 * It protects nothing. Immutable and thread-safe.
 */
public final class FakeHsm {
    private static final byte[] SHA256_WITH_RSA = HexFormat.of().parseHex("300d06092a864886f70d01010b0500");
    private static final byte[] FROM_2020_TO_2049 = concat(
            tag(0x17, "200101000000Z".getBytes(StandardCharsets.US_ASCII)),
            tag(0x17, "491231235959Z".getBytes(StandardCharsets.US_ASCII)));
    private static final int SEQUENCE = 0x30;

    private final KeyPair partition;
    private final X509Certificate root;
    private final List<X509Certificate> chain;

    /** Makes one of its own. */
    public FakeHsm() {
        KeyPair maker = rsa();
        KeyPair card = rsa();
        partition = rsa();
        root = certificate("CN=maker", "CN=maker", maker.getPublic(), maker.getPrivate());
        chain = List.of(
                certificate("CN=card", "CN=partition", partition.getPublic(), card.getPrivate()),
                certificate("CN=maker", "CN=card", card.getPublic(), maker.getPrivate()));
    }

    /**
     * The maker's certificate.
     *
     * @return self-signed
     */
    public X509Certificate root() {
        return root;
    }

    /**
     * The certificates that come with a statement.
     *
     * @return the partition's, and the card's, which the root has issued
     */
    public List<X509Certificate> chain() {
        return chain;
    }

    /**
     * States that a key is kept here.
     *
     * @param key its public half, of an RSA or EC key
     * @return the statement, not compressed
     */
    public byte[] attest(PublicKey key) {
        byte[] spki = key.getEncoded();
        byte[] value = key instanceof RSAPublicKey rsa
                ? rsa.getModulus().toByteArray()
                : java.util.Arrays.copyOfRange(spki, spki.length - (spki.length > 100 ? 97 : 65), spki.length);
        byte[] number = value[0] == 0 ? java.util.Arrays.copyOfRange(value, 1, value.length) : value;
        byte[] attributes = concat(attribute(0, new byte[] {2}), attribute(0x120, number));
        ByteBuffer header = ByteBuffer.allocate(36)
                .putInt(0)
                .putInt(3)
                .putInt(36 + attributes.length + 256)
                .putInt(20 + attributes.length)
                .putShort((short) 1)
                .putShort((short) 0)
                .putShort((short) 8)
                .putShort((short) 0)
                .putInt(7)
                .putInt(2)
                .putInt(attributes.length);
        byte[] whole = concat(header.array(), attributes);
        return concat(whole, sign(partition.getPrivate(), whole));
    }

    private static byte[] attribute(int number, byte[] value) {
        return concat(ByteBuffer.allocate(8).putInt(number).putInt(value.length).array(), value);
    }

    private static KeyPair rsa() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] sign(PrivateKey key, byte[] content) {
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(key);
            signature.update(content);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Version 1, as makers of hardware write them. */
    private static X509Certificate certificate(String issuer, String subject, PublicKey key, PrivateKey issuersKey) {
        byte[] content = tag(
                SEQUENCE,
                tag(0x02, BigInteger.valueOf(subject.hashCode()).abs().toByteArray()),
                SHA256_WITH_RSA,
                new X500Principal(issuer).getEncoded(),
                tag(SEQUENCE, FROM_2020_TO_2049),
                new X500Principal(subject).getEncoded(),
                key.getEncoded());
        byte[] der = tag(SEQUENCE, content, SHA256_WITH_RSA, tag(0x03, concat(new byte[1], sign(issuersKey, content))));
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] tag(int tag, byte[]... parts) {
        byte[] content = concat(parts);
        byte[] length = content.length < 0x80
                ? new byte[] {(byte) content.length}
                : new byte[] {(byte) 0x82, (byte) (content.length >> 8), (byte) content.length};
        return concat(new byte[] {(byte) tag}, length, content);
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            whole.writeBytes(part);
        }
        return whole.toByteArray();
    }
}
