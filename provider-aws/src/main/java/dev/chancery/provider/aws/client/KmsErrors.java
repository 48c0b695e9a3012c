package dev.chancery.provider.aws.client;

import dev.chancery.error.AlgorithmMismatchException;
import dev.chancery.error.ChanceryException;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.KeyAccessException;
import dev.chancery.error.KeyExistsException;
import dev.chancery.error.KeyNotFoundException;
import dev.chancery.error.KeyStateException;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.spi.support.Printable;
import dev.chancery.spi.support.RemoteCalls;
import dev.chancery.spi.support.Retries;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.exception.SdkServiceException;

/**
 * Errors of the SDK as those of {@link dev.chancery}, by what a caller would do next. The codes are those of
 * <a href="https://docs.aws.amazon.com/kms/latest/APIReference/CommonErrors.html">KMS's common errors</a> and of each operation.
 */
final class KmsErrors implements RemoteCalls.Failures {
    /** Where AWS asks to be left alone and does not say for how long: its own clients begin with one second. */
    private static final Duration THROTTLED = Duration.ofSeconds(1);

    private static final Duration UNKNOWN = Duration.ofMillis(100);

    private static final int MOST_SAID = 200;
    private static final String PROXY_PASSWORD =
            " The proxy asks for a password: HTTPS_PROXY=http://user:password@host:port names it, and Java sends it through a"
                    + " tunnel if it is started with -Djdk.http.auth.tunneling.disabledSchemes=.";

    private static final Pattern SKEWED = Pattern.compile("Signature (expired|not yet current)");
    private static final Pattern NOT_AUTHENTIC = Pattern.compile(
            "(UnrecognizedClient|InvalidSignature|IncompleteSignature|MissingAuthenticationToken)(Exception)?"
                    + "|InvalidClientTokenId|SignatureDoesNotMatch|NotAuthorized");

    private final String location;

    KmsErrors(String location) {
        this.location = location;
    }

    /**
     * Translates.
     *
     * @param what what was tried, the beginning of a sentence: "Signing with key …"
     */
    ChanceryException translate(SdkException e, String what) {
        String failed = what + " in " + location + " failed: ";
        if (e instanceof AwsServiceException service) {
            return service(service, failed);
        }
        if (lacksCredentials(e)) { // a client that was handed over loads its own
            return withoutCredentials(failed, "", e);
        }
        if (e instanceof AbortedException) {
            return new StoreUnavailableException(failed + "the thread was interrupted.", e);
        }
        return new StoreUnavailableException(
                failed + "AWS did not answer, or not so that it makes sense ("
                        + Printable.of(String.valueOf(e.getMessage()), MOST_SAID)
                        + "). Check the network and the endpoint, and try again."
                        + (String.valueOf(e.getMessage()).contains("returns \"HTTP/1.1 407") ? PROXY_PASSWORD : ""),
                e);
    }

    /** Translates a failure of our own loading. */
    ChanceryException translate(CredentialsException e, String what) {
        String failed = what + " in " + location + " failed: ";
        String said = String.valueOf(e.getMessage());
        if (e.isPassing()) {
            return new StoreUnavailableException(
                    failed + "the AWS credentials cannot be loaded now: " + said + ". Try again.", e);
        }
        return withoutCredentials(failed, said, e);
    }

    private static KeyAccessException withoutCredentials(String failed, String said, Throwable e) {
        String reason = said.isEmpty() ? "" : " (" + said + ")";
        String advice = said.contains("must be on the class path")
                ? " Add software.amazon.awssdk:sso and software.amazon.awssdk:ssooidc, of this SDK's version, to the class path."
                : " Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, name a profile (profile= in the URI), or give the machine"
                        + " a role.";
        return new KeyAccessException(
                failed + "no AWS credentials were found, or they cannot be loaded" + reason + "." + advice, e);
    }

    /** KMS does not say how long it wants to be left alone. */
    @Override
    public Optional<Duration> throttled(RuntimeException e) {
        return e instanceof SdkServiceException refusal && refusal.isThrottlingException()
                ? Optional.of(Duration.ZERO)
                : Optional.empty();
    }

    /** What was made a moment ago is not known everywhere yet. */
    static Retries.Next afterNotFound(RuntimeException e) {
        boolean notYet =
                e instanceof AwsServiceException service && code(service).equals("NotFoundException");
        return notYet ? new Retries.Next.Again(Optional.of(UNKNOWN)) : new Retries.Next.Stop();
    }

