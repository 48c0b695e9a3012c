package dev.chancery.audit.anchor;

import dev.chancery.audit.checkpoint.AnchorSink;
import dev.chancery.audit.checkpoint.Checkpoint;
import dev.chancery.error.ConfigurationException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Posts each note to a server, as {@code text/plain}. Any answer but 2xx is a failure; a redirect is not followed. */
final class HttpsAnchor implements AnchorSink {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final URI server;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(TIMEOUT).build();

    HttpsAnchor(URI server) {
        this.server = server;
    }

    /** Without TLS only to this machine. */
    static HttpsAnchor loopback(URI server) {
        try {
            if (server.getHost() != null
                    && InetAddress.getByName(server.getHost()).isLoopbackAddress()) {
                return new HttpsAnchor(server);
            }
        } catch (UnknownHostException e) {
            throw new ConfigurationException("The host of the anchor " + server + " is not known.", e);
        }
        throw new ConfigurationException("The anchor " + server + " is on another machine: name it with https.");
    }

    @Override
    public void anchor(Checkpoint checkpoint) {
        HttpRequest request = HttpRequest.newBuilder(server)
                .timeout(TIMEOUT)
                .header("Content-Type", "text/plain; charset=utf-8")
                .POST(HttpRequest.BodyPublishers.ofString(checkpoint.note()))
                .build();
        try {
            int status =
                    client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
            if (status / 100 != 2) {
                throw new UncheckedIOException(new IOException("The anchor " + server + " answered " + status + "."));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The anchor " + server + " cannot be reached.", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException("Posting to the anchor " + server + " was interrupted.", e));
        }
    }
}
