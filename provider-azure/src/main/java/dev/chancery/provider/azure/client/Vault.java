package dev.chancery.provider.azure.client;

import com.azure.core.credential.TokenCredential;
import com.azure.core.exception.HttpResponseException;
import com.azure.core.http.HttpPipeline;
import com.azure.security.keyvault.keys.KeyClient;
import com.azure.security.keyvault.keys.cryptography.models.SignResult;
import com.azure.security.keyvault.keys.cryptography.models.SignatureAlgorithm;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.key.KeyId;
import dev.chancery.spi.support.Deadline;
import dev.chancery.spi.support.InFlight;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The vault, with what every call to it needs: a turn, a deadline, one layer of retries, and errors in our words. Thread-safe; it calls on the
 * caller's thread.
 */
public final class Vault implements AutoCloseable {
    /** A server that lists on for ever is broken. */
    public static final int MOST_ENTRIES = 100_000;

    private static final int ATTEMPTS = 3;
    private static final Duration LONGEST_ATTEMPT = Duration.ofSeconds(4);
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final Duration PAUSE_WHEN_THROTTLED = Duration.ofMillis(250);
    private static final Set<Integer> PASSING = Set.of(408, 429, 500, 502, 503, 504);
    private static final int THROTTLED = 429;

    private final Clients clients;
    private final VaultUri uri;
    private final VaultErrors errors;
    private final InFlight inFlight;
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

    /** Which calls may be sent again. */
    private enum Repeat {
        /** What asks, and what makes no difference the second time. */
        ALWAYS,
        /** What the vault has refused because there was too much, and so has not done. */
        WHEN_REFUSED
    }

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

    /** Like {@link #call}, but some statuses of HTTP, or codes of the vault, are an answer: empty. */
    public <T> Optional<T> callUnless(Set<String> codes, String doing, String subject, Function<KeyClient, T> request) {
        return answer(codes, doing + " " + subject, Repeat.ALWAYS, attempt(), call -> request.apply(clients.keys()));
    }

    /**
     * Calls once: what is sent again only if the vault has refused it for being too busy.
     *
     * @param atMost how long it may take in all
     */
    public <T> T callOnce(String doing, String subject, Duration atMost, Function<KeyClient, T> request) {
        Duration time = atMost.compareTo(uri.deadline()) < 0 ? atMost : uri.deadline();
        return answer(Set.of(), doing + " " + subject, Repeat.WHEN_REFUSED, time, call -> request.apply(clients.keys()))
                .orElseThrow();
    }

    /** Signs a digest with a version, in one request. */
    public Signed sign(KeyId id, SignatureAlgorithm algorithm, byte[] digest) {
        return answer(Set.of(), "Signing with key " + id, Repeat.ALWAYS, attempt(), call -> {
                    SignResult made = clients.signer(id).sign(algorithm, digest);
                    return new Signed(made, call.requestId());
                })
                .orElseThrow();
    }

    /** Leaves time for another attempt. */
    private Duration attempt() {
        Duration half = uri.deadline().dividedBy(2);
        return LONGEST_ATTEMPT.compareTo(half) < 0 ? LONGEST_ATTEMPT : half;
    }

    private <T> Optional<T> answer(
            Set<String> codes, String what, Repeat repeat, Duration attempt, Function<CallScope, T> request) {
        Duration time = repeat == Repeat.ALWAYS ? uri.deadline() : attempt;
        Deadline deadline = Deadline.in(time);
        CallScope call = new CallScope(deadline, attempt);
        for (int number = 1; ; number++) {
            if (closed) {
                throw closedMeanwhile(what, null);
            }
            try {
                return Optional.of(send(what, deadline, () -> call.call(() -> request.apply(call))));
            } catch (StoreUnavailableException busy) {
                throw busy;
            } catch (RuntimeException e) {
                if (isAnswer(e, codes)) {
                    return Optional.empty();
                }
                Optional<Duration> pause = number < ATTEMPTS ? pause(e, repeat, number, deadline) : Optional.empty();
                if (pause.isEmpty()) {
                    throw closed ? closedMeanwhile(what, e) : errors.translate(e, what);
                }
                deadline.sleep(pause.get());
            }
        }
    }

    private static boolean isAnswer(RuntimeException e, Set<String> codes) {
        return VaultErrors.refusal(e)
                .filter(refusal -> codes.contains(VaultErrors.code(refusal))
                        || codes.contains(Integer.toString(VaultErrors.status(refusal))))
                .isPresent();
    }

    /** How long to wait before the next attempt; empty if there is none. */
    private static Optional<Duration> pause(RuntimeException e, Repeat repeat, int number, Deadline deadline) {
        Optional<HttpResponseException> refusal = VaultErrors.refusal(e);
        boolean throttled =
                refusal.filter(said -> VaultErrors.status(said) == THROTTLED).isPresent();
        boolean passing =
                refusal.map(said -> PASSING.contains(VaultErrors.status(said))).orElseGet(() -> isLost(e));
        if (!(throttled || (passing && repeat == Repeat.ALWAYS))
                || Thread.currentThread().isInterrupted()) {
            return Optional.empty();
        }
        Duration longest = (throttled ? PAUSE_WHEN_THROTTLED : PAUSE).multipliedBy(1L << number);
        Duration jittered = Duration.ofNanos(ThreadLocalRandom.current().nextLong(longest.toNanos()));
        Duration pause = refusal.flatMap(VaultErrors::retryAfter).orElse(jittered);
        return Optional.of(pause).filter(wait -> wait.compareTo(deadline.left()) < 0);
    }

    /** No answer, or half of one, or one that makes no sense; not what comes out the same the next time. */
    private static boolean isLost(RuntimeException e) {
        boolean lasting = VaultErrors.is(e, SSLException.class)
                || VaultErrors.is(e, java.net.UnknownHostException.class)
                || VaultErrors.is(e, java.nio.channels.UnresolvedAddressException.class)
                || VaultErrors.is(e, InterruptedException.class)
                || VaultErrors.is(e, dev.chancery.error.ChanceryException.class)
                || VaultErrors.is(e, TimedCredential.SlowCredentialException.class);
        return !lasting
                && (VaultErrors.is(e, IOException.class)
                        || VaultErrors.is(e, HttpResponseException.class)
                        || VaultErrors.is(e, IllegalStateException.class));
    }

    private <T> T send(String what, Deadline deadline, Supplier<T> request) {
        // The SDK sends nothing on an interrupted thread; who interrupts before the call does not mean the call.
        boolean interrupted = Thread.interrupted();
        try {
            return inFlight.call(deadline, request, () -> busy(what));
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
