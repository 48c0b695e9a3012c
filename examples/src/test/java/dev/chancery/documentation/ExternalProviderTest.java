package dev.chancery.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The provider of examples/provider, outside of this tree but for where it lies, is compiled as a module against what was built and passes the contract as
 * Maven runs it: the test patched into the module, all else modules too. (On the class path alone, the contract runs in every module here;
 * {@code build/installable} has Maven do both.)
 */
class ExternalProviderTest {
    private static final Path PROJECT = Path.of("provider").toAbsolutePath();
    private static final Path PAGE = Path.of("../docs/writing-a-provider.md");

    /** The modules that the provider, the contract and JUnit consist of. */
    private static final Pattern MODULES = Pattern.compile(
            "(core|testkit)/target/|(slf4j-api|jspecify|junit|opentest4j|apiguardian|assertj|byte-buddy)[^/]*\\.jar");

    @TempDir
    Path directory;

    @Test
    void a_module_of_its_own_passes_the_contract() throws Exception {
        List<String> all = List.of(System.getProperty("java.class.path").split(File.pathSeparator));
        String modules = all.stream()
                .filter(entry -> MODULES.matcher(entry).find() && !entry.contains("jackson"))
                .collect(Collectors.joining(File.pathSeparator));
        String others =
                all.stream().filter(entry -> !modules.contains(entry)).collect(Collectors.joining(File.pathSeparator));
        Path main = directory.resolve("classes");
        Path test = directory.resolve("test-classes");
        compile(main, PROJECT.resolve("src/main/java"), "-p", modules);
        compile(
                test,
                PROJECT.resolve("src/test/java"),
                "-cp",
                main + File.pathSeparator + String.join(File.pathSeparator, all));

        Path errors = directory.resolve("stderr");
        Process run = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-p",
                        main + File.pathSeparator + modules,
                        "--add-modules=com.example.session,dev.chancery.testkit,org.junit.jupiter.engine,org.junit.platform.launcher",
                        "--patch-module=com.example.session=" + test,
                        "--add-reads=com.example.session=dev.chancery.testkit",
                        "--add-opens=com.example.session/com.example.session=ALL-UNNAMED,org.junit.platform.commons",
                        "-cp",
                        others,
                        ContractMain.class.getName(),
                        "com.example.session.SessionContractTest")
                .redirectError(errors.toFile())
                .start();
        String printed = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(run.waitFor()).as(Files.readString(errors)).isZero();
        assertThat(printed)
                .as(Files.readString(errors))
                .matches("module com\\.example\\.session: (\\d{2,}) of \\1\\s+");
    }

    private static void compile(Path target, Path sources, String... options) throws IOException {
        List<String> arguments =
                new ArrayList<>(List.of("-Xlint:all", "-Werror", "-proc:none", "-d", target.toString()));
        arguments.addAll(Arrays.asList(options));
        try (Stream<Path> files = Files.walk(sources)) {
            files.map(Path::toString).filter(file -> file.endsWith(".java")).forEach(arguments::add);
        }
        assertThat(ToolProvider.findFirst("javac")
                        .orElseThrow()
                        .run(System.out, System.err, arguments.toArray(String[]::new)))
                .isZero();
    }

    @Test
    void the_pieces_of_the_page_are_the_projects() throws IOException {
        new Page(PAGE).assertStandsIn(List.of(PROJECT), 4, piece -> !piece.contains("class OneKeyProvider"));
    }
}
