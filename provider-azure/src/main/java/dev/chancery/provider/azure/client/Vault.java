package dev.chancery.provider.azure.client;

import com.azure.core.credential.TokenCredential;
import com.azure.core.http.HttpPipeline;
import com.azure.security.keyvault.keys.KeyClient;
import com.azure.security.keyvault.keys.cryptography.models.SignResult;
import com.azure.security.keyvault.keys.cryptography.models.SignatureAlgorithm;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.key.KeyId;
import dev.chancery.spi.support.Deadline;
import dev.chancery.spi.support.InFlight;
import dev.chancery.spi.support.Retries;
import dev.chancery.spi.support.Retries.Next;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The vault, with what every call to it needs: a turn, a deadline, one layer of retries, and errors in our words. Thread-safe; it calls on the
 * caller's thread.
 */
public final class Vault implements AutoCloseable {
    private static final Duration LONGEST_ATTEMPT = Duration.ofSeconds(4);
    private static final Retries RETRIES = new Retries(3, Duration.ofMillis(50));

    /** How much longer a pause is where the vault has asked for one, and not said how long. */
    private static final int WHEN_THROTTLED = 5;

    private final Clients clients;
    private final VaultUri uri;
    private final VaultErrors errors;
    private final InFlight inFlight;
    private final Quotas quotas = new Quotas();
    private volatile boolean closed;

    private Vault(Clients clients, VaultUri uri) {
        this.clients = clients;
        this.uri = uri;
        this.errors = new VaultErrors(uri.location());
        this.inFlight = new InFlight(uri.inFlight());
    }

    /** With Azure's chain of credentials, or the URI's token. */
    public static Vault open(VaultUri uri) {
        return new Vault(Clients.open(uri), uri);
    }

    /** With somebody else's credential. */
    public static Vault with(TokenCredential credential, VaultUri uri) {
        return new Vault(Clients.of(credential, uri), uri);
    }

    /** With somebody else's policies and HTTP client. */
    public static Vault with(HttpPipeline pipeline, VaultUri uri) {
        return new Vault(Clients.of(pipeline, uri), uri);
    }

    /**
     * A signature as the vault made it.
     *
     * @param answer what the SDK made of it, of which each part may be missing
     * @param requestId what the vault called the request
     */
    public record Signed(SignResult answer, Optional<String> requestId) {}

    /**
     * Calls.
     *
     * @param doing what is done, for errors: "Looking up key"
     * @param subject the key that it is done to
     * @throws dev.chancery.error.ChanceryException if it fails
     */
    public <T> T call(String doing, String subject, Function<KeyClient, T> request) {
        return callUnless(Set.of(), doing, subject, request).orElseThrow();
    }

    /** Like {@link #call}, but some statuses of HTTP are an answer: empty. */
    public <T> Optional<T> callUnless(
            Set<Integer> statuses, String doing, String subject, Function<KeyClient, T> request) {
        return repeat(statuses, doing + " " + subject, call -> request.apply(clients.keys()));
    }

    /** Signs a digest with a version, in one request. */
    public Signed sign(KeyId id, KeySpec spec, SignatureAlgorithm algorithm, byte[] digest) {
        return repeat(Set.of(), "Signing with key " + id, call -> {
                    quotas.await(spec, call);
                    try {
                        SignResult made = clients.signer(id).sign(algorithm, digest);
                        return new Signed(made, call.requestId());
                    } catch (RuntimeException e) {
                        Refusal.of(e).filter(Refusal::isThrottling).ifPresent(any -> quotas.throttle(spec));
                        throw e;
                    }
                })
                .orElseThrow();
    }

    /** What asks, and what makes no difference the second time. An attempt leaves time for another. */
    private <T> Optional<T> repeat(Set<Integer> statuses, String what, Function<CallScope, T> request) {
        Duration half = uri.deadline().dividedBy(2);
        Duration attempt = LONGEST_ATTEMPT.compareTo(half) < 0 ? LONGEST_ATTEMPT : half;
        CallScope call = new CallScope(Deadline.in(uri.deadline()), attempt);
        return answer(statuses, what, call, () -> request.apply(call), e -> next(e, VaultErrors.isPassing(e)));
    }

    /**
     * Calls once: what is sent again only if the vault has refused it for being too busy, and so has not done it.
     *
     * @param atMost how long it may take in all
     */
    public <T> T callOnce(String doing, String subject, Duration atMost, Function<KeyClient, T> request) {
        Duration time = atMost.compareTo(uri.deadline()) < 0 ? atMost : uri.deadline();
        CallScope call = new CallScope(Deadline.in(time), time);
        return answer(Set.of(), doing + " " + subject, call, () -> request.apply(clients.keys()), e -> next(e, false))
                .orElseThrow();
    }

    private static Next next(RuntimeException e, boolean passing) {
        Optional<Refusal> refusal = Refusal.of(e);
        boolean throttled = refusal.filter(Refusal::isThrottling).isPresent();
        return throttled || passing
                ? new Next.Again(refusal.flatMap(Refusal::retryAfter), throttled ? WHEN_THROTTLED : 1)
                : new Next.Stop();
    }

    private <T> Optional<T> answer(
            Set<Integer> statuses,
            String what,
            CallScope call,
            Supplier<T> request,
            Function<RuntimeException, Next> judge) {
        try {
            return Optional.of(RETRIES.call(call.deadline(), () -> send(what, call, request), judge));
        } catch (StoreUnavailableException busy) {
            throw busy;
        } catch (RuntimeException e) {
            if (Refusal.of(e)
                    .filter(said -> statuses.contains(said.status()) && !said.isForDisabled())
                    .isPresent()) {
                return Optional.empty();
            }
            throw closed ? closedMeanwhile(what, e) : errors.translate(e, what);
        }
    }

    private <T> T send(String what, CallScope call, Supplier<T> request) {
        if (closed) {
            throw closedMeanwhile(what, null);
        }
        // The SDK sends nothing on an interrupted thread; who interrupts before the call does not mean the call.
        boolean interrupted = Thread.interrupted();
        try {
            return inFlight.call(call.deadline(), () -> call.call(request), () -> busy(what));
        } catch (RuntimeException e) {
            interrupted |= VaultErrors.is(e, InterruptedException.class);
            throw e;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private StoreUnavailableException busy(String what) {
        return new StoreUnavailableException(
                what + " in " + uri.location() + " was not begun: " + uri.inFlight()
                        + " calls are on their way already, and none ended within " + uri.deadline()
                        + ". Send less at once, or raise the limit in the URI.",
                null,
                Duration.ofSeconds(1));
    }

    private StoreUnavailableException closedMeanwhile(String what, @Nullable RuntimeException e) {
        return new StoreUnavailableException(
                what + " in " + uri.location() + " failed: the store was closed meanwhile. Open it again.", e);
    }

    /** The SDK's clients hold nothing that has to be released. */
    @Override
    public void close() {
        closed = true;
    }
}
