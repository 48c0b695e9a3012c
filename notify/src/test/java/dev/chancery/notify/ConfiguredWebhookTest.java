package dev.chancery.notify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.sun.net.httpserver.HttpServer;
import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.options.Webhook;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A store that tells the webhook that its environment names, and closes it. */
@Timeout(60)
class ConfiguredWebhookTest {
    private final List<String> bodies = Collections.synchronizedList(new ArrayList<>());
    private HttpServer server;

    @TempDir
    private Path directory;

    @BeforeEach
    void startServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            bodies.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stopServer() {
        server.stop(0);
    }

    private URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/secret");
    }

    @Test
    void what_happens_has_arrived_when_the_store_is_closed() throws IOException {
        Path file = Files.writeString(directory.resolve("webhook"), url() + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        Map<String, String> variables = Map.of(
                "CHANCERY_STORE", "memory:configured-webhook",
                "CHANCERY_WEBHOOK_FILE", file.toString(),
                "CHANCERY_WEBHOOK_PRIVATE", "true");

        try (KeyStore store = KeyStores.fromEnvironment(variables, KeyStoreOptions.DEFAULT)) {
            store.generate(KeyRequest.builder(KeySpec.EC_P256).name("told").build());
        }
        assertThat(bodies).singleElement().asString().contains("CREATED", "key told", "memory:configured-webhook");
    }

    @Test
    void a_webhook_that_is_refused_stops_nothing() {
        KeyStoreOptions options =
                KeyStoreOptions.builder().webhook(Webhook.of(url())).build();

        assertThatCode(() -> {
                    try (KeyStore store = KeyStores.open("memory:refused-webhook", options)) {
                        store.generate(KeyRequest.builder(KeySpec.EC_P256).build());
                    }
                })
                .doesNotThrowAnyException();
        assertThat(bodies).isEmpty();
    }
}
