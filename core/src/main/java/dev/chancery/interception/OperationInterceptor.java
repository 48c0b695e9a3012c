package dev.chancery.interception;

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
}
