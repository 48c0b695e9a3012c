package dev.chancery.provider.gcp.client;

import com.google.api.gax.core.FixedCredentialsProvider;
import com.google.api.gax.grpc.GrpcCallContext;
import com.google.api.gax.paging.PagedListResponse;
import com.google.api.gax.rpc.ApiException;
import com.google.api.gax.rpc.StatusCode.Code;
import com.google.api.gax.rpc.UnaryCallable;
import com.google.auth.Credentials;
import com.google.cloud.kms.v1.KeyManagementServiceClient;
import com.google.common.collect.ImmutableList;
import com.google.common.util.concurrent.UncheckedExecutionException;
import com.google.protobuf.Message;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.spi.support.HeldCredentials;
import dev.chancery.spi.support.PacedCalls;
import dev.chancery.spi.support.Pages;
import dev.chancery.spi.support.Pages.Page;
import dev.chancery.spi.support.Printable;
import dev.chancery.spi.support.RemoteCalls;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The client, with what every call to it needs: a turn, a deadline, one layer of retries, a check of the answer, and errors in our words. Thread-safe; the
 * caller's thread waits for the answer.
 */
public final class Kms implements AutoCloseable {
    private static final int ATTEMPTS = 3;

    private final KeyManagementServiceClient client;
    private final boolean owned;
    private final KmsUri uri;
    private final KmsErrors errors;
    private final RemoteCalls calls;

    private Kms(KeyManagementServiceClient client, boolean owned, KmsUri uri) {
        this.client = client;
        this.owned = owned;
        this.uri = uri;
        this.errors = new KmsErrors(uri.location());
        PacedCalls paced = new PacedCalls(uri.location(), uri.location(), uri.inFlight(), Optional.empty(), Map.of());
        this.calls = new RemoteCalls(paced, uri.deadline(), ATTEMPTS, errors);
    }

    /** With application default credentials. */
    public static Kms open(KmsUri uri) {
        return new Kms(Clients.open(uri), true, uri);
    }

    /** With an application's own credentials. */
    public static Kms with(Credentials credentials, KmsUri uri) {
        return new Kms(Clients.with(credentials, uri), true, uri);
    }

    /** An application's own client. */
    public static Kms around(KeyManagementServiceClient client, KmsUri uri) {
        return new Kms(client, false, uri);
    }

    /** What Google is asked with, as far as it was looked for; an application's client keeps its own to itself. */
    public Optional<HeldCredentials> credentials() {
        var settings = client.getSettings(); // none around a stub
        return settings != null
                        && settings.getCredentialsProvider() instanceof FixedCredentialsProvider fixed
                        && fixed.getCredentials() instanceof DeferredCredentials own
                ? own.held()
                : Optional.empty();
    }

    /**
     * What is asked for.
     *
     * @param what what is done, for errors: "Looking up key a/1"
     * @param method the client's method
     * @param request the request
     * @param check looks at the answer, and returns it if it is sound, else throws an {@link IntegrityException}: such an answer is thrown away
     */
    public record Call<Q, A>(
            String what,
            Function<KeyManagementServiceClient, UnaryCallable<Q, A>> method,
            Q request,
            UnaryOperator<A> check) {
        /** A call whose answer the caller checks, if it needs a check. */
        public static <Q, A> Call<Q, A> of(
                String what, Function<KeyManagementServiceClient, UnaryCallable<Q, A>> method, Q request) {
            return new Call<>(what, method, request, answer -> answer);
        }

        /** A call whose answer names what it is about: another's would be taken for this one's. */
        public static <Q, A extends Message> Call<Q, A> about(
                String resource,
                String what,
                Function<KeyManagementServiceClient, UnaryCallable<Q, A>> method,
                Q request) {
            return new Call<>(what, method, request, answer -> requireAsked(resource, answer));
        }

        private static <A extends Message> A requireAsked(String resource, A answer) {
            Object name = answer.getField(answer.getDescriptorForType().findFieldByName("name"));
            if (!name.equals(resource)) {
                throw new IntegrityException("The answer is about '" + Printable.of(name.toString()) + "' instead.");
            }
            return answer;
        }

        /** What Google counts together. */
        private String kind() {
            return request.getClass().getSimpleName();
        }

        /** The same call, whose answer is checked further. */
        public Call<Q, A> checked(UnaryOperator<A> further) {
            return new Call<>(what, method, request, answer -> further.apply(check.apply(answer)));
        }
    }

    /**
     * Asks for what makes no difference the second time.
     *
     * @throws dev.chancery.error.ChanceryException if it fails
     */
    public <Q, A> A call(Call<Q, A> call) {
        return callUnless(Set.of(), call).orElseThrow();
    }

    /** Like {@link #call}, but some statuses are an answer: empty. */
    public <Q, A> Optional<A> callUnless(Set<Code> statuses, Call<Q, A> call) {
        return answer(statuses, call.what(), () -> calls.call(call.what(), call.kind(), time -> send(call, time)));
    }

    /**
     * Reads a list, each page with a call of its own.
     *
     * @param statuses those that mean that there is none, and so nothing in it
     * @param page the request for what follows a token, which is empty at the beginning
     */
    public <Q, A extends PagedListResponse<T>, T> List<T> list(
            Set<Code> statuses,
            String what,
            Function<KeyManagementServiceClient, UnaryCallable<Q, A>> method,
            Function<String, Q> page) {
        return Pages.readAll(
                token -> callUnless(statuses, Call.of(what, method, page.apply(token)))
                        .map(answer -> new Page<T>(
                                ImmutableList.copyOf(answer.getPage().getValues()), answer.getNextPageToken()))
                        .orElse(new Page<T>(List.of(), "")),
                what + " in " + uri.location());
    }

    /**
     * Asks once: what is sent again only if Google has refused it for want of quota, and so has not done it.
     *
     * @param statuses those that are an answer: empty
     * @param atMost how long it may take in all
     */
    public <Q, A> Optional<A> callOnceUnless(Set<Code> statuses, Duration atMost, Call<Q, A> call) {
        return answer(
                statuses,
                call.what(),
                () -> calls.callOnce(call.what(), call.kind(), atMost, time -> send(call, time)));
    }

    private <A> Optional<A> answer(Set<Code> statuses, String what, Supplier<A> call) {
        try {
            return Optional.of(call.get());
        } catch (ApiException e) {
            if (statuses.contains(e.getStatusCode().getCode())) {
                return Optional.empty();
            }
            throw errors.translate(e, what);
        } catch (IntegrityException e) {
            throw new IntegrityException(
                    what + " in " + uri.location() + " failed: " + e.getMessage()
                            + " The answer was thrown away; find out who answers there.",
                    e);
        } catch (UncheckedExecutionException e) {
            throw new StoreUnavailableException(
                    what + " in " + uri.location() + " failed: the thread was interrupted. Try again.", e);
        }
    }

    /** The SDK's own retries, those of an application's client too, know nothing of the time that the application has: there are none. */
    private <Q, A> A send(Call<Q, A> call, RemoteCalls.Attempt time) {
        GrpcCallContext once =
                GrpcCallContext.createDefault().withTimeoutDuration(time.left()).withRetryableCodes(Set.of());
        return call.check().apply(call.method().apply(client).call(call.request(), once));
    }

    @Override
    public void close() {
        calls.close();
        if (owned) {
            client.close();
        }
    }
}
