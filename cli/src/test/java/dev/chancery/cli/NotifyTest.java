package dev.chancery.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.chancery.cli.output.ExitStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Notifications of what the command does. */
@Timeout(60)
class NotifyTest {
    private final List<String> bodies = Collections.synchronizedList(new ArrayList<>());
    private volatile int answer = 200;
    private HttpServer server;
    private Shell shell;
    private Path envFile;

    @TempDir
    private Path directory;

    @BeforeEach
    void configure() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            bodies.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
            exchange.sendResponseHeaders(answer, -1);
            exchange.close();
        });
        server.start();
        shell = new Shell(directory);
        String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/T0000-geheim";
        Path file = shell.writeSecret("webhook", url);
        envFile = shell.write("env", "CHANCERY_WEBHOOK_FILE=" + file + "\nCHANCERY_WEBHOOK_PRIVATE=true\n");
    }

    @AfterEach
    void stopServer() {
        server.stop(0);
    }

    @Test
    void a_test_says_whether_the_webhook_takes_messages() {
        assertThat(shell.chancery("notify", "test", "--env-file", envFile)
                        .expect(ExitStatus.DONE)
                        .line())
                .isEqualTo("The webhook took the message.");
        assertThat(bodies).singleElement().asString().contains("TEST", "nothing happened");

        answer = 404;
        Shell.Outcome refused =
                shell.chancery("notify", "test", "--env-file", envFile).expect(ExitStatus.FAILED);
        assertThat(refused.errors()).contains("did not take the message").doesNotContain("geheim");

        shell.chancery("notify", "test").expectError(ExitStatus.USAGE, "No webhook", "CHANCERY_WEBHOOK_FILE");
        shell.chancery("notify").expectError(ExitStatus.USAGE, "`notify test`");
    }

    @Test
    void what_a_command_does_is_told_before_it_ends() {
        shell.chancery("generate", "ecdsa", "told", "--env-file", envFile).expect(ExitStatus.DONE);
        shell.chancery("list", "--env-file", envFile).expect(ExitStatus.DONE);
        assertThat(bodies).singleElement().asString().contains("CREATED", "key told");
    }
}
