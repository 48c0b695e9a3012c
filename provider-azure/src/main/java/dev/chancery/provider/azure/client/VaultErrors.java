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
import dev.chancery.spi.support.Causes;
import dev.chancery.spi.support.Printable;
import dev.chancery.spi.support.RemoteCalls;
import dev.chancery.spi.support.Retries;
import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/**
 * Errors of the SDK as those of {@link dev.chancery}, by what a caller would do next. Status and codes are those of
 * <a href="https://learn.microsoft.com/azure/key-vault/general/rest-error-codes">Key Vault's REST API</a>.
 */
final class VaultErrors implements RemoteCalls.Failures {
    /** Where the vault asks to be left alone and does not say for how long. */
    private static final Duration THROTTLED = Duration.ofSeconds(1);

    // --- what to do

    private static final String ANOTHER_DOMAIN = "the vault asks for a token of another domain ";
    private static final String TRUST_CHALLENGE =
            "A server that stands in for Azure is trusted with challenge=any in the URI; otherwise find out who answers there.";
    private static final String CREDENTIALS =
            "Set AZURE_CLIENT_ID and its like, sign in (`az login`), or give the machine an identity.";
    private static final String TRUST_SERVER = "If it is your own server, name its certificate: trust=FILE in the URI.";
    private static final String DOMAINS =
            "Check its name and its domain (.vault.azure.net, .vault.azure.cn, .vault.usgovcloudapi.net,"
                    + " .managedhsm.azure.net), and the private endpoint's zone if there is one;"
                    + " endpoint= in the URI names a server that is reached elsewhere.";
    private static final String RECOVER =
            "A key of that name is deleted and can still be recovered. Recover it (`az keyvault key recover`), purge it"
                    + " (`az keyvault key purge`), or choose another name.";
    private static final String UNDER_WAY =
            "Another change of that name is under way. Try again, or choose another name.";
    private static final String TOO_MANY =
            "Too many requests for its quota. Wait, or send less at once (inflight= in the URI).";
    private static final String FIREWALL =
            "The vault's firewall does not let this address in. Add it, or use the private endpoint.";
    private static final String PERMISSIONS =
            "Give the caller a role or an access policy that permits it: docs/providers/azure.md has the least of each.";

    // --- what an error is

    private static final int MOST_SAID = 200;
    private static final Set<Integer> PASSING = Set.of(408, 500, 502, 503, 504);

    /** What comes out the same the next time. */
    private static final Class<?>[] LASTING = {
        SSLException.class,
        UnknownHostException.class,
        UnresolvedAddressException.class,
        InterruptedException.class,
        TimeoutException.class,
        ClientAuthenticationException.class,
        ChanceryException.class
    };

    private final String location;

    VaultErrors(String location) {
        this.location = location;
    }

    @Override
    public Optional<Duration> throttled(RuntimeException e) {
        return Refusal.of(e)
                .filter(Refusal::isThrottling)
                .map(refusal -> refusal.retryAfter().orElse(Duration.ZERO));
    }

    @Override
    public Retries.Next afterFailure(RuntimeException e) {
        return isPassing(e)
                ? new Retries.Next.Again(Refusal.of(e).flatMap(Refusal::retryAfter))
                : new Retries.Next.Stop();
    }

    /** No answer, or half of one, or one that makes no sense; not what comes out the same the next time. */
    private static boolean isPassing(Throwable e) {
        return Refusal.of(e)
                .map(refusal -> PASSING.contains(refusal.status()) && !refusal.isForDisabled())
                .orElseGet(() -> !Causes.include(e, LASTING)
                        && Causes.include(
                                e, IOException.class, HttpResponseException.class, IllegalStateException.class));
    }

