package dev.chancery.provider.azure.client;

import com.azure.core.exception.ClientAuthenticationException;
import com.azure.core.exception.HttpResponseException;
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
import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeoutException;
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
    private static final Set<Integer> PASSING = Set.of(408, 429, 500, 502, 503, 504);

    private final String location;

    VaultErrors(String location) {
        this.location = location;
    }

    static boolean is(Throwable e, Class<? extends Throwable> kind) {
        return causes(e).anyMatch(kind::isInstance);
    }

    static Stream<Throwable> causes(Throwable e) {
        return Stream.<@Nullable Throwable>iterate(
                        e,
                        Objects::nonNull,
                        cause -> Objects.requireNonNull(cause).getCause())
                .limit(MOST_CAUSES)
                .map(Objects::requireNonNull);
    }

    /** No answer, or half of one, or one that makes no sense; not what comes out the same the next time. */
    static boolean isPassing(Throwable e) {
        boolean lasting = Stream.of(
                        SSLException.class,
                        UnknownHostException.class,
                        UnresolvedAddressException.class,
                        InterruptedException.class,
                        TimeoutException.class,
                        ChanceryException.class)
                .anyMatch(kind -> is(e, kind));
        return Refusal.of(e)
                .map(refusal -> PASSING.contains(refusal.status()))
                .orElseGet(() -> !lasting
                        && (is(e, IOException.class)
                                || is(e, HttpResponseException.class)
                                || is(e, IllegalStateException.class)));
    }

    /**
     * Translates.
     *
     * @param what what was tried, the beginning of a sentence: "Signing with key …"
     */
    ChanceryException translate(RuntimeException e, String what) {
        String failed = what + " in " + location + " failed: ";
        return causes(e)
                .filter(ChanceryException.class::isInstance)
                .map(ChanceryException.class::cast)
                .findFirst()
                .or(() -> Refusal.of(e).map(refusal -> refused(e, refusal, failed)))
                .orElseGet(() -> unanswered(e, failed));
    }

    private static ChanceryException unanswered(RuntimeException e, String failed) {
        String said = Printable.of(said(e), MOST_SAID);
        if (is(e, TimeoutException.class)) {
            return new StoreUnavailableException(
                    failed
                            + "Azure's credentials were not there in time. Try again; to know which of the chain takes so"
                            + " long, name one (AZURE_TOKEN_CREDENTIALS), or hand over a credential of your own.",
                    e);
        }
        if (said.startsWith("The challenge ")) { // the SDK has no class of its own for it
            return new IntegrityException(
                    failed + said + " A server that stands in for Azure is trusted with challenge=any in the URI;"
                            + " otherwise find out who answers there.",
                    e);
        }
        if (is(e, ClientAuthenticationException.class)) {
            return new KeyAccessException(
                    failed + "no credential of Azure's chain works here (" + said
                            + "). Set AZURE_CLIENT_ID and its like, sign in (`az login`), or give the machine an identity.",
                    e);
        }
        if (is(e, SSLException.class)) {
            return new KeyAccessException(
                    failed + "TLS does not trust who answers there (" + said
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
        return new StoreUnavailableException(
                failed
                        + (is(e, InterruptedException.class)
                                ? "the thread was interrupted. Try again."
                                : "the vault did not answer in time, or not so that it makes sense (" + said
                                        + "). Check the network and the vault's name, and try again."),
                e);
    }

    private static String said(Throwable e) {
        return causes(e)
                .map(Throwable::getMessage)
                .filter(message -> message != null && !message.isEmpty())
                .reduce((outer, inner) -> inner)
                .orElse(e.getClass().getSimpleName());
    }

    private static ChanceryException refused(RuntimeException e, Refusal refusal, String failed) {
        String said = failed + "the vault says " + Printable.of(refusal.code()) + ", "
                + Printable.of(refusal.message(), MOST_SAID) + " (request " + Printable.of(refusal.requestId()) + "). ";
        return switch (refusal.status()) {
            case 401 ->
                new KeyAccessException(
                        said + "The vault does not take this token. Check which tenant and cloud the credential is of.",
                        e);
            case 403 -> forbidden(e, refusal, said);
            case 404 -> new KeyNotFoundException(said + "`chancery list` shows the keys that are there.", e);
            case 409 ->
                new KeyExistsException(
                        refusal.says("deleted")
                                ? said
                                        + "A key of that name is deleted and can still be recovered. Recover it (`az keyvault"
                                        + " key recover`), purge it (`az keyvault key purge`), or choose another name."
                                : said + "Another change of that name is under way. Try again, or choose another name.",
                        e);
            case 429 ->
                new StoreUnavailableException(
                        said
                                + "Too many requests for the vault's quota. Wait, or send less at once (inflight= in the URI).",
                        e,
                        refusal.retryAfter().orElse(THROTTLED));
            case 405, 501 -> new UnsupportedException(said + "This server does not offer it.", e);
            default ->
                PASSING.contains(refusal.status()) || refusal.status() >= 500
                        ? new StoreUnavailableException(said + "Try again.", e)
                        : badRequest(e, refusal, said);
        };
    }

    private static ChanceryException forbidden(RuntimeException e, Refusal refusal, String said) {
        if (refusal.says("KeyDisabled|disabled (key|entity)")) {
            return new KeyStateException(said + "The key is disabled in the vault. Resume it, or use another.", e);
        }
        if (refusal.says("expired|not ?yet ?valid|not active")) {
            return new KeyStateException(
                    said
                            + "The vault signs with a key between its nbf and exp only. Use another, or set its dates right.",
                    e);
        }
        return new KeyAccessException(
                refusal.says("ByFirewall|ByConnection|client address is not authorized")
                        ? said
                                + "The vault's firewall does not let this address in. Add it, or use the private endpoint."
                        : said
                                + "Give the caller a role or an access policy that permits it: docs/providers/azure.md has"
                                + " the least of each.",
                e);
    }

    private static ChanceryException badRequest(RuntimeException e, Refusal refusal, String said) {
        return refusal.says("algorithm|key type|not permitted")
                ? new AlgorithmMismatchException(
                        said + "The key is not for signing, or not with this algorithm. `chancery show` names its own.",
                        e)
                : new ConfigurationException(said + "What was asked is not what this server takes.", e);
    }
}
