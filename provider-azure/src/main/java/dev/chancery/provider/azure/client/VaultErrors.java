package dev.chancery.provider.azure.client;

import com.azure.core.exception.ClientAuthenticationException;
import com.azure.core.exception.HttpResponseException;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpResponse;
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
import dev.chancery.spi.support.Printable;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Errors of the SDK as those of {@link dev.chancery}, by what a caller would do next. Status and codes are those of
 * <a href="https://learn.microsoft.com/azure/key-vault/general/rest-error-codes">Key Vault's REST API</a>.
 */
final class VaultErrors {
    /** Where the vault asks to be left alone and does not say for how long. */
    private static final Duration THROTTLED = Duration.ofSeconds(1);

    private static final int MOST_SAID = 200;
    private static final int MOST_CAUSES = 20;
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,5}");

    private final String location;

    VaultErrors(String location) {
        this.location = location;
    }

    // --- what an error is

    static Optional<HttpResponseException> refusal(Throwable e) {
        return causes(e)
                .filter(HttpResponseException.class::isInstance)
                .map(HttpResponseException.class::cast)
                .filter(refusal ->
                        refusal.getResponse() != null && refusal.getResponse().getStatusCode() >= 400)
                .findFirst();
    }

    static int status(HttpResponseException e) {
        return e.getResponse().getStatusCode();
    }

    /** The vault's own word: the inner code where there is one, else the outer, else the status. */
    static String code(HttpResponseException e) {
        return Stream.of(inner(e), error(e))
                .flatMap(Optional::stream)
                .flatMap(part -> text(part, "code").stream())
                .findFirst()
                .orElse("HTTP " + status(e));
    }

    private static String message(HttpResponseException e) {
        return error(e).flatMap(error -> text(error, "message")).orElse("without a word on why");
    }

    private static Optional<Map<?, ?>> error(HttpResponseException e) {
        return e.getValue() instanceof Map<?, ?> body && body.get("error") instanceof Map<?, ?> error
                ? Optional.of(error)
                : Optional.empty();
    }

    private static Optional<Map<?, ?>> inner(HttpResponseException e) {
        return error(e).flatMap(error -> Stream.of("innererror", "innerError")
                .map(error::get)
                .filter(Map.class::isInstance)
                .<Map<?, ?>>map(inner -> (Map<?, ?>) inner)
                .findFirst());
    }

    private static Optional<String> text(Map<?, ?> part, String name) {
        return part.get(name) instanceof String text && !text.isEmpty() ? Optional.of(text) : Optional.empty();
    }

    /** How long the vault asks to be left alone. */
    static Optional<Duration> retryAfter(HttpResponseException e) {
        return Optional.ofNullable(e.getResponse().getHeaderValue(HttpHeaderName.RETRY_AFTER))
                .filter(text -> SECONDS.matcher(text).matches())
                .map(text -> Duration.ofSeconds(Integer.parseInt(text)));
    }

    static boolean is(Throwable e, Class<? extends Throwable> kind) {
        return causes(e).anyMatch(kind::isInstance);
    }

    private static Stream<Throwable> causes(Throwable e) {
        return Stream.<@Nullable Throwable>iterate(
                        e,
                        Objects::nonNull,
                        cause -> Objects.requireNonNull(cause).getCause())
                .limit(MOST_CAUSES)
                .map(Objects::requireNonNull);
    }

    // --- what it means

    /**
     * Translates.
     *
     * @param what what was tried, the beginning of a sentence: "Signing with key …"
     */
    ChanceryException translate(RuntimeException e, String what) {
        String failed = what + " in " + location + " failed: ";
        Optional<ChanceryException> own = causes(e)
                .filter(ChanceryException.class::isInstance)
                .map(ChanceryException.class::cast)
                .findFirst();
        return own.or(() -> refusal(e).map(refusal -> refused(refusal, failed))).orElseGet(() -> unanswered(e, failed));
    }

    private static ChanceryException unanswered(RuntimeException e, String failed) {
        if (is(e, TimedCredential.SlowCredentialException.class)) {
            return new StoreUnavailableException(
                    failed
                            + "Azure's credentials were not there in time. Try again; to know which of the chain takes so"
                            + " long, name one (AZURE_TOKEN_CREDENTIALS), or hand over a credential of your own.",
                    e);
        }
        if (is(e, VaultTransport.MisdirectedException.class) || challengeOfAnotherDomain(e)) {
            return new IntegrityException(
                    failed + Printable.of(said(e), MOST_SAID)
                            + " A server that stands in for Azure is trusted with challenge=any in the URI; otherwise find out"
                            + " who answers there.",
                    e);
        }
        if (is(e, ClientAuthenticationException.class)) {
            return new KeyAccessException(
                    failed + "no credential of Azure's chain works here (" + Printable.of(said(e), MOST_SAID)
                            + "). Set AZURE_CLIENT_ID and its like, sign in (`az login`), or give the machine an identity.",
                    e);
        }
        if (is(e, SSLException.class)) {
            return new KeyAccessException(
                    failed + "TLS does not trust who answers there (" + Printable.of(said(e), MOST_SAID)
                            + "). If it is your own server, name its certificate: trust=FILE in the URI.",
                    e);
        }
        if (is(e, UnknownHostException.class) || is(e, UnresolvedAddressException.class)) {
            return new StoreUnavailableException(
                    failed + "no such vault is known to DNS. Check its name and its domain (.vault.azure.net,"
                            + " .vault.azure.cn, .vault.usgovcloudapi.net, .managedhsm.azure.net), and the private"
                            + " endpoint's zone if there is one.",
                    e);
        }
        if (is(e, InterruptedException.class)) {
            return new StoreUnavailableException(failed + "the thread was interrupted. Try again.", e);
        }
        return new StoreUnavailableException(
                failed + "the vault did not answer in time, or not so that it makes sense ("
                        + Printable.of(said(e), MOST_SAID)
                        + "). Check the network and the vault's name, and try again.",
                e);
    }

    /** The SDK has no class of its own for it. */
    private static boolean challengeOfAnotherDomain(Throwable e) {
        return causes(e).anyMatch(cause -> String.valueOf(cause.getMessage()).startsWith("The challenge "));
    }

    private static String said(Throwable e) {
        return causes(e)
                .map(Throwable::getMessage)
                .filter(message -> message != null && !message.isEmpty())
                .reduce((outer, inner) -> inner)
                .orElse(e.getClass().getSimpleName());
    }

    private ChanceryException refused(HttpResponseException e, String failed) {
        String code = Printable.of(code(e));
        HttpResponse answer = e.getResponse();
        String said = failed + "the vault says " + code + ", " + Printable.of(message(e), MOST_SAID) + " (request "
                + Printable.of(String.valueOf(answer.getHeaderValue(VaultTransport.REQUEST_ID))) + "). ";
        return switch (answer.getStatusCode()) {
            case 401 ->
                new KeyAccessException(
                        said + "The vault does not take this token. Check which tenant and cloud the credential is of.",
                        e);
            case 403 -> forbidden(e, code, said);
            case 404 -> new KeyNotFoundException(said + "`chancery list` shows the keys that are there.", e);
            case 409 -> conflict(e, said);
            case 429 ->
                new StoreUnavailableException(
                        said
                                + "Too many requests for the vault's quota. Wait, or send less at once (inflight= in the URI).",
                        e,
                        retryAfter(e).orElse(THROTTLED));
            case 405, 501 -> new UnsupportedException(said + "This server does not offer it.", e);
            default ->
                answer.getStatusCode() >= 500 || answer.getStatusCode() == 408
                        ? new StoreUnavailableException(said + "Try again.", e)
                        : badRequest(e, said);
        };
    }

    private static ChanceryException forbidden(HttpResponseException e, String code, String said) {
        String message = message(e);
        if (code.equals("KeyDisabled") || message.contains("disabled key") || message.contains("disabled entity")) {
            return new KeyStateException(said + "The key is disabled in the vault. Resume it, or use another.", e);
        }
        if (code.matches("KeyExpired|KeyNotYetValid")
                || message.matches("(?s).*(expired|not yet valid|not active).*")) {
            return new KeyStateException(
                    said
                            + "The vault signs with a key between its nbf and exp only. Use another, or set its dates right.",
                    e);
        }
        if (code.matches("ForbiddenByFirewall|ForbiddenByConnection")
                || message.contains("not authorized and caller")) {
            return new KeyAccessException(
                    said + "The vault's firewall does not let this address in. Add it, or use the private endpoint.",
                    e);
        }
        return new KeyAccessException(
                said
                        + "Give the caller a role or an access policy that permits it: docs/providers/azure.md has the least of"
                        + " each.",
                e);
    }

    private static ChanceryException conflict(HttpResponseException e, String said) {
        String message = message(e);
        boolean deleted = code(e).startsWith("ObjectIsDeleted") || message.contains("deleted");
        return new KeyExistsException(
                deleted
                        ? said
                                + "A key of that name is deleted and can still be recovered. Recover it (`az keyvault key recover`),"
                                + " purge it (`az keyvault key purge`), or choose another name."
                        : said + "Another change of that name is under way. Try again, or choose another name.",
                e);
    }

    private static ChanceryException badRequest(HttpResponseException e, String said) {
        boolean algorithm = message(e).matches("(?is).*(algorithm|key type|operation .* not permitted).*");
        return algorithm
                ? new AlgorithmMismatchException(
                        said + "The key is not for signing, or not with this algorithm. `chancery show` names its own.",
                        e)
                : new ConfigurationException(said + "What was asked is not what this server takes.", e);
    }
}
