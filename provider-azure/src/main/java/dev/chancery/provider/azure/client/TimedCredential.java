package dev.chancery.provider.azure.client;

import com.azure.core.credential.AccessToken;
import com.azure.core.credential.TokenCredential;
import com.azure.core.credential.TokenRequestContext;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * A credential whose loading counts towards the call's deadline: a chain of credentials may ask metadata services and start programs for minutes. It
 * is asked once for all who wait, on a thread of its own, and its tokens are kept for all of the SDK's clients. Thread-safe.
 */
final class TimedCredential implements TokenCredential {
    private static final Duration EARLY = Duration.ofMinutes(5);
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private final TokenCredential credential;
    private final Map<Wanted, CompletableFuture<AccessToken>> tokens = new ConcurrentHashMap<>();

    TimedCredential(TokenCredential credential) {
        this.credential = credential;
    }

    private record Wanted(List<String> scopes, @Nullable String tenant) {
        Wanted(TokenRequestContext context) {
            this(List.copyOf(context.getScopes()), context.getTenantId());
        }
    }

    @Override
    public Mono<AccessToken> getToken(TokenRequestContext context) {
        return Mono.fromCallable(() -> getTokenSync(context));
    }

    @Override
    public AccessToken getTokenSync(TokenRequestContext context) {
        boolean asksAnew = context.getClaims() != null; // the vault refuses the token that is there
        Duration left = CallScope.current().map(call -> call.deadline().left()).orElse(LONGEST);
        CompletableFuture<AccessToken> token = tokens.compute(
                new Wanted(context),
                (same, known) -> known != null && !asksAnew && isGood(known) ? known : load(context));
        try {
            return token.get(left.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | InterruptedException e) {
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e.getCause());
        }
    }

    /** A token that is on its way is waited for. */
    private static boolean isGood(CompletableFuture<AccessToken> token) {
        if (!token.isDone()) {
            return true;
        }
        return !token.isCompletedExceptionally()
                && token.join().getExpiresAt().minus(EARLY).isAfter(OffsetDateTime.now(ZoneOffset.UTC));
    }

    private CompletableFuture<AccessToken> load(TokenRequestContext context) {
        CompletableFuture<AccessToken> token = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        token.complete(credential.getTokenSync(context));
                    } catch (Throwable e) {
                        token.completeExceptionally(e);
                    }
                },
                "chancery-azure-credential");
        thread.setDaemon(true);
        thread.start();
        return token.orTimeout(LONGEST.toSeconds(), TimeUnit.SECONDS); // then the next caller asks anew
    }
}
