package dev.chancery.readiness;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.health.HealthLevel;
import dev.chancery.health.HealthStatus;
import dev.chancery.internal.state.Ticker;
import dev.chancery.internal.store.FakeStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Alive and ready: a store's outage makes an application not ready, and never not alive. */
class ReadinessTest {
    private final FakeStore store = new FakeStore();
    private final Ticker ticker = new Ticker();
    private final Readiness readiness = Readiness.of(store.keys, HealthLevel.READ, Duration.ofSeconds(10), ticker);

    @Test
    void a_store_that_can_sign_is_ready() {
        store.keyInRing("first", "ring");

        assertThat(readiness.ready()).isEqualTo(new Readiness.Answer(200, "{\"status\":\"UP\"}\n"));
    }

    @Test
    void an_outage_is_not_ready_and_alive_and_ready_again_when_it_is_over() {
        store.keyInRing("first", "ring");
        store.backend.outage = new StoreUnavailableException("No network.", null);

        assertThat(readiness.ready()).isEqualTo(new Readiness.Answer(503, "{\"status\":\"DOWN\"}\n"));
        assertThat(readiness.live().status()).isEqualTo(200);

        store.backend.outage = null;
        assertThat(readiness.ready().status()).isEqualTo(503);
        ticker.advance(Duration.ofSeconds(10));
        assertThat(readiness.ready().status()).isEqualTo(200);
    }

    @Test
    void however_often_it_is_asked_the_store_is_looked_at_once() {
        store.keyInRing("first", "ring");
        assertThat(readiness.report().status()).isEqualTo(HealthStatus.UP);
        store.backend.calls.clear();

        assertThat(readiness.ready().status()).isEqualTo(200);
        assertThat(readiness.live().status()).isEqualTo(200);

        assertThat(store.backend.calls).isEmpty();
    }

    @Test
    void the_handler_answers_two_paths_and_two_methods_and_shows_no_finding() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/health", new HealthHandler(readiness));
        server.start();
        try {
            int port = server.getAddress().getPort();
            assertThat(ask(port, "GET", "/health/live").body()).isEqualTo("{\"status\":\"UP\"}\n");
            HttpResponse<String> ready = ask(port, "GET", "/health/ready");
            assertThat(ready.statusCode()).isEqualTo(503);
            assertThat(ready.body()).isEqualTo("{\"status\":\"DOWN\"}\n");
            assertThat(ready.headers().firstValue("Content-Type")).hasValue("application/json");
            assertThat(ask(port, "HEAD", "/health/ready").statusCode()).isEqualTo(503);
            assertThat(ask(port, "POST", "/health/live").statusCode()).isEqualTo(405);
            assertThat(ask(port, "GET", "/health").statusCode()).isEqualTo(404);
            assertThat(ask(port, "GET", "/health/ready/more").statusCode()).isEqualTo(404);
        } finally {
            server.stop(0);
        }
    }

    private static HttpResponse<String> ask(int port, String method, String path)
            throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + port + path);
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(uri)
                                .method(method, HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }
}
