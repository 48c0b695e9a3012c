package dev.chancery.internal.state;

import dev.chancery.error.PolicyViolationException;
import dev.chancery.key.KeyMetadata;
import dev.chancery.policy.KeyPolicy;
import dev.chancery.policy.KeyPolicy.Rule;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts what one key signs through one open store, and stops it at the policy's caps. A signature counts when it is asked
 * for: one that then fails has used the key all the same, as far as anybody can tell.
 */
final class SignatureCap {
    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

    private final KeyPolicy policy;
    private final LongSupplier nanos;
    private final long most;
    private final ReentrantLock lock = new ReentrantLock();
    private long made;

    /** When the last signatures were made, as a ring: a slot is free again when its time is a minute ago. */
    private final long @Nullable [] times;

    private SignatureCap(KeyPolicy policy, LongSupplier nanos) {
        this.policy = policy;
        this.nanos = nanos;
        this.most = policy.maxSignatures().orElse(Long.MAX_VALUE);
        this.times = policy.maxSignaturesPerMinute().isPresent()
                ? new long[policy.maxSignaturesPerMinute().getAsInt()]
                : null;
    }

    /** The caps of a policy, or null where it has none: then a signature costs no counting. */
    static @Nullable SignatureCap of(KeyPolicy policy, LongSupplier nanos) {
        return policy.maxSignatures().isPresent()
                        || policy.maxSignaturesPerMinute().isPresent()
                ? new SignatureCap(policy, nanos)
                : null;
    }

    /**
     * Takes signatures out of the caps, all of them or none.
     *
     * @throws PolicyViolationException if there are not so many left
     */
    void take(int signatures, KeyMetadata key, String location) {
        lock.lock();
        try {
            if (signatures > most - made) {
                throw refused(key, location, most + " signatures", Rule.MAX_SIGNATURES, KeyRules.insteadOf(key));
            }
            if (times != null) {
                takeTimes(times, signatures, key, location);
            }
            made += signatures;
        } finally {
            lock.unlock();
        }
    }

    private void takeTimes(long[] ring, int signatures, KeyMetadata key, String location) {
        long now = nanos.getAsLong();
        if (signatures > 0) {
            // Times only grow, so the last slot that would be overwritten is the youngest of them.
            boolean fits = signatures <= ring.length;
            long last = made + signatures - 1;
            if (!fits || (last >= ring.length && now - ring[(int) (last % ring.length)] < MINUTE)) {
                throw refused(
                        key,
                        location,
                        ring.length + " signatures a minute",
                        Rule.MAX_SIGNATURES_PER_MINUTE,
                        "Sign more slowly.");
            }
        }
        for (long slot = made; slot < made + signatures; slot++) {
            ring[(int) (slot % ring.length)] = now;
        }
    }

    private PolicyViolationException refused(KeyMetadata key, String location, String cap, Rule rule, String advice) {
        return new PolicyViolationException("Key " + key.id() + " in " + location + " must not sign: the policy '"
                + policy.name() + "' lets it make " + cap + ", counted in this process alone since the store was opened"
                + " (rule: " + rule.key() + "; source: " + policy.source(rule) + "). " + advice);
    }
}
