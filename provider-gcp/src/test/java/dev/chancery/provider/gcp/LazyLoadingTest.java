package dev.chancery.provider.gcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.KeyStores;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** An application that has the provider on the class path and opens another store pays nothing for the SDK. */
class LazyLoadingTest {

    /** What the child process runs: finds all providers, as opening any store does. */
    static final class FindsProviders {
        private FindsProviders() {}

        public static void main(String[] args) {
            System.out.println(KeyStores.schemes());
        }
    }

    @Test
    void finding_the_provider_loads_nothing_of_the_sdk() throws IOException {
        Process java = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xlog:class+load",
                        "-cp",
                        System.getProperty("java.class.path"),
                        FindsProviders.class.getName())
                .redirectErrorStream(true)
                .start();
        String loaded = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(loaded).contains("gcpkms", GcpKeyStoreProvider.class.getName());
        assertThat(loaded).doesNotContain("com.google.", "io.grpc.", "io.opencensus.", "io.perfmark.");
    }
}
