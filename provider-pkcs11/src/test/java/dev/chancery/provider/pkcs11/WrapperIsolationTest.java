package dev.chancery.provider.pkcs11;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A program that opens a directory must not pay for tokens: the provider loads no native code before it is asked to. */
class WrapperIsolationTest {

    /** What the test starts: what core does when it looks for providers. */
    static final class Discover {
        private Discover() {}

        public static void main(String[] arguments) {
            System.out.println("scheme " + new Pkcs11KeyStoreProvider().scheme());
        }
    }

    @Test
    void discoveryLoadsOneClass() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-verbose:class",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Discover.class.getName()))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();

        assertThat(output).contains("scheme pkcs11").doesNotContain("org.xipki", "iaik.pkcs", "com.kenai");
        assertThat(output.lines().filter(line -> line.contains(" dev.chancery.provider.pkcs11.")))
                .extracting(line -> line.replaceAll(".* (dev\\.chancery\\.\\S+) source.*", "$1"))
                .containsExactlyInAnyOrder(Discover.class.getName(), Pkcs11KeyStoreProvider.class.getName());
    }
}
