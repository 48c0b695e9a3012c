package dev.chancery.provider.aws.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Authenticator;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.ProxyConfiguration;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;

/**
 * The SDK's client over {@link HttpURLConnection}, kept from sending anything twice. By itself that class repeats a POST when
 * the server closes the connection without an answer, below every layer that could know: one order for a key would make two.
 * It does not where the length of the body is fixed beforehand ("streaming mode"), which is what happens here.
 */
final class OncePerCall implements SdkHttpClient {
    private final ThreadLocal<@Nullable Long> length = new ThreadLocal<>();
    private final Duration timeout;
    private final SdkHttpClient client;

    OncePerCall(Duration timeout) {
        this.timeout = timeout;
        this.client = UrlConnectionHttpClient.create(this::connect);
    }

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
        length.set(request.httpRequest()
                .firstMatchingHeader("Content-Length")
                .map(Long::valueOf)
                .orElse(null));
        try {
            return client.prepareRequest(request); // calls connect
        } finally {
            length.remove();
        }
    }

    private HttpURLConnection connect(URI uri) {
        try {
            ProxyConfiguration proxy =
                    ProxyConfiguration.builder().scheme(uri.getScheme()).build();
            boolean direct = isDirect(proxy, uri);
            Proxy way = direct
                    ? Proxy.NO_PROXY
                    : new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(proxy.host(), proxy.port()));
            HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection(way);
            if (!direct && proxy.username() != null && proxy.password() != null) {
                connection.setAuthenticator(answering(proxy));
            }
            connection.setConnectTimeout((int) Math.min(2000, timeout.toMillis()));
            connection.setReadTimeout((int) timeout.toMillis());
            Long body = length.get();
            if (body != null) {
                connection.setFixedLengthStreamingMode(body);
            }
            return connection;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** HTTPS_PROXY and its like, as the SDK reads them; the JDK reads the system properties only. */
    private static boolean isDirect(ProxyConfiguration proxy, URI uri) {
        String host = uri.getHost().toLowerCase(Locale.ROOT);
        return proxy.host() == null
                || proxy.nonProxyHosts().stream().anyMatch(pattern -> host.matches(pattern.toLowerCase(Locale.ROOT)));
    }

    /** For a proxy that asks; the JDK answers it in a tunnel only where {@code jdk.http.auth.tunneling.disabledSchemes} permits. */
    private static Authenticator answering(ProxyConfiguration proxy) {
        return new Authenticator() {
            @Override
            protected @Nullable PasswordAuthentication getPasswordAuthentication() {
                return getRequestorType() == RequestorType.PROXY
                        ? new PasswordAuthentication(
                                proxy.username(), proxy.password().toCharArray())
                        : null;
            }
        };
    }

    @Override
    public void close() {
        client.close();
    }

    @Override
    public String clientName() {
        return client.clientName();
    }
}