    /** Another attempt follows a request that may have been lost, or its answer, and a clock that is put right now. */
    @Override
    public Retries.Next afterFailure(RuntimeException e) {
        boolean lost = e instanceof SdkServiceException service
                ? service.statusCode() >= 500 || service.isClockSkewException()
                : e instanceof SdkClientException
                        && !(e instanceof AbortedException || lacksCredentials((SdkException) e));
        return lost ? new Retries.Next.Again(Optional.empty()) : new Retries.Next.Stop();
    }

    private static boolean lacksCredentials(SdkException e) {
        return e instanceof SdkClientException
                && String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT).contains("credentials");
    }

    private ChanceryException service(AwsServiceException e, String failed) {
        String code = code(e);
        String said = failed + "AWS says " + code + ", " + Printable.of(message(e), MOST_SAID) + " (request "
                + Printable.of(String.valueOf(e.requestId())) + "). ";
        if (e.isThrottlingException()) {
            return new StoreUnavailableException(
                    said
                            + "Too many requests for the account's quota in this region. Wait, or limit them with rate= in the"
                            + " URI.",
                    e,
                    THROTTLED);
        }
        if (e.isClockSkewException() || SKEWED.matcher(message(e)).find()) {
            return new KeyAccessException(
                    said + "This machine's clock is wrong, so AWS takes no signature of its requests. Set it right.",
                    e);
        }
        if (NOT_AUTHENTIC.matcher(code).matches()) {
            return notAuthentic(e, said);
        }
        return switch (code) {
            case "NotFoundException" ->
                message(e).toLowerCase(Locale.ROOT).contains("invalid arn")
                        ? new ConfigurationException(
                                said + "The key is in another region than the URI's. Put them in agreement.", e)
                        : new KeyNotFoundException(
                                said + "Check id, account and region. `chancery list` shows the keys that are there.",
                                e);
            case "DisabledException" ->
                new KeyStateException(said + "The key is disabled in AWS KMS. Resume it, or use another.", e);
            case "KMSInvalidStateException" ->
                new KeyStateException(
                        said + "If the key is scheduled for deletion: `aws kms cancel-key-deletion` stops that.", e);
            case "AccessDeniedException", "AccessDenied", "OptInRequired" ->
                new KeyAccessException(
                        said
                                + "Allow it in the key's policy or the caller's: docs/providers/aws.md has the least of each.",
                        e);
            case "ExpiredTokenException", "ExpiredToken", "RequestExpired" ->
                new KeyAccessException(said + "The AWS credentials have expired. Get new ones.", e);
            case "InvalidKeyUsageException" ->
                new AlgorithmMismatchException(
                        said + "The key is not for signing, or not with this algorithm. `chancery show` names its own.",
                        e);
            case "AlreadyExistsException" -> new KeyExistsException(said + "Choose another name.", e);
            case "LimitExceededException" ->
                new ConfigurationException(
                        said
                                + "A quota is used up: keys, aliases or tags. Remove what is not needed, or have it raised.",
                        e);
            case "UnsupportedOperationException", "UnknownOperationException" ->
                new UnsupportedException(said + "This server or region does not offer it.", e);
            default ->
                e.statusCode() >= 500
                        ? new StoreUnavailableException(said + "Try again.", e)
                        : new ConfigurationException(said + "What was asked is not what this server takes.", e);
        };
    }

    private static ChanceryException notAuthentic(AwsServiceException e, String said) {
        return message(e).contains("scoped to a valid region")
                ? new ConfigurationException(
                        said + "The server is of another region than the URI's. Put them in agreement.", e)
                : new KeyAccessException(
                        said + "AWS does not know these credentials in this region, or their secret is wrong.", e);
    }

    /** The code is KMS's own word; the fallback for a server that sends none is the exception's class. */
    static String code(AwsServiceException e) {
        AwsErrorDetails details = e.awsErrorDetails();
        String code = details == null ? null : details.errorCode();
        return code == null || code.isEmpty() ? e.getClass().getSimpleName() : Printable.of(code);
    }

    private static String message(AwsServiceException e) {
        AwsErrorDetails details = e.awsErrorDetails();
        @Nullable String message = details == null ? null : details.errorMessage();
        return message == null ? "without a word on why" : message;
    }
}
