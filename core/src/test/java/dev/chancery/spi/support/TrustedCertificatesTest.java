package dev.chancery.spi.support;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.chancery.error.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrustedCertificatesTest {
    @TempDir
    private Path directory;

    @Test
    void certificates_in_pem_are_trusted() throws Exception {
        Path store = directory.resolve("store.p12");
        Path pem = directory.resolve("ca.pem");
        keytool("-genkeypair", "-alias", "a", "-keyalg", "EC", "-dname", "CN=a", "-keystore", store.toString());
        keytool("-exportcert", "-rfc", "-alias", "a", "-keystore", store.toString(), "-file", pem.toString());

        assertThat(TrustedCertificates.context(pem).getProtocol()).isEqualTo("TLS");
        assertThat(TrustedCertificates.managers(pem).getTrustManagers())
                .singleElement(as(type(X509TrustManager.class)))
                .satisfies(trust -> assertThat(trust.getAcceptedIssuers()).hasSize(1));
    }

    private static void keytool(String... options) throws IOException, InterruptedException {
        ProcessBuilder keytool = new ProcessBuilder(options);
        keytool.command()
                .add(
                        0,
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString());
        keytool.command().addAll(java.util.List.of("-storepass", "changeit"));
        Process process = keytool.redirectErrorStream(true).start();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).isZero();
    }

    @Test
    void a_file_that_has_none_or_is_none_is_refused_by_name() throws IOException {
        Path empty = Files.createFile(directory.resolve("empty.pem"));
        Path garbage = Files.writeString(directory.resolve("garbage.pem"), "-----BEGIN CERTIFICATE-----\n????\n");

        for (Path file : new Path[] {empty, garbage, directory.resolve("missing.pem")}) {
            assertThatThrownBy(() -> TrustedCertificates.context(file))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining(file.toString());
        }
    }
}
