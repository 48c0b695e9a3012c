package dev.chancery.provider.aws;

import dev.chancery.Caller;
import dev.chancery.StoreUnavailableException;
import dev.chancery.spi.support.Deadline;
import dev.chancery.spi.support.InFlight;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
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
final class Kms implements AutoCloseable {
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(25);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);

    private final KmsClient client;
    private final boolean owned;
    private final StoreUri uri;
    private final KmsErrors errors;
    private final Recent recent;
    private final InFlight inFlight;
    private final Optional<RateLimit> rate;

    private Kms(KmsClient client, boolean owned, StoreUri uri, Optional<RateLimit> rate, Recent recent) {
        this.client = client;
        this.owned = owned;
        this.uri = uri;
        this.recent = recent;
        this.errors = new KmsErrors(uri.location());
        this.inFlight = new InFlight(uri.inFlight());
        this.rate = rate;
    }

    /** A client of our own, with everything that the URI says. */
    static Kms open(StoreUri uri, Recent recent) {
        Optional<RateLimit> rate = RateLimit.shared(uri);
        return new Kms(Clients.make(uri, () -> rate.ifPresent(RateLimit::throttled)), true, uri, rate, recent);
    }

    /** Somebody else's client. */
    static Kms around(KmsClient client, StoreUri uri, Recent recent) {
        return new Kms(client, false, uri, RateLimit.shared(uri), recent);
    }

    /** One request of the SDK, given what it must be sent with. */
    @FunctionalInterface
    interface Request<T> {
        T send(KmsClient client, AwsRequestOverrideConfiguration override);
    }

    /**
     * Calls, and waits a little where AWS does not yet know what this process has just made
     * (<a href="https://docs.aws.amazon.com/kms/latest/developerguide/programming-eventual-consistency.html">eventual
     * consistency</a>).
     *
     * @param what the beginning of a sentence for errors: "Signing with key …"
     * @param subject the key or alias that the call is about
     * @throws dev.chancery.ChanceryException if it fails
     */
    <T> T call(String what, String subject, Request<T> request) {
        try {
            return attempt(what, subject, request);
        } catch (SdkException e) {
            throw errors.translate(e, what);
        }
    }

    /** Like {@link #call}, but what the SDK throws for one reason is an answer. */
    <T> Optional<T> callUnless(String what, String subject, Function<String, Boolean> code, Request<T> request) {
        try {
            return Optional.of(attempt(what, subject, request));
        } catch (AwsServiceException e) {
            if (code.apply(KmsErrors.code(e))) {
                return Optional.empty();
            }
            throw errors.translate(e, what);
        } catch (SdkException e) {
            throw errors.translate(e, what);
        }
    }

    /** Calls once, without any retry, and waits to the deadline; what the SDK throws is the caller's to judge. */
    <T> T once(String what, Request<T> request) {
        return send(what, Deadline.in(uri.deadline()), client -> request.send(client, override(true)));
    }

    KmsErrors errors() {
        return errors;
    }

    private <T> T attempt(String what, String subject, Request<T> request) {
        Deadline deadline = Deadline.in(uri.deadline());
        Duration pause = SHORTEST_PAUSE;
        while (true) {
            try {
                return send(what, deadline, client -> request.send(client, override(false)));
            } catch (AwsServiceException e) {
                boolean later = recent.explains(subject, KmsErrors.code(e)) && pause.compareTo(deadline.left()) < 0;
                if (!later || Thread.currentThread().isInterrupted()) {
                    throw e;
                }
                deadline.sleep(pause);
                pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
            }
        }
    }

    private <T> T send(String what, Deadline deadline, Function<KmsClient, T> call) {
        rate.ifPresent(limit -> deadline.sleep(limit.take(deadline.left())
                .orElseThrow(() -> busy(what, "the rate of " + uri.rate().orElse(0d) + " calls a second is used up"))));
        return inFlight.call(
                deadline, () -> send(call), () -> busy(what, uri.inFlight() + " calls are on their way already"));
    }

    private <T> T send(Function<KmsClient, T> call) {
        // The SDK sends nothing on an interrupted thread; who interrupts before the call does not mean the call.
        boolean interrupted = Thread.interrupted();
        try {
            return call.apply(client);
        } catch (SdkServiceException e) {
            if (!owned && e.isThrottlingException()) { // an own client tells of every attempt
                rate.ifPresent(RateLimit::throttled);
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

    private AwsRequestOverrideConfiguration override(boolean once) {
        AwsRequestOverrideConfiguration.Builder override = AwsRequestOverrideConfiguration.builder();
        if (once) {
            override.apiCallAttemptTimeout(uri.deadline());
            override.addPlugin(config -> config.overrideConfiguration(config.overrideConfiguration().toBuilder()
                    .retryStrategy(DefaultRetryStrategy.doNotRetry())
                    .build()));
        }
        if (uri.callerInUserAgent()) {
            Caller.current()
                    .ifPresent(caller -> override.addApiName(
                            name -> name.name("chancery-caller").version(token(caller))));
        }
        return override.build();
    }

    /** A user-agent header takes tokens only (RFC 9110, 5.6.2). */
    private static String token(Caller caller) {
        String text =
                caller.userId() + caller.correlationId().map(id -> "#" + id).orElse("");
        String token = text.replaceAll("[^A-Za-z0-9#._-]", "_");
        return token.substring(0, Math.min(token.length(), 128));
    }

    @Override
    public void close() {
        if (owned) {
            client.close();
        }
    }
}
