package dev.chancery.provider.aws.client;

import dev.chancery.error.ConfigurationException;
import dev.chancery.spi.support.Deadline;
import dev.chancery.spi.support.HeldCredentials;
import dev.chancery.spi.support.PacedCalls;
import dev.chancery.spi.support.Pages;
import dev.chancery.spi.support.Pages.Page;
import dev.chancery.spi.support.RemoteCalls;
import dev.chancery.spi.support.Retries;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.KmsRequest;

/**
 * The one way to KMS: every request is a {@linkplain PacedCalls paced call}, has one deadline for all that it takes (its turn, credentials,
 * attempts), and its failures are translated. Thread-safe.
 */
public final class Kms implements AutoCloseable {
    private static final int ATTEMPTS = 3;
    private static final Retries UNKNOWN_YET = new Retries(Integer.MAX_VALUE, Duration.ZERO); // to the deadline

    private final KmsClient client;
    private final Optional<Requests> requests;
    private final StoreUri uri;
    private final KmsErrors errors;
    private final Recent recent = new Recent(System::nanoTime);
    private final RemoteCalls calls;

    private Kms(KmsClient client, Optional<Requests> requests, StoreUri uri) {
        this.client = client;
        this.requests = requests;
        this.uri = uri;
        this.errors = new KmsErrors(uri.location());
        StoreUri.Limits limits = uri.limits();
        PacedCalls paced = new PacedCalls(uri.location(), uri.quota(), limits.inFlight(), limits.rate(), Map.of());
        int attempts = requests.isPresent() ? ATTEMPTS : 1; // a client of the application makes others by itself
        this.calls = new RemoteCalls(paced, limits.deadline(), attempts, errors);
    }

    /**
     * A client of our own, with everything that the URI says.
     *
     * @throws ConfigurationException if there is no such profile, or the environment names an endpoint that the URI could not
     */
    public static Kms open(StoreUri uri) {
        Credentials credentials = Credentials.of(uri);
        KmsClient client = Clients.make(uri, credentials.source());
        try {
            StoreUri asked = endpoint(client).map(uri::withConfiguredEndpoint).orElse(uri);
            return new Kms(client, Optional.of(new Requests(credentials, asked.callerInUserAgent())), asked);
        } catch (ConfigurationException e) {
            client.close();
            throw e;
        }
    }

    /** Somebody else's client. */
    public static Kms around(KmsClient client, StoreUri uri) {
        return new Kms(client, Optional.empty(), uri.withEndpoint(endpoint(client)));
    }

    /** A client that is no SDK's own need not say. */
    private static Optional<URI> endpoint(KmsClient client) {
        try {
            return client.serviceClientConfiguration().endpointOverride();
        } catch (UnsupportedOperationException silent) {
            return Optional.empty();
        }
    }

    /** What is asked for, with the endpoint that the environment or the client brought. */
    public StoreUri uri() {
        return uri;
    }

    /** The credentials of a client of our own, as far as they were loaded; an application's client keeps its own to itself. */
    public Optional<HeldCredentials> credentials() {
        return requests.flatMap(own -> own.credentials().held());
    }

    /** What this process has made a moment ago. */
    public Recent recent() {
        return recent;
    }

    /**
     * Calls, and waits a little where AWS does not yet know what this process has just made.
     *
     * @param doing what is done, for errors: "Signing with key"
     * @param subject the key or alias that it is done to
     * @param request what is sent
     * @param operation the client's method for it
     * @throws dev.chancery.error.ChanceryException if it fails
     */
    public <Q extends KmsRequest, A> A call(
            String doing, String subject, Q request, BiFunction<KmsClient, Q, A> operation) {
        return callUnless(Set.of(), doing, subject, request, operation).orElseThrow();
    }

    /** Like {@link #call}, but some codes of KMS are an answer: empty. */
    public <Q extends KmsRequest, A> Optional<A> callUnless(
            Set<String> codes, String doing, String subject, Q request, BiFunction<KmsClient, Q, A> operation) {
        boolean exists = recent.keyId(subject).isPresent();
        String what = doing + " " + subject;
        return answer(codes, what, () -> attempt(what, exists, request, operation));
    }

    /** Like {@link #call}, for what is there for certain, though AWS may need a moment to say so. */
    public <Q extends KmsRequest, A> A callForExisting(
            String doing, String subject, Q request, BiFunction<KmsClient, Q, A> operation) {
        String what = doing + " " + subject;
        return answer(Set.of(), what, () -> attempt(what, true, request, operation))
                .orElseThrow();
    }

    /**
     * Like {@link #callUnless}, for what must not be done twice: it is sent again only if AWS says that there are too many requests. So a
     * {@link dev.chancery.error.StoreUnavailableException} with {@code retryAfter} says that nothing was done.
     */
    public <Q extends KmsRequest, A> Optional<A> callOnce(
            Set<String> codes, String doing, String subject, Q request, BiFunction<KmsClient, Q, A> operation) {
        String what = doing + " " + subject;
        return answer(
                codes,
                what,
                () -> calls.callOnce(
                        what, kind(request), uri.limits().deadline(), time -> send(request, operation, time)));
    }

    /**
     * Reads a list, page by page.
     *
     * @param page the request for what follows a marker; {@code null} is the beginning
     * @param entries what is on a page
     * @param next the marker at the end of a page; {@code null} on the last
     */
    public <Q extends KmsRequest, A, T> List<T> list(
            String doing,
            String subject,
            Function<@Nullable String, Q> page,
            BiFunction<KmsClient, Q, A> operation,
            Function<A, List<T>> entries,
            Function<A, @Nullable String> next) {
        return Pages.readAll(
                marker -> {
                    A answer = call(doing, subject, page.apply(marker.isEmpty() ? null : marker), operation);
                    return new Page<>(entries.apply(answer), Objects.requireNonNullElse(next.apply(answer), ""));
                },
                doing + " " + subject + " in " + uri.location());
    }

    private <T> Optional<T> answer(Set<String> codes, String what, Supplier<T> call) {
        try {
            return Optional.of(call.get());
        } catch (SdkException e) {
            if (hasCode(e, codes)) {
                return Optional.empty();
            }
            throw errors.translate(e, what);
        } catch (CredentialsException e) {
            throw errors.translate(e, what);
        }
    }

    private static boolean hasCode(SdkException e, Set<String> codes) {
        return e instanceof AwsServiceException refusal && codes.contains(KmsErrors.code(refusal));
    }

    private <Q extends KmsRequest, A> A attempt(
            String what, boolean exists, Q request, BiFunction<KmsClient, Q, A> operation) {
        Deadline deadline = Deadline.in(uri.limits().deadline());
        Supplier<A> repeated =
                () -> calls.callBefore(deadline, what, kind(request), time -> send(request, operation, time));
        return exists ? UNKNOWN_YET.call(deadline, repeated, KmsErrors::afterNotFound) : repeated.get();
    }

    /** What KMS counts together. */
    private static String kind(KmsRequest request) {
        return request.getClass().getSimpleName();
    }

    private <Q extends KmsRequest, A> A send(
            Q request, BiFunction<KmsClient, Q, A> operation, RemoteCalls.Attempt time) {
        return operation.apply(
                client, requests.map(own -> own.within(request, time)).orElse(request));
    }

    @Override
    public void close() {
        calls.close();
        requests.ifPresent(own -> {
            client.close();
            own.close();
        });
    }
}
