package dev.chancery.provider.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.algorithm.KeyAlgorithm;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.signature.Signature;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Core finds this provider on the class path and on the module path; each time in a process that has nothing else. */
class DiscoveryTest {
    private static final List<String> RUNTIME = List.of("slf4j-api", "jspecify", "jackson-core", "bcprov");

    @TempDir
    private Path temp;

    /** Opens a store, signs, and says who did it. */
    static final class Application {
        public static void main(String[] arguments) {
            System.out.println(KeyStores.schemes());
            System.out.println("core in " + KeyStores.class.getModule());
            System.out.println(KeyStores.jcaProviders(Optional.empty()).get(KeyAlgorithm.EC));
            try (KeyStore store = KeyStores.open(arguments[0])) {
                var key = store.generate(KeyRequest.of(KeySpec.EC_P256, "a"));
                Signature signature = store.signer(key.id()).sign(new byte[] {1});
                System.out.println(store.verifier(key.id())
                        .verify(new byte[] {1}, signature.value())
                        .status());
            }
        }
    }

    @Test
    void on_the_class_path() throws IOException {
        String output =
                run("-cp", paths(DiscoveryTest::isRuntime) + File.pathSeparator + paths(DiscoveryTest::isTests));
        assertThat(output)
                .contains("file=dev.chancery.provider.file.FileKeyStoreProvider")
                .contains("core in unnamed module")
                .contains("bouncycastle/BC")
                .contains("VALID");
    }

    @Test
    void on_the_module_path() throws IOException {
        // The application moves house: a class of its package would be hidden behind the module's.
        String output = run(
                "-p",
                paths(DiscoveryTest::isRuntime),
                "--add-modules",
                "dev.chancery.provider.file",
                "--patch-module",
                "dev.chancery.provider.file=" + paths(DiscoveryTest::isTests),
                "--add-reads",
                "dev.chancery.provider.file=ALL-UNNAMED",
                "-m",
                "dev.chancery.provider.file/" + Application.class.getName());
        assertThat(output)
                .contains("file=dev.chancery.provider.file.FileKeyStoreProvider")
                .contains("core in module dev.chancery.core")
                .contains("bouncycastle/BC")
                .contains("VALID");
    }

    private String run(String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(ChildJvm.java()));
        command.addAll(List.of(options));
        if (!command.contains("-m")) {
            command.add(Application.class.getName());
        }
        command.add(Files.createDirectory(temp.resolve("keys")).toString());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(ChildJvm.exit(process)).as(output).isZero();
        return output;
    }

    private static String paths(Predicate<Path> wanted) {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(path -> wanted.test(Path.of(path)))
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** What a user of chancery-provider-file gets, and no more. */
    private static boolean isRuntime(Path path) {
        String name = path.getFileName().toString();
        boolean ours = Files.exists(path.resolve("dev/chancery/KeyStores.class"))
                || Files.exists(path.resolve("dev/chancery/provider/file/FileKeyStoreProvider.class"))
                || name.startsWith("chancery-core");
        return ours || RUNTIME.stream().anyMatch(name::startsWith);
    }

    private static boolean isTests(Path path) {
        return Files.exists(path.resolve("dev/chancery/provider/file/DiscoveryTest.class"));
    }
}
