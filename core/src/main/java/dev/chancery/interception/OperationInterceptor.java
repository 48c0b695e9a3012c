package dev.chancery.interception;

import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyId;
import java.util.Optional;

/**
 * Stands around every primitive step of a store: a signature, a verification, the making of a key, each change of a key and
 * each step of a rotation. This is core's one interception point; an audit log and metrics are both made of it. Put in place
 * with {@link dev.chancery.KeyStore#intercept}.
 *
 * <p>Thread-safe, and called on the caller's thread. A throw from {@link #before} fails the call before the store is
 * asked anything; a throw from {@link #after} fails it although the step was done, and withholds its value. Unlike a
 * {@link dev.chancery.options.KeyListener}, an interceptor can so forbid what cannot be recorded.
 *
 * <p>{@code before} is called in the order in which interceptors were added, {@code after} in the opposite one, on every
 * interceptor whose {@code before} returned, even if another one throws.
 */
public interface OperationInterceptor {

    /**
     * Called when everything in core has said yes, before the store is asked.
     *
     * @param operation what is about to happen, its key resolved
     * @throws RuntimeException to forbid it
     */
    void before(Operation operation);

    /**
     * Called once a step has ended in any way: done, failed, or denied without {@link #before} ever having been called.
     *
     * @param operation what was asked
     * @param outcome what came of it; {@link Outcome.Failed} also where an interceptor that was told before this one has
     *     withheld the value
     * @throws RuntimeException to withhold the value; after a failure or denial it is added to the exception that stands
     */
    void after(Operation operation, Outcome outcome);

    /**
     * What an interceptor knows of a key's compromise that the store may have forgotten, such as one that was put back to an older state.
     * Core judges a key by the earliest mark that is known: everywhere it is shown, signs or verifies, and whoever changes it next
     * writes that mark into the store.
     *
     * <p>Called as often as core judges what a store says of a key, also under the store's lock: answer from memory, and throw nothing.
     *
     * @param store where the key lies
     * @param key the key's id
     * @param fingerprint SHA-256 of its public half, in hexadecimal digits
     * @param stored what the store itself says of the key, or its archive
     * @return since when the key is compromised; empty, as by default, if this interceptor knows of nothing
     */
    default Optional<CompromisedSince> compromisedSince(
            String store, KeyId key, String fingerprint, KeyAttributes stored) {
        return Optional.empty();
    }
}
