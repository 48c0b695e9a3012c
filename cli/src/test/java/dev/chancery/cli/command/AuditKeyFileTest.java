package dev.chancery.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.cli.output.Terminal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Help.Ansi;

class AuditKeyFileTest {
    private static final int COMMANDS = 8;

    @TempDir
    private Path directory;

    @Test
    void first_commands_that_come_at_once_share_the_key_that_one_of_them_makes() throws Exception {
        AuditKeyFile file = new AuditKeyFile(directory.resolve("audit-key.pem"), false);
        Callable<String> first = () -> file.signer(terminal()).verificationKey().toString();
        ExecutorService commands = Executors.newFixedThreadPool(COMMANDS);
        Set<String> keys = new HashSet<>();
        for (Future<String> key : commands.invokeAll(Collections.nCopies(COMMANDS, first))) {
            keys.add(key.get());
        }
        commands.shutdown();

        assertThat(keys).containsExactly(file.existing().verificationKey().toString());
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(List.of("audit-key.pem", "audit-key.pem.vkey"));
        }
    }

    @Test
    void xdg_config_home_and_then_home_say_where_the_users_own_key_is() {
        assertThat(AuditKeyFile.ofUser(Map.of("XDG_CONFIG_HOME", "/etc/alice", "HOME", "/home/alice"))
                        .path())
                .isEqualTo(Path.of("/etc/alice/chancery/audit-key.pem"));
        assertThat(AuditKeyFile.ofUser(Map.of("HOME", "/home/alice")).path())
                .isEqualTo(Path.of("/home/alice/.config/chancery/audit-key.pem"));
        Path ofDatabase = Path.of(System.getProperty("user.home"), ".config/chancery/audit-key.pem");
        assertThat(AuditKeyFile.ofUser(Map.of("XDG_CONFIG_HOME", "relative", "HOME", ""))
                        .path())
                .isEqualTo(ofDatabase);
    }

    private static Terminal terminal() {
        PrintStream nowhere = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        return new Terminal(new ByteArrayInputStream(new byte[0]), nowhere, nowhere, Ansi.OFF, false);
    }
}
