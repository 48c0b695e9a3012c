package dev.chancery.provider.azure.client;

import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.util.Context;
import dev.chancery.error.IntegrityException;
import dev.chancery.spi.support.Printable;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Sends the SDK's requests to where the vault is reached: another host, a path before {@code /keys}. It gives each the time that its call has left, and
 * sends none, with its token, to a host that is not the vault's.
 */
final class VaultTransport implements HttpClient {
    static final HttpHeaderName REQUEST_ID = HttpHeaderName.fromString("x-ms-request-id");
    private static final String EAGERLY = "azure-eagerly-read-response";
    private static final String TIMEOUT = "azure-response-timeout";
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private static final String RESTRICTED = "jdk.httpclient.allowRestrictedHeaders";
    private static final Logger LOG = LoggerFactory.getLogger(VaultTransport.class);

    private final HttpClient client;
    private final URI vault;
    private final URI target;

    VaultTransport(HttpClient client, VaultUri uri) {
        this.client = client;
        this.vault = URI.create(uri.sdkUrl());
        this.target = uri.target();
        if (!target.getRawAuthority().equalsIgnoreCase(vault.getRawAuthority()) && !tellsHost()) {
            LOG.warn(
                    "The server at {} does not hear that vault {} is meant: the JDK sends no other Host header without -D{}=host.",
                    target.getRawAuthority(),
                    vault.getRawAuthority(),
                    RESTRICTED);
        }
    }

    private static boolean tellsHost() {
        return Arrays.asList(System.getProperty(RESTRICTED, "").split(",")).contains("host");
    }

    /** The URL, or where it leads: a link to a next page has the path already. */
    private URL route(URL url) {
        String path = Objects.requireNonNullElse(target.getRawPath(), "");
        boolean toVault = url.getAuthority().equalsIgnoreCase(vault.getRawAuthority());
        boolean toTarget = url.getAuthority().equalsIgnoreCase(target.getRawAuthority());
        if (!"https".equals(url.getProtocol()) || !(toVault || toTarget)) {
            throw new IntegrityException("The vault's answer leads to " + Printable.of(url.getAuthority())
                    + ", which is not the vault. Nothing was sent there.");
        }
        String file = url.getFile().startsWith(path + "/") ? url.getFile() : path + url.getFile();
        try {
            return new URL("https://" + target.getRawAuthority() + file);
        } catch (MalformedURLException e) {
            throw new IntegrityException("The vault's answer leads nowhere: " + e.getMessage());
        }
    }

    /** Where the JDK lets it, a server elsewhere hears which vault is meant. */
    private HttpRequest prepare(HttpRequest request) {
        HttpRequest routed = request.copy().setUrl(route(request.getUrl()));
        return tellsHost() ? routed.setHeader(HttpHeaderName.HOST, vault.getRawAuthority()) : routed;
    }

    private static Context bounded(Context context) {
        Duration left = CallScope.current().map(CallScope::left).orElse(LONGEST);
        return context.addData(EAGERLY, true).addData(TIMEOUT, left);
    }

    @Override
    public Mono<HttpResponse> send(HttpRequest request) {
        return client.send(prepare(request), bounded(Context.NONE));
    }

    @Override
    public HttpResponse sendSync(HttpRequest request, Context context) {
        HttpResponse response = client.sendSync(prepare(request), bounded(context));
        CallScope.current().ifPresent(call -> call.noteRequestId(response.getHeaderValue(REQUEST_ID)));
        return response;
    }
}
