package dev.chancery.testkit.witness;

import java.io.ByteArrayOutputStream;
import java.security.PublicKey;

/** Makes what a certificate request signs: the CertificationRequestInfo of RFC 2986 4.1, for a nameless subject. */
public final class CertificateRequests {
    private static final byte[] VERSION_1 = {0x02, 0x01, 0x00};
    private static final byte[] EMPTY_NAME = {0x30, 0x00};
    private static final byte[] NO_ATTRIBUTES = {(byte) 0xa0, 0x00};

    private CertificateRequests() {}

    /**
     * A CertificationRequestInfo (RFC 2986, 4.1) without a name.
     *
     * @param key the public key that it asks a certificate for
     * @return DER
     */
    public static byte[] infoFor(PublicKey key) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        content.writeBytes(VERSION_1);
        content.writeBytes(EMPTY_NAME);
        content.writeBytes(key.getEncoded());
        content.writeBytes(NO_ATTRIBUTES);
        ByteArrayOutputStream sequence = new ByteArrayOutputStream();
        sequence.write(0x30);
        sequence.write(0x82);
        sequence.write(content.size() >> 8);
        sequence.write(content.size());
        sequence.writeBytes(content.toByteArray());
        return sequence.toByteArray();
    }
}
