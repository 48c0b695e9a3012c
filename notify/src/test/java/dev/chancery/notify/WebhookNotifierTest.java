package dev.chancery.notify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.chancery.error.ConfigurationException;
import dev.chancery.options.KeyEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Against a real HTTP server on loopback. */
@Timeout(60)
class WebhookNotifierTest {
    private static final String SECRET = "T0000-B1111-geheim";
    private static final Duration NO_PAUSE = Duration.ofMillis(1);

    private final List<String> bodies = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger requests = new AtomicInteger();
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final ExecutorService serverThreads = Executors.newCachedThreadPool();
    private PrintStream stderr;
    private HttpServer server;

    /** Answers the n-th request, from 1. */
    private interface Handler {
        void handle(HttpExchange exchange, int request) throws Exception;
    }

    @BeforeEach
    void startServer() throws IOException {
        stderr = System.err;
        System.setErr(new PrintStream(log, true, UTF_8));
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(serverThreads);
        server.start();
    }

    @AfterEach
    void stopServerAndLookForSecrets() {
        System.setErr(stderr);
        server.stop(0);
        serverThreads.shutdownNow();
        assertThat(log.toString(UTF_8)).doesNotContain(SECRET);
        assertThat(bodies).noneMatch(body -> body.contains(SECRET));
    }

    private void serve(Handler handler) {
        server.createContext("/", exchange -> {
            int request = requests.incrementAndGet();
            bodies.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
            try {
                handler.handle(exchange, request);
            } catch (Exception e) {
                exchange.close();
            }
        });
    }

    private static void answer(HttpExchange exchange, int status) throws IOException {
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }

    private WebhookNotifier.Builder notifier() {
        URI url = URI.create(
                "http://127.0.0.1:" + server.getAddress().getPort() + "/services/" + SECRET + "?token=" + SECRET);
        return WebhookNotifier.builder(url)
                .allowLoopback()
                .attempts(4, NO_PAUSE)
                .closeTimeout(Duration.ofSeconds(30));
    }

    private static KeyEvent event(String detail) {
        return new KeyEvent(
                KeyEvent.Type.ROTATED, Instant.EPOCH, "file:///keys", Optional.empty(), Optional.empty(), detail);
    }

    @Test
    void an_event_arrives_as_json() {
        AtomicInteger json = new AtomicInteger();
        serve((exchange, request) -> {
            boolean post = exchange.getRequestMethod().equals("POST");
            String type = exchange.getRequestHeaders().getFirst("Content-Type");
            json.addAndGet(post && type.equals("application/json; charset=utf-8") ? 1 : 0);
            answer(exchange, 200);
        });
        try (WebhookNotifier notifier = notifier().build()) {
            notifier.onEvent(event("The ring 'ünï' rotated."));
        }
        assertThat(bodies)
                .containsExactly(
                        "{\"text\": \"ROTATED at 1970-01-01T00:00:00Z in file:///keys: The ring 'ünï' rotated.\"}");
        assertThat(json).hasValue(1);
    }

    @Test
    void an_alert_arrives_as_any_event_does() {
        serve((exchange, request) -> answer(exchange, 200));
        try (WebhookNotifier notifier = notifier().build()) {
            notifier.onEvent(new KeyEvent(
                    KeyEvent.Type.ALERT,
                    Instant.EPOCH,
                    "file:///keys",
                    Optional.empty(),
                    Optional.empty(),
                    "denials: <!channel> '\\u001b[31m'."));
        }
        assertThat(bodies)
                .containsExactly("{\"text\": \"ALERT at 1970-01-01T00:00:00Z in file:///keys: denials:"
                        + " &lt;!channel&gt; '\\\\u001b[31m'.\"}");
    }

    @Test
    void events_arrive_in_their_order() {
        serve((exchange, request) -> answer(exchange, 204));
        WebhookNotifier notifier = notifier().build();
        for (int n = 0; n < 50; n++) {
            notifier.onEvent(event("number " + n + "."));
        }
        notifier.close();
        assertThat(notifier.undelivered()).isZero();
        assertThat(bodies).hasSize(50);
        for (int n = 0; n < 50; n++) {
            assertThat(bodies.get(n)).contains("number " + n + ".");
        }
    }

    @Test
    void a_failing_server_and_a_busy_one_are_tried_again() {
        serve((exchange, request) -> answer(exchange, request == 1 ? 500 : request == 2 ? 429 : 200));
        WebhookNotifier notifier = notifier().build();
        notifier.onEvent(event("hello"));
        notifier.close();
        assertThat(requests).hasValue(3);
        assertThat(notifier.undelivered()).isZero();
    }

