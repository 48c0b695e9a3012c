package dev.chancery.provider.gcp.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.auth.Credentials;
import com.google.auth.RequestMetadataCallback;
import com.google.auth.oauth2.AccessToken;
import com.google.auth.oauth2.OAuth2Credentials;
import dev.chancery.provider.gcp.client.DeferredCredentials.NoCredentialsException;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DeferredCredentialsTest {
    private static final URI KMS = URI.create("https://cloudkms.googleapis.com/");

    private final CompletableFuture<Map<String, List<String>>> told = new CompletableFuture<>();
    private final RequestMetadataCallback callback = new RequestMetadataCallback() {
        @Override
        public void onSuccess(Map<String, List<String>> metadata) {
            told.complete(metadata);
        }

        @Override
        public void onFailure(Throwable e) {
            told.completeExceptionally(e);
        }
    };

    /** A look that hangs holds nobody up: gRPC's deadline ends the call that waits for it. */
    @Test
    void who_asks_does_not_wait_for_the_look() throws Exception {
        CountDownLatch found = new CountDownLatch(1);
        DeferredCredentials credentials = new DeferredCredentials(() -> {
            found.await();
            return new Token();
        });

        credentials.getRequestMetadata(KMS, Runnable::run, callback);
        assertThat(told).isNotDone();
        found.countDown();

        assertThat(told.get(1, TimeUnit.MINUTES)).containsKey("authorization");
        assertThat(credentials.getRequestMetadata(KMS)).containsKey("authorization");
    }

    @Test
    void what_was_found_says_when_its_token_ends_and_whether_it_gets_another() throws Exception {
        Date end = Date.from(Instant.parse("2100-01-01T00:00:00Z"));
        OAuth2Credentials renewing = new OAuth2Credentials(new AccessToken("first", end)) {
            private static final long serialVersionUID = 1L;

            @Override
            public AccessToken refreshAccessToken() {
                throw new AssertionError("A look asks for no token.");
            }
        };
        DeferredCredentials credentials = new DeferredCredentials(() -> renewing);
        assertThat(credentials.held()).isEmpty();

        credentials.getRequestMetadata(KMS, Runnable::run, callback);

        assertThat(told).succeedsWithin(1, TimeUnit.MINUTES);
        assertThat(credentials.held()).hasValueSatisfying(held -> {
            assertThat(held.end()).hasValue(end.toInstant());
            assertThat(held.renews()).isTrue();
        });
    }

    @Test
    void a_look_that_fails_is_told_as_such() {
        new DeferredCredentials(() -> {
                    throw new IOException("Your default credentials were not found.");
                })
                .getRequestMetadata(KMS, Runnable::run, callback);

        assertThat(told)
                .failsWithin(1, TimeUnit.MINUTES)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(NoCredentialsException.class)
                .withMessageContaining("default credentials");
    }

    private static final class Token extends Credentials {
        private static final long serialVersionUID = 1L;

        @Override
        public String getAuthenticationType() {
            return "OAuth2";
        }

        @Override
        public Map<String, List<String>> getRequestMetadata(URI uri) {
            return Map.of("authorization", List.of("Bearer token"));
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
        public void refresh() {}
    }
}
