package dev.chancery.examples.pkcs12;

import dev.chancery.key.KeyId;
import java.io.ByteArrayInputStream;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;

/**
 * An envelope for a public half, since {@link java.security.KeyStore} takes a private key with a certificate only, and the JDK has no public
 * API that makes one. It is unsigned (RFC 9925), so that nobody takes it for somebody's word.
 */
final class BareCertificate {
    /** DER in hexadecimal digits: serial number 1. */
    private static final String SERIAL = "020101";
    /** id-alg-unsigned, 1.3.6.1.5.5.7.6.36. */
    private static final String UNSIGNED = "300a06082b06010505070624";
    /** From 1970 to the end of the year 9999, which is RFC 5280's "no end". */
    private static final String VALIDITY = "3020170d3730303130313030303030305a180f39393939313233313233353935395a";
    /** A bit string without bits. */
    private static final String NO_SIGNATURE = "030100";

    private BareCertificate() {}

    /** Each has a subject of its own: of several entries that share one, JDK 17 leaves the last without certificate when the others go. */
    static X509Certificate of(KeyId id, PublicKey key) throws CertificateException {
        HexFormat hex = HexFormat.of();
        String name = hex.formatHex(new X500Principal("CN=" + id).getEncoded());
        String body = sequence(SERIAL + UNSIGNED + name + VALIDITY + name + hex.formatHex(key.getEncoded()));
        byte[] certificate = hex.parseHex(sequence(body + UNSIGNED + NO_SIGNATURE));
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(certificate));
    }

    /** What a certificate of these shows: its key was made, or taken in, by this provider. */
    static Optional<String> evidence(X509Certificate certificate) {
        return Optional.of("its certificate is one that only Chancery makes")
                .filter(clause -> certificate.getSigAlgOID().equals("1.3.6.1.5.5.7.6.36"));
    }

    /** No key is so short that the length of this takes one byte only. */
    private static String sequence(String content) {
        int length = content.length() / 2;
        return (length < 256 ? "3081%02x" : "3082%04x").formatted(length) + content;
    }
}