    /**
     * Translates.
     *
     * @param what what was tried, the beginning of a sentence: "Signing with key …"
     */
    ChanceryException translate(RuntimeException e, String what) {
        String failed = what + " in " + location + " failed: ";
        return Causes.of(e)
                .filter(ChanceryException.class::isInstance)
                .map(ChanceryException.class::cast)
                .findFirst()
                .or(() -> Refusal.of(e).map(refusal -> refused(e, refusal, failed)))
                .orElseGet(() -> unanswered(e, failed));
    }

    private static ChanceryException unanswered(RuntimeException e, String failed) {
        String said = "(" + Printable.of(said(e), MOST_SAID) + "). ";
        if (said.startsWith("(The challenge ")) { // the SDK has no class of its own for it
            return new IntegrityException(failed + ANOTHER_DOMAIN + said + TRUST_CHALLENGE, e);
        }
        if (Causes.include(e, ClientAuthenticationException.class)) {
            return new KeyAccessException(failed + "no credential works here " + said + CREDENTIALS, e);
        }
        if (Causes.include(e, SSLException.class)) {
            return new KeyAccessException(failed + "TLS does not trust who answers there " + said + TRUST_SERVER, e);
        }
        String why = Causes.include(e, TimeoutException.class)
                ? "Azure's credentials were not there in time. Try again, or name the one that is meant"
                        + " (AZURE_TOKEN_CREDENTIALS)."
                : Causes.include(e, UnknownHostException.class, UnresolvedAddressException.class)
                        ? "no such vault is known to DNS. " + DOMAINS
                        : Causes.include(e, InterruptedException.class)
                                ? "the thread was interrupted. Try again."
                                : "the vault did not answer in time, or not so that it makes sense " + said
                                        + "Check the network and the vault's name, and try again.";
        return new StoreUnavailableException(failed + why, e);
    }

    private static String said(Throwable e) {
        return Causes.of(e)
                .map(Throwable::getMessage)
                .filter(message -> message != null && !message.isEmpty())
                .reduce((outer, inner) -> inner)
                .orElse(e.getClass().getSimpleName());
    }

    private static ChanceryException refused(RuntimeException e, Refusal refusal, String failed) {
        String said = failed + "the vault says " + Printable.of(refusal.code()) + ", "
                + Printable.of(refusal.message(), MOST_SAID) + " (request " + Printable.of(refusal.requestId()) + "). ";
        int status = refusal.status();
        if (refusal.isForDisabled()) {
            return new KeyStateException(said + "The key is disabled in the vault. Resume it, or use another.", e);
        }
        return switch (status) {
            case 401 -> new KeyAccessException(said + "Check the credential's tenant and cloud.", e);
            case 403 -> forbidden(e, refusal, said);
            case 404 -> new KeyNotFoundException(said + "`chancery list` shows the keys that are there.", e);
            case 409 -> new KeyExistsException(said + (refusal.says("deleted") ? RECOVER : UNDER_WAY), e);
            case 429 ->
                new StoreUnavailableException(
                        said + TOO_MANY, e, refusal.retryAfter().orElse(THROTTLED));
            case 405, 501 -> new UnsupportedException(said + "This server does not offer it.", e);
            default ->
                status == 408 || status >= 500
                        ? new StoreUnavailableException(said + "Try again.", e)
                        : badRequest(e, refusal, said);
        };
    }

    private static ChanceryException forbidden(RuntimeException e, Refusal refusal, String said) {
        if (refusal.says("expired|not ?yet ?valid|not active")) {
            return new KeyStateException(
                    said + "It signs between nbf and exp only. Set them right, or use another.", e);
        }
        boolean firewall = refusal.says("ByFirewall|ByConnection|client address is not authorized");
        return new KeyAccessException(said + (firewall ? FIREWALL : PERMISSIONS), e);
    }

    private static ChanceryException badRequest(RuntimeException e, Refusal refusal, String said) {
        return refusal.says("algorithm|key type|not permitted")
                ? new AlgorithmMismatchException(said + "`chancery show` names what the key signs with.", e)
                : new ConfigurationException(said + "What was asked is not what this server takes.", e);
    }
}