    @Test
    void a_server_that_hangs_up_is_tried_again() {
        serve((exchange, request) -> {
            if (request == 1) {
                exchange.close();
            } else {
                answer(exchange, 200);
            }
        });
        WebhookNotifier notifier = notifier().build();
        notifier.onEvent(event("hello"));
        notifier.close();
        assertThat(requests.get()).isGreaterThanOrEqualTo(2);
        assertThat(notifier.undelivered()).isZero();
    }

    @Test
    void attempts_are_bounded() {
        serve((exchange, request) -> answer(exchange, 503));
        WebhookNotifier notifier = notifier().build();
        notifier.onEvent(event("hello"));
        notifier.close();
        assertThat(requests).hasValue(4);
        assertThat(notifier.undelivered()).isEqualTo(1);
        assertThat(log.toString(UTF_8)).contains("ROTATED", "HTTP 503, after 4 attempts", "http://127.0.0.1:", "/…");
    }

    @Test
    void a_refusal_is_final() {
        serve((exchange, request) -> answer(exchange, 404));
        WebhookNotifier notifier = notifier().build();
        notifier.onEvent(event("hello"));
        notifier.close();
        assertThat(requests).hasValue(1);
        assertThat(notifier.undelivered()).isEqualTo(1);
        assertThat(log.toString(UTF_8)).contains("HTTP 404");
    }

    @Test
    void a_redirect_is_not_followed() {
        serve((exchange, request) -> {
            exchange.getResponseHeaders()
                    .set("Location", "http://127.0.0.1:" + server.getAddress().getPort() + "/two");
            answer(exchange, request == 1 ? 307 : 200);
        });
        WebhookNotifier notifier = notifier().build();
        notifier.onEvent(event("hello"));
        notifier.close();
        assertThat(requests).hasValue(1);
        assertThat(notifier.undelivered()).isEqualTo(1);
        assertThat(log.toString(UTF_8)).contains("HTTP 307, a redirect, which is not followed");
    }

    @Test
    void a_slow_server_is_given_up_and_keeps_nobody_waiting() {
        CountDownLatch never = new CountDownLatch(1);
        serve((exchange, request) -> never.await());
        WebhookNotifier notifier = notifier()
                .attempts(2, NO_PAUSE)
                .requestTimeout(Duration.ofMillis(200))
                .build();
        notifier.onEvent(event("hello")); // returns, though nobody has answered
        notifier.close();
        assertThat(notifier.undelivered()).isEqualTo(1);
        assertThat(log.toString(UTF_8)).contains("HttpTimeoutException, after 2 attempts");
    }

    @Test
    void an_answer_without_end_is_not_read() {
        serve((exchange, request) -> {
            exchange.sendResponseHeaders(200, 0);
            OutputStream body = exchange.getResponseBody();
            while (true) {
                body.write(new byte[8_192]);
                body.flush();
            }
        });
        WebhookNotifier notifier = notifier().build();
        notifier.onEvent(event("hello"));
        notifier.onEvent(event("hello again"));
        notifier.close();
        assertThat(requests).hasValue(2);
        assertThat(notifier.undelivered()).isZero();
    }

