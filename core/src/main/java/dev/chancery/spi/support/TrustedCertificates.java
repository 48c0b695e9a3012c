package dev.chancery.spi.support;

import dev.chancery.error.ConfigurationException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Certificates in a file that alone are trusted: a company's own authority, or that of a server that stands in for a cloud. */
public final class TrustedCertificates {
    private TrustedCertificates() {}

    /**
     * Reads certificates, for clients with the JDK's TLS.
     *
     * @param file PEM, one certificate at least
     * @return what trusts them and no others; host names are checked by who connects
     * @throws ConfigurationException if the file cannot be read, or has no certificate
     */
    public static SSLContext context(Path file) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers(file).getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The JDK has no TLS.", e);
        }
    }

    /**
     * Reads certificates, for clients with a TLS of their own.
     *
     * @param file PEM, one certificate at least
     * @return what trusts them and no others; host names are checked by who connects
     * @throws ConfigurationException if the file cannot be read, or has no certificate
     */
    public static TrustManagerFactory managers(Path file) {
        try (InputStream pem = Files.newInputStream(file)) {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            int number = 0;
            for (X509Certificate certificate : PemCertificates.read(pem)) {
                trusted.setCertificateEntry("trusted-" + number++, certificate);
            }
            if (number == 0) {
                throw new ConfigurationException("The file " + file
                        + " has no certificate in it, and so nothing to trust. Put one there, in PEM.");
            }
            TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(trusted);
            return managers;
        } catch (IOException | GeneralSecurityException e) {
            throw new ConfigurationException(
                    "The trusted certificates in " + file
                            + " cannot be used: the file must be readable, and have certificates in PEM.",
                    e);
        }
    }
}
