package dev.chancery.provider.pkcs11;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.ConfigurationException;
import dev.chancery.key.KeyMetadata;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** OpenSC's pkcs11-spy, which writes down what a module is asked. */
@Tag("one-jdk")
class SpyTest {
    private static final byte[] MESSAGE = {1, 2, 3};

    @TempDir
    private Path directory;

    @Test
    void a_process_that_the_spy_would_crash_is_told_what_to_start_with() {
        assertThatThrownBy(() -> Tokens.open(SoftHsm.uri(Programs.spy())))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("PKCS11_USE_240_ONLY=true");
    }

    @Test
    void a_process_that_asks_for_no_functions_of_cryptoki_3_signs_through_it() {
        Map<String, String> environment =
                new HashMap<>(SoftHsm.create(directory.resolve("softhsm")).environment());
        environment.put("PKCS11_USE_240_ONLY", "true");
        environment.put("PKCS11SPY", Programs.softHsm().toString());
        environment.put("PKCS11SPY_OUTPUT", directory.resolve("calls").toString());

        String output = Programs.run(
                environment,
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Signs.class.getName(),
                Programs.spy().toString());

        assertThat(output).contains("The signature is right: true");
        assertThat(directory.resolve("calls")).content().contains("C_Login", "C_Sign");
    }

    /** What the child process runs. */
    static final class Signs {
        private Signs() {}

        public static void main(String[] arguments) {
            try (KeyStore store = Tokens.open(SoftHsm.uri(Path.of(arguments[0])))) {
                KeyMetadata key = store.generate(KeyRequest.of(KeySpec.EC_P256, "invoices"));
                System.out.println("The signature is right: "
                        + Tokens.isRight(key, MESSAGE, store.signer(key.id()).sign(MESSAGE)));
            }
        }
    }
}
