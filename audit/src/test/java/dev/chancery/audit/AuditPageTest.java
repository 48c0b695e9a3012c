package dev.chancery.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/audit.md says that a shell can check, a shell checks: nothing of ours takes part. */
@Tag("one-jdk")
class AuditPageTest {
    private static final Pattern SCRIPT = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);

    private static final Pattern TEST = Pattern.compile("`([A-Z]\\w+Test)\\.([a-z]\\w+)`");

    @TempDir
    private Path log;

    @Test
    void a_shell_checks_the_chain_the_checkpoint_and_the_tree_head() throws Exception {
        try (AuditLog open = Logs.open(log)) {
            for (int i = 0; i < 5; i++) {
                open.append(Logs.record("record-" + i));
            }
        }
        Files.writeString(log.resolve("audit-key.pem.vkey"), Logs.SIGNER.verificationKey() + "\n");

        assertThat(run())
                .contains("Signature Verified Successfully")
                .contains("the checkpoint fits 6 lines")
                .doesNotContain("broken");

        Path segment = log.resolve("chains/1/000001.jsonl");
        Files.writeString(segment, Files.readString(segment).replace("record-2", "RECORD-2"));
        assertThat(run()).contains("broken at seq 5").doesNotContain("the checkpoint fits");
    }

    @Test
    void each_line_of_who_can_do_what_names_a_test_that_shows_it() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "audit.md"));
        String section = page.substring(page.indexOf("## Who can do what"), page.indexOf("## The same with a shell"));
        List<String> lines =
                section.lines().filter(line -> line.startsWith("| ")).skip(2).toList();
        assertThat(lines).hasSizeGreaterThan(15);
        for (String line : lines) {
            List<String> tests = TEST.matcher(line)
                    .results()
                    .map(test -> test.group(1) + " " + test.group(2))
                    .toList();
            assertThat(tests)
                    .as(line)
                    .isNotEmpty()
                    .allSatisfy(test -> assertThat(source(test.split(" ")[0]))
                            .as(test)
                            .contains("void " + test.split(" ")[1] + "("));
        }
    }

    private static String source(String test) throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src", "test", "java"))) {
            return Files.readString(files.filter(file -> file.endsWith(test + ".java"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("There is no " + test + ".")));
        }
    }

    private String run() throws IOException, InterruptedException {
        String page = Files.readString(Path.of("..", "docs", "audit.md"));
        String script =
                SCRIPT.matcher(page).results().map(block -> block.group(1)).collect(Collectors.joining());
        Process shell = new ProcessBuilder("bash", "-c", script)
                .directory(log.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        shell.waitFor();
        return output;
    }
}
