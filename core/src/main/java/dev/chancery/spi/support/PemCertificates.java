package dev.chancery.spi.support;

import dev.chancery.error.IntegrityException;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;

/** X.509 certificates as text (RFC 7468). */
public final class PemCertificates {
    private PemCertificates() {}

    /**
     * Reads certificates.
     *
     * @param pem any number of them, one behind the other
     * @return the certificates, in order
     * @throws CertificateException if what is there is no certificate
     */
    public static List<X509Certificate> read(InputStream pem) throws CertificateException {
        return CertificateFactory.getInstance("X.509").generateCertificates(pem).stream()
                .map(X509Certificate.class::cast)
                .toList();
    }

    /**
     * Reads certificates that a place has answered with.
     *
     * @param pem any number of them, one behind the other
     * @param what what they came with, the beginning of a sentence: "The attestation of key … in …"
     * @return the certificates, in order
     * @throws IntegrityException if what is there is no certificate
     */
    public static List<X509Certificate> requireIn(String pem, String what) {
        try {
            return read(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
        } catch (CertificateException e) {
            throw new IntegrityException(
                    what + " has a certificate that cannot be read. Find out who answers there.", e);
        }
    }
}
