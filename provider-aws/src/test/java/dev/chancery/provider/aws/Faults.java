package dev.chancery.provider.aws;

import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** What goes wrong in the fake KMS, and when. Thread-safe. */
final class Faults {
    /** A fault of one answer. */
    enum Fault {
        /** The request is done, and the connection closed without a byte. */
        DROPPED_AFTER_COMMIT,
        /** The connection is closed before anything is done. */
        DROPPED_BEFORE,
        /** Half of the body, and the connection is closed. */
        TRUNCATED,
        /** A body of the right length that is no JSON. */
        CORRUPTED,
        /** The answer to the request, of another key. */
        OTHER_KEY,
        /** The answer, with a bit of the signature turned. */
        WRONG_SIGNATURE,
        /** Another signing algorithm than was asked for. */
        OTHER_ALGORITHM,
        /** The answer comes after 1.3 seconds. */
        SLOW,
        /** No answer within any deadline. */
        SILENCE
    }

    private record Planned(Fault fault, AtomicInteger times) {}

    private record Refusal(String code, String message, AtomicInteger times) {}

    private final Map<String, Planned> planned = new ConcurrentHashMap<>();
    private final Map<String, Refusal> refusals = new ConcurrentHashMap<>();
    private final Map<String, Quota> quotas = new ConcurrentHashMap<>();
    private volatile double throttled;
    private volatile Random random = new Random(0);
    volatile long delayMillis;

    /** The next so many answers of an operation are faulty. */
    void next(String operation, Fault fault, int times) {
        planned.put(operation, new Planned(fault, new AtomicInteger(times)));
    }

    /** The next so many requests of an operation are refused. */
    void refuse(String operation, String code, String message, int times) {
        refusals.put(operation, new Refusal(code, message, new AtomicInteger(times)));
    }

    void refuse(String operation, String code) {
        refuse(operation, code, "because the test says so", Integer.MAX_VALUE);
    }

    void allow(String operation) {
        refusals.remove(operation);
    }

    /** A share of all requests is throttled, always the same ones. */
    void throttle(double share) {
        random = new Random(6);
        throttled = share;
    }

    /** An operation has a bucket of so many requests a second, full now. */
    void quota(String operation, double perSecond) {
        quotas.put(operation, new Quota(perSecond));
    }

    boolean throttlesNow(String operation) {
        Quota quota = quotas.get(operation);
        return (throttled > 0 && random.nextDouble() < throttled) || (quota != null && !quota.grants());
    }

    private static final class Quota {
        private final double perSecond;
        private double tokens;
        private long last = System.nanoTime();

        Quota(double perSecond) {
            this.perSecond = perSecond;
            this.tokens = perSecond;
        }

        synchronized boolean grants() {
            long now = System.nanoTime();
            tokens = Math.min(perSecond, tokens + perSecond * (now - last) / 1e9);
            last = now;
            boolean granted = tokens >= 1;
            tokens -= granted ? 1 : 0;
            return granted;
        }
    }

    Optional<Fault> take(String operation) {
        Planned fault = planned.get(operation);
        return fault != null && fault.times().getAndDecrement() > 0 ? Optional.of(fault.fault()) : Optional.empty();
    }

    Optional<String[]> refusal(String operation) {
        Refusal refusal = refusals.get(operation);
        return refusal != null && refusal.times().getAndDecrement() > 0
                ? Optional.of(new String[] {refusal.code(), refusal.message()})
                : Optional.empty();
    }
}
