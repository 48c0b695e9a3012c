package dev.chancery.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each piece of code in docs/get-started.md is one of the examples beside it, which the build compiles and runs. */
class GetStartedTest {
    private static final Page PAGE = new Page(Path.of("../docs/get-started.md"));
    private static final Path PROJECT = Path.of("get-started");

    /** What the program needs, of all that the tests here have. */
    private static final Pattern NEEDED =
            Pattern.compile("(core|audit|provider-file)/target/|(jackson-core|bcprov|slf4j|jspecify)[^/]*\\.jar");

    @TempDir
    Path directory;

    @Test
    void each_piece_of_the_page_stands_in_an_example() throws IOException {
        PAGE.assertStandsIn(List.of(PROJECT, Path.of("spring-boot")), 18, piece -> true);
    }

    @Test
    void the_program_runs_as_a_module_and_prints_what_the_page_says() throws Exception {
        String modules = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> NEEDED.matcher(entry).find())
                .collect(Collectors.joining(File.pathSeparator));
        Path classes = directory.resolve("classes");
        assertThat(ToolProvider.findFirst("javac")
                        .orElseThrow()
                        .run(
                                System.out,
                                System.err,
                                "-d",
                                classes.toString(),
                                "-p",
                                modules,
                                PROJECT.resolve("src/main/java/module-info.java")
                                        .toString(),
                                PROJECT.resolve("src/main/java/com/example/contracts/GetStarted.java")
                                        .toString()))
                .isZero();

        Process program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-p",
                        classes + File.pathSeparator + modules,
                        "-m",
                        "com.example.contracts/com.example.contracts.GetStarted",
                        directory.toString(),
                        PROJECT.resolve("policy.properties").toString())
                .redirectError(directory.resolve("stderr").toFile())
                .start();
        String printed = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(program.waitFor())
                .as(Files.readString(directory.resolve("stderr")))
                .isZero();
        assertThat(printed).isEqualTo(PAGE.pieces("text").collect(Collectors.joining()));
    }
}
