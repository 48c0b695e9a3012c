package dev.chancery.provider.azure.client;

import com.azure.core.credential.TokenCredential;
import com.azure.core.http.HttpPipeline;
import com.azure.core.util.Context;
import com.azure.security.keyvault.keys.KeyClient;
import com.azure.security.keyvault.keys.cryptography.models.SignResult;
import com.azure.security.keyvault.keys.cryptography.models.SignatureAlgorithm;
import com.azure.security.keyvault.keys.models.KeyAttestation;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.key.KeyId;
import dev.chancery.key.ProtectionLevel;
import dev.chancery.spi.support.HeldCredentials;
import dev.chancery.spi.support.PacedCalls;
import dev.chancery.spi.support.RemoteCalls;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The vault, with what every call to it needs: a turn, a deadline, one layer of retries, and errors in our words. Thread-safe; it calls on the
 * caller's thread.
 */
public final class Vault implements AutoCloseable {
    private static final int ATTEMPTS = 3;

    /** What vaults without such hardware, or without that version of the API, answer. */
    private static final Set<Integer> NO_ATTESTATION = Set.of(400, 404, 405, 501);

    private final Clients clients;
    private final VaultErrors errors;
    private final RemoteCalls calls;

    private Vault(Clients clients, VaultUri uri) {
        this.clients = clients;
        this.errors = new VaultErrors(uri.location());
        PacedCalls paced =
                new PacedCalls(uri.location(), uri.location(), uri.inFlight(), Optional.empty(), Quotas.perSecond());
        this.calls = new RemoteCalls(paced, uri.deadline(), ATTEMPTS, errors);
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

    /** What the vault is asked with, as far as it was loaded; a pipeline keeps its own to itself. */
    public Optional<HeldCredentials> credentials() {
        return clients.credentials();
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
        return repeat(statuses, doing + " " + subject, doing, call -> request.apply(clients.keys()));
    }

    /** What the vault's hardware states about a version; empty where it states nothing, or is no hardware that does. */
    public Optional<KeyAttestation> attestation(KeyId id, String name, String version) {
        return repeat(
                        NO_ATTESTATION,
                        "Fetching the attestation of key " + id,
                        "attest",
                        call -> Optional.ofNullable(clients.attesting()
                                .getKeyAttestationWithResponse(name, version, Context.NONE)
                                .getValue()
                                .getProperties()
                                .getKeyAttestation()))
                .flatMap(found -> found);
    }

    /**
     * Signs a digest with a version, in one request.
     *
     * @param spec the version's kind, and with its protection what the vault counts together
     */
    public Signed sign(
            KeyId id, KeySpec spec, ProtectionLevel protection, SignatureAlgorithm algorithm, byte[] digest) {
        return repeat(
                        Set.of(),
                        "Signing with key " + id,
                        Quotas.operation(spec, protection),
                        call -> new Signed(clients.signer(id).sign(algorithm, digest), call.requestId()))
                .orElseThrow();
    }

    /** What asks, and what makes no difference the second time. */
    private <T> Optional<T> repeat(
            Set<Integer> statuses, String what, String operation, Function<CallScope, T> request) {
        return answer(statuses, what, () -> calls.call(what, operation, time -> new CallScope(time).call(request)));
    }

    /**
     * Calls once: what is sent again only if the vault has refused it for being too busy, and so has not done it.
     *
     * @param atMost how long it may take in all
     */
    public <T> T callOnce(String doing, String subject, Duration atMost, Function<KeyClient, T> request) {
        String what = doing + " " + subject;
        return answer(
                        Set.of(),
                        what,
                        () -> calls.callOnce(
                                what,
                                doing,
                                atMost,
                                time -> new CallScope(time).call(call -> request.apply(clients.keys()))))
                .orElseThrow();
    }

    private <T> Optional<T> answer(Set<Integer> statuses, String what, Supplier<T> call) {
        try {
            return Optional.of(call.get());
        } catch (StoreUnavailableException busy) {
            throw busy;
        } catch (RuntimeException e) {
            if (Refusal.of(e)
                    .filter(said -> statuses.contains(said.status()) && !said.isForDisabled())
                    .isPresent()) {
                return Optional.empty();
            }
            throw errors.translate(e, what);
        }
    }

    /** The SDK's clients hold nothing that has to be released. */
    @Override
    public void close() {
        calls.close();
    }
}