    @Test
    void a_full_queue_drops_events_and_says_so() throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        serve((exchange, request) -> {
            asked.countDown();
            go.await();
            answer(exchange, 200);
        });
        WebhookNotifier notifier = notifier().queueCapacity(3).build();
        notifier.onEvent(event("being sent"));
        assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
        for (int n = 0; n < 10; n++) {
            notifier.onEvent(event("waiting or dropped"));
        }
        assertThat(notifier.undelivered()).isEqualTo(7);
        go.countDown();
        notifier.close();
        assertThat(requests).hasValue(4);
        assertThat(notifier.undelivered()).isEqualTo(7);
        assertThat(log.toString(UTF_8)).contains("too many notifications are waiting");
    }

    @Test
    void closing_waits_no_longer_than_was_set_and_counts_what_is_lost() throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        serve((exchange, request) -> {
            asked.countDown();
            never.await();
        });
        WebhookNotifier notifier = notifier()
                .requestTimeout(Duration.ofMinutes(10))
                .closeTimeout(Duration.ofMillis(100))
                .build();
        notifier.onEvent(event("being sent"));
        assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
        notifier.onEvent(event("waiting"));
        notifier.close(); // the time-out of the test says that it returns
        notifier.close();
        notifier.onEvent(event("too late"));
        assertThat(log.toString(UTF_8)).contains("1 notifications to", "the notifier is closed");
        assertThat(notifier.undelivered()).isGreaterThanOrEqualTo(2);
    }

    @Test
    void a_busy_server_may_ask_for_a_longer_pause() {
        CountDownLatch asked = new CountDownLatch(1);
        serve((exchange, request) -> {
            exchange.getResponseHeaders().set("Retry-After", "25");
            answer(exchange, 429);
            asked.countDown();
        });
        WebhookNotifier notifier =
                notifier().closeTimeout(Duration.ofMillis(300)).build();
        notifier.onEvent(event("hello"));
        try {
            assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        notifier.close(); // interrupts the pause
        assertThat(requests)
                .as("with a pause of 1 ms there would have been four")
                .hasValue(1);
    }

    @Test
    void every_address_of_the_host_is_looked_at_before_each_attempt() throws Exception {
        InetAddress publicOne = InetAddress.getByName("93.184.215.14");
        InetAddress metadata = InetAddress.getByName("169.254.169.254");
        AtomicInteger lookups = new AtomicInteger();
        WebhookNotifier notifier = WebhookNotifier.builder(URI.create("https://hooks.example/" + SECRET))
                .resolver(host -> lookups.incrementAndGet() == 1 ? List.of(publicOne) : List.of(publicOne, metadata))
                .build();
        notifier.onEvent(event("hello"));
        notifier.close();
        assertThat(lookups).hasValue(2);
        assertThat(notifier.undelivered()).isEqualTo(1);
        assertThat(log.toString(UTF_8)).contains("169.254.169.254 (link-local, where clouds serve metadata)");
    }

    @Test
    void a_host_that_cannot_be_found_is_no_reason_not_to_start() {
        WebhookNotifier notifier = WebhookNotifier.builder(URI.create("https://hooks.example/" + SECRET))
                .attempts(2, NO_PAUSE)
                .resolver(host -> {
                    throw new UnknownHostException(host);
                })
                .build();
        notifier.onEvent(event("hello"));
        notifier.close();
        assertThat(log.toString(UTF_8)).contains("UnknownHostException, after 2 attempts");
    }

    @Test
    void what_is_not_https_to_a_public_host_is_refused_at_once() {
        assertRefused(WebhookNotifier.builder(URI.create("http://127.0.0.1/" + SECRET)), "plain http");
        assertRefused(WebhookNotifier.builder(URI.create("https://127.0.0.1/" + SECRET)), "loopback");
        assertRefused(WebhookNotifier.builder(URI.create("https://[::1]/" + SECRET)), "loopback");
        assertRefused(WebhookNotifier.builder(URI.create("https://[::ffff:10.0.0.1]/" + SECRET)), "private");
        assertRefused(WebhookNotifier.builder(URI.create("https://2130706433/" + SECRET)), "");
        assertRefused(WebhookNotifier.builder(URI.create("https://169.254.169.254/" + SECRET)), "metadata");
        assertRefused(WebhookNotifier.builder(URI.create("https://user:" + SECRET + "@example.org/")), "user name");
        assertRefused(WebhookNotifier.builder(URI.create("ftp://example.org/" + SECRET)), "https://");
        assertRefused(WebhookNotifier.builder(URI.create("/" + SECRET)), "https://");
        assertRefused(
                WebhookNotifier.builder(URI.create("http://192.168.0.1/" + SECRET))
                        .allowLoopback(),
                "not loopback");
        assertRefused(
                WebhookNotifier.builder(URI.create("http://10.0.0.1/" + SECRET))
                        .allowLoopback()
                        .allowHost("10.0.0.1"),
                "not loopback");
    }

    private static void assertRefused(WebhookNotifier.Builder builder, String because) {
        assertThatThrownBy(builder::build)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(because)
                .hasMessageNotContaining(SECRET);
    }

    @Test
    void a_listed_host_may_be_private() {
        try (WebhookNotifier notifier = WebhookNotifier.builder(URI.create("https://10.0.0.1/" + SECRET))
                .allowHost("10.0.0.1")
                .build()) {
            assertThat(notifier).hasToString("WebhookNotifier[https://10.0.0.1/…]");
        }
    }

    @Test
    void settings_out_of_range_are_refused() {
        assertThatThrownBy(() -> notifier().attempts(0, NO_PAUSE).build()).isInstanceOf(ConfigurationException.class);
        assertThatThrownBy(() -> notifier().queueCapacity(0).build()).isInstanceOf(ConfigurationException.class);
        assertThatThrownBy(() -> notifier().requestTimeout(Duration.ZERO).build())
                .isInstanceOf(ConfigurationException.class);
        assertThatThrownBy(() -> notifier().closeTimeout(Duration.ofSeconds(-1)).build())
                .isInstanceOf(ConfigurationException.class);
    }
}
