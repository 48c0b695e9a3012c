package dev.chancery.provider.aws.client;

import dev.chancery.error.StoreUnavailableException;
import dev.chancery.spi.support.Deadline;
import dev.chancery.spi.support.InFlight;
import dev.chancery.spi.support.RateLimit;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.function.Predicate;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.exception.SdkServiceException;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.kms.KmsClient;

/**
 * The client, with what every call to it needs: a turn, a token, a deadline, a second look at what this process has just made,
 * and errors in our words. Thread-safe; it calls on the caller's thread.
 */
public final class Kms implements AutoCloseable {
    /** A server that lists on for ever is broken. */
    public static final int MOST_PAGES = 10_000;

    private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);

    private final KmsClient client;
    private final boolean owned;
    private final StoreUri uri;
    private final KmsErrors errors;
    private final Recent recent = new Recent(System::nanoTime);
    private final InFlight inFlight;
    private final Optional<RateLimit> rate;

    private Kms(KmsClient client, boolean owned, StoreUri uri) {
        this.client = client;
        this.owned = owned;
        this.uri = uri;
        this.errors = new KmsErrors(uri.location());
        this.inFlight = new InFlight(uri.inFlight());
        this.rate = rate(uri);
    }

    private static Optional<RateLimit> rate(StoreUri uri) {
        return uri.rate().map(rate -> RateLimit.shared(uri.quota(), rate));
    }

    /** A client of our own, with everything that the URI says. */
    public static Kms open(StoreUri uri) {
        return new Kms(Clients.make(uri, () -> rate(uri).ifPresent(RateLimit::slowDown)), true, uri);
    }

    /** Somebody else's client. */
    public static Kms around(KmsClient client, StoreUri uri) {
        return new Kms(client, false, uri);
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
     * @throws dev.chancery.error.ChanceryException if it fails
     */
    public <T> T call(String doing, String subject, Function<KmsClient, T> request) {
        return callUnless(Set.of(), doing, subject, request).orElseThrow();
    }

    /** Like {@link #call}, but some codes of KMS are an answer: empty. */
    public <T> Optional<T> callUnless(Set<String> codes, String doing, String subject, Function<KmsClient, T> request) {
        boolean recentlyMade = recent.keyId(subject).isPresent();
        return answer(e -> hasCode(e, codes), doing + " " + subject, what -> attempt(what, recentlyMade, request));
    }

    /** Like {@link #call}, for what is there for certain, though AWS may need a moment to say so. */
    public <T> T callForExisting(String doing, String subject, Function<KmsClient, T> request) {
        return answer(e -> false, doing + " " + subject, what -> attempt(what, true, request))
                .orElseThrow();
    }

    /** Calls once, with {@link #once}. */
    public <T> T callOnce(String doing, String subject, Function<KmsClient, T> request) {
        return answer(e -> false, doing + " " + subject, what -> send(what, Deadline.in(uri.deadline()), request))
                .orElseThrow();
    }

    /** How a request is sent that must not be repeated: without any retry, waiting for its answer to the deadline. */
    public AwsRequestOverrideConfiguration once() {
        return AwsRequestOverrideConfiguration.builder()
                .apiCallAttemptTimeout(uri.deadline())
                .addPlugin(config -> config.overrideConfiguration(config.overrideConfiguration().toBuilder()
                        .retryStrategy(DefaultRetryStrategy.doNotRetry())
                        .build()))
                .build();
    }

    private <T> Optional<T> answer(Predicate<SdkException> isAnswer, String what, Function<String, T> call) {
        try {
            return Optional.of(call.apply(what));
        } catch (SdkException e) {
            if (isAnswer.test(e)) {
                return Optional.empty();
            }
            throw errors.translate(e, what);
        } catch (RejectedExecutionException closed) { // by the SDK's timers, which go with the client
            throw new StoreUnavailableException(
                    what + " in " + uri.location() + " failed: the store was closed meanwhile. Open it again.", closed);
        }
    }

    private static boolean hasCode(SdkException e, Set<String> codes) {
        return e instanceof AwsServiceException refusal && codes.contains(KmsErrors.code(refusal));
    }

    private <T> T attempt(String what, boolean exists, Function<KmsClient, T> request) {
        Deadline deadline = Deadline.in(uri.deadline());
        Duration pause = Duration.ofMillis(25);
        while (true) {
            try {
                return send(what, deadline, request);
            } catch (AwsServiceException e) {
                boolean later =
                        exists && hasCode(e, Set.of("NotFoundException")) && pause.compareTo(deadline.left()) < 0;
                if (!later || Thread.currentThread().isInterrupted()) {
                    throw e;
                }
                deadline.sleep(pause);
                pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
            }
        }
    }

    private <T> T send(String what, Deadline deadline, Function<KmsClient, T> request) {
        rate.ifPresent(limit -> deadline.sleep(limit.take(deadline.left())
                .orElseThrow(() -> busy(what, "the rate of " + uri.rate().orElse(0d) + " calls a second is used up"))));
        return inFlight.call(
                deadline, () -> send(request), () -> busy(what, uri.inFlight() + " calls are on their way already"));
    }

    private <T> T send(Function<KmsClient, T> request) {
        // The SDK sends nothing on an interrupted thread; who interrupts before the call does not mean the call.
        boolean interrupted = Thread.interrupted();
        try {
            return request.apply(client);
        } catch (SdkServiceException e) {
            if (!owned && e.isThrottlingException()) { // an own client tells of every attempt
                rate.ifPresent(RateLimit::slowDown);
            }
            throw e;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private StoreUnavailableException busy(String what, String why) {
        return new StoreUnavailableException(
                what + " in " + uri.location() + " was not begun: " + why + ", and none ended within " + uri.deadline()
                        + ". Send less at once, or raise the limit in the URI.",
                null,
                Duration.ofSeconds(1));
    }

    @Override
    public void close() {
        if (owned) {
            client.close();
        }
    }
}
