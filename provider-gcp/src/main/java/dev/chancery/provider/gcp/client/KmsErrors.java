package dev.chancery.provider.gcp.client;

import com.google.api.gax.rpc.ApiException;
import com.google.api.gax.rpc.ErrorDetails;
import com.google.api.gax.rpc.StatusCode.Code;
import com.google.rpc.RetryInfo;
import dev.chancery.error.AlgorithmMismatchException;
import dev.chancery.error.ChanceryException;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.KeyAccessException;
import dev.chancery.error.KeyExistsException;
import dev.chancery.error.KeyNotFoundException;
import dev.chancery.error.KeyStateException;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.spi.support.Causes;
import dev.chancery.spi.support.Printable;
import dev.chancery.spi.support.RemoteCalls;
import dev.chancery.spi.support.Retries;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/**
 * Errors of the SDK as those of {@link dev.chancery}, by what a caller would do next. The statuses are
 * <a href="https://cloud.google.com/apis/design/errors">those of Google's APIs</a>.
 */
final class KmsErrors implements RemoteCalls.Failures {
    /** Where Google asks to be left alone and does not say for how long. */
    private static final Duration THROTTLED = Duration.ofSeconds(1);

    private static final int MOST_SAID = 300;
    private static final Set<Code> PASSING =
            Set.of(Code.UNAVAILABLE, Code.DEADLINE_EXCEEDED, Code.INTERNAL, Code.UNKNOWN, Code.ABORTED, Code.DATA_LOSS);
    private static final Pattern TOO_LARGE =
            Pattern.compile("(?i)message larger than max|message exceeds maximum size");

    // --- what to do

    private static final String CREDENTIALS = "Sign in (`gcloud auth application-default login`), set"
            + " GOOGLE_APPLICATION_CREDENTIALS, or give the machine a service account.";
    private static final String ROLES =
            "Grant the caller a role that permits it: docs/providers/gcp.md has the least of each.";
    private static final String STATE =
            "The key is in a state of Cloud KMS that does not permit it. `chancery show` names the"
                    + " state; resume the key, or use another.";
    private static final String TLS = "TLS does not trust who answers there. If it is your own server, name its"
            + " certificate: trust=FILE in the URI; otherwise find out who answers there.";

    private static final String WHERE =
            "Check project, location and key ring. `chancery list` shows the keys that are there.";
    private static final String QUOTA =
            "Too many requests for the project's quota. Wait, or send less at once (inflight= in the URI).";
    private static final String NETWORK = "Check the network, the endpoint and the credentials, and try again.";

    private final String location;

    KmsErrors(String location) {
        this.location = location;
    }

    // --- what an error is

    /** No answer, or none that makes sense; not what comes out the same the next time. */
    private static boolean isPassing(RuntimeException e) {
        return e instanceof IntegrityException
                || (e instanceof ApiException api
                        && PASSING.contains(api.getStatusCode().getCode())
                        && !Causes.include(e, SSLException.class)
                        && !Causes.include(e, DeferredCredentials.NoCredentialsException.class));
    }

    /** What is too large is told by the same status, by the SDK itself. */
    private static boolean isThrottling(RuntimeException e) {
        return e instanceof ApiException api
                && api.getStatusCode().getCode() == Code.RESOURCE_EXHAUSTED
                && !TOO_LARGE.matcher(message(e)).find();
    }

    /** How long Google asks to be left alone. */
    private static Optional<Duration> retryDelay(RuntimeException e) {
        return Optional.of(e)
                .filter(ApiException.class::isInstance)
                .map(api -> ((ApiException) api).getErrorDetails())
                .map(ErrorDetails::getRetryInfo)
                .filter(RetryInfo::hasRetryDelay)
                .map(info -> Duration.ofSeconds(
                        Math.max(0, info.getRetryDelay().getSeconds()),
                        info.getRetryDelay().getNanos()));
    }

    @Override
    public Optional<Duration> throttled(RuntimeException e) {
        return isThrottling(e) ? Optional.of(retryDelay(e).orElse(Duration.ZERO)) : Optional.empty();
    }

    @Override
    public Retries.Next afterFailure(RuntimeException e) {
        return isPassing(e) ? new Retries.Next.Again(retryDelay(e)) : new Retries.Next.Stop();
    }

    private static String message(Throwable e) {
        return e.getMessage() == null ? "without a word on why" : e.getMessage();
    }

    // --- what it becomes

    /**
     * Translates.
     *
     * @param what what was tried, the beginning of a sentence: "Signing with key …"
     */
    ChanceryException translate(ApiException e, String what) {
        Code code = e.getStatusCode().getCode();
        String words = Printable.of(message(e), MOST_SAID);
        String failed = what + " in " + location + " failed: ";
        String said = failed + "Google says " + code + ", " + words + ". ";
        if (Causes.include(e, DeferredCredentials.NoCredentialsException.class)) {
            return new KeyAccessException(failed + "no credentials were found (" + words + "). " + CREDENTIALS, e);
        }
        if (Causes.include(e, SSLException.class)) {
            return new KeyAccessException(said + TLS, e);
        }
        Optional<String> project = projectAdvice(e);
        return switch (code) {
            case NOT_FOUND -> new KeyNotFoundException(said + WHERE, e);
            case ALREADY_EXISTS -> new KeyExistsException(said + "Choose another name.", e);
            case UNAUTHENTICATED -> new KeyAccessException(said + CREDENTIALS, e);
            case PERMISSION_DENIED -> new KeyAccessException(said + project.orElse(ROLES), e);
            case FAILED_PRECONDITION ->
                project.isPresent()
                        ? new KeyAccessException(said + project.get(), e)
                        : new KeyStateException(said + STATE, e);
            case RESOURCE_EXHAUSTED ->
                isThrottling(e)
                        ? new StoreUnavailableException(
                                said + QUOTA, e, retryDelay(e).orElse(THROTTLED))
                        : new IntegrityException(said + "An answer is larger than any that makes sense.", e);
            case UNIMPLEMENTED -> new UnsupportedException(said + "This server does not offer it.", e);
            case INVALID_ARGUMENT, OUT_OF_RANGE ->
                says(e, "algorithm|digest")
                        ? new AlgorithmMismatchException(said + "`chancery show` names what the key signs with.", e)
                        : new ConfigurationException(said + "What was asked is not what this server takes.", e);
            case CANCELLED, UNKNOWN, INTERNAL, ABORTED, DATA_LOSS ->
                new StoreUnavailableException(said + "Try again.", e);
            default ->
                new StoreUnavailableException(
                        failed + "Google did not answer in time, or not at all (" + code + ", " + words + "). "
                                + NETWORK,
                        e);
        };
    }

    private static boolean says(ApiException e, String pattern) {
        return Pattern.compile(pattern, Pattern.CASE_INSENSITIVE)
                .matcher(e.getReason() + " " + message(e))
                .find();
    }

    /** What is wrong with the whole project, whatever the status. */
    private static Optional<String> projectAdvice(ApiException e) {
        if (says(e, "billing")) {
            return Optional.of("Link a billing account to the project.");
        }
        return says(e, "SERVICE_DISABLED|API has not been used")
                ? Optional.of("Enable the API: `gcloud services enable cloudkms.googleapis.com`.")
                : Optional.empty();
    }
}
