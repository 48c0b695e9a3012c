package dev.chancery.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/audit.md says that a shell can check, a shell checks: nothing of ours takes part. */
@Tag("one-jdk")
class AuditPageTest {
    private static final Pattern SCRIPT = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);

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
