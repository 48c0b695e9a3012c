package dev.chancery.provider.gcp.client;

import com.google.auth.Credentials;
import com.google.auth.RequestMetadataCallback;
import com.google.auth.oauth2.AccessToken;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.auth.oauth2.OAuth2Credentials;
import dev.chancery.spi.support.HeldCredentials;
import dev.chancery.spi.support.LoadedApart;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Credentials that are looked for when a call needs them, and not by the caller's thread: the look may ask a metadata server that is not there, and so
 * the call's deadline bounds it. It is made once for all who wait; after a failure the next call makes it anew. Thread-safe.
 */
final class DeferredCredentials extends Credentials {
    private static final long serialVersionUID = 1L;

    /** Classes that hold one token and cannot get another; their subclasses can. */
    private static final Set<Class<?>> FIXED = Set.of(OAuth2Credentials.class, GoogleCredentials.class);

    private final transient LoadedApart<Credentials> look;

    DeferredCredentials(Callable<Credentials> source) {
        this.look = new LoadedApart<>("chancery-gcp-credentials", source, (found, age) -> true);
    }

    /** The look for credentials failed, and would again. */
    static final class NoCredentialsException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NoCredentialsException(Throwable cause) {
            super(cause.getMessage(), cause);
        }
    }

    /** Those that were found. A token that the application has handed over is the only one there is. */
    Optional<HeldCredentials> held() {
        return look.held().map(found -> {
            AccessToken token = found instanceof OAuth2Credentials oauth ? oauth.getAccessToken() : null;
            Optional<Instant> end = Optional.ofNullable(token)
                    .map(AccessToken::getExpirationTime)
                    .map(Date::toInstant);
            return HeldCredentials.of(found, end, !FIXED.contains(found.getClass()));
        });
    }

    @Override
    public void getRequestMetadata(URI uri, Executor executor, RequestMetadataCallback callback) {
        var unused = look.load().whenComplete((credentials, failure) -> {
            if (failure != null) {
                callback.onFailure(new NoCredentialsException(failure));
            } else {
                credentials.getRequestMetadata(uri, executor, callback);
            }
        });
    }

    @Override
    public Map<String, List<String>> getRequestMetadata(@Nullable URI uri) throws IOException {
        return look.load().join().getRequestMetadata(uri);
    }

    @Override
    public String getAuthenticationType() {
        return "OAuth2";
    }

    @Override
    public boolean hasRequestMetadata() {
        return true;
    }

    @Override
    public boolean hasRequestMetadataOnly() {
        return true;
    }

    @Override
    public void refresh() throws IOException {
        look.load().join().refresh();
    }
}
