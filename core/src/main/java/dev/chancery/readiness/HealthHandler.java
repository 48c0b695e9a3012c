package dev.chancery.readiness;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.chancery.readiness.Readiness.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Answers {@code …/live} and {@code …/ready} with the JDK's HTTP server, and nothing else. Thread-safe. */
public final class HealthHandler implements HttpHandler {
    private final Readiness readiness;

    /**
     * A handler for a context such as {@code /health}.
     *
     * @param readiness what answers
     */
    public HealthHandler(Readiness readiness) {
        this.readiness = readiness;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String asked = exchange.getRequestURI()
                    .getPath()
                    .substring(exchange.getHttpContext().getPath().length());
            boolean head = exchange.getRequestMethod().equals("HEAD");
            if (!head && !exchange.getRequestMethod().equals("GET")) {
                exchange.getResponseHeaders().set("Allow", "GET, HEAD");
                exchange.sendResponseHeaders(405, -1);
            } else if (asked.equals("/live")) {
                send(exchange, readiness.live(), head);
            } else if (asked.equals("/ready")) {
                send(exchange, readiness.ready(), head);
            } else {
                exchange.sendResponseHeaders(404, -1);
            }
        }
    }

    private static void send(HttpExchange exchange, Answer answer, boolean head) throws IOException {
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", Answer.CONTENT_TYPE);
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.sendResponseHeaders(answer.status(), head ? -1 : body.length);
        if (!head) {
            exchange.getResponseBody().write(body);
        }
    }
}
