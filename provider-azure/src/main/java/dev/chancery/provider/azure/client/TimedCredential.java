package dev.chancery.provider.azure.client;

import com.azure.core.credential.AccessToken;
import com.azure.core.credential.TokenCredential;
import com.azure.core.credential.TokenRequestContext;
import dev.chancery.spi.support.Deadline;
import dev.chancery.spi.support.HeldCredentials;
import dev.chancery.spi.support.LoadedApart;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
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
    private final Map<Wanted, LoadedApart<AccessToken>> tokens = new ConcurrentHashMap<>();

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
        LoadedApart<AccessToken> token = tokens.compute(
                new Wanted(context), (same, known) -> known != null && !asksAnew ? known : loading(context));
        Deadline deadline = CallScope.current().map(CallScope::deadline).orElseGet(() -> Deadline.in(LONGEST));
        return token.get(deadline).orElseThrow(() -> new IllegalStateException(new TimeoutException()));
    }

    /** Of the tokens that are kept, the one that lasts longest. The SDK does not say which credential of a chain it is of; a token file's end is unknown. */
    Optional<HeldCredentials> held() {
        return tokens.values().stream()
                .flatMap(token -> token.held().stream())
                .map(AccessToken::getExpiresAt)
                .max(Comparator.naturalOrder())
                .map(end -> HeldCredentials.of(
                        credential,
                        Optional.of(end.toInstant()).filter(known -> !(credential instanceof TokenFile)),
                        true));
    }

    private LoadedApart<AccessToken> loading(TokenRequestContext context) {
        return new LoadedApart<>(
                "chancery-azure-credential",
                () -> credential.getTokenSync(context),
                (token, age) -> token.getExpiresAt().minus(EARLY).isAfter(OffsetDateTime.now(ZoneOffset.UTC)));
    }
}
