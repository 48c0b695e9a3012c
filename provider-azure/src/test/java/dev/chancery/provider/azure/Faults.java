package dev.chancery.provider.azure;

import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** What goes wrong in the fake vault, and when. Thread-safe. */
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
        /** The answer to the request, of another version of the key. */
        OTHER_VERSION,
        /** The answer, with a bit of the signature turned. */
        WRONG_SIGNATURE,
        /** Attributes and tags as they were before the last change. */
        STALE,
        /** No answer within any deadline. */
        SILENCE
    }

    private record Planned(Fault fault, AtomicInteger times) {}

    /**
     * An answer instead of a result.
     *
     * @param status of HTTP
     * @param code the outer code
     * @param inner the inner code, or empty
     * @param message a sentence
     */
    record Refusal(int status, String code, String inner, String message) {}

    private record PlannedRefusal(Refusal refusal, AtomicInteger times) {}

    private final Map<String, Planned> planned = new ConcurrentHashMap<>();
    private final Map<String, PlannedRefusal> refusals = new ConcurrentHashMap<>();
    private volatile double throttled;
    private volatile Random random = new Random(0);
    volatile long delayMillis;

    /** The next so many answers of an operation are faulty. */
    void next(String operation, Fault fault, int times) {
        planned.put(operation, new Planned(fault, new AtomicInteger(times)));
    }

    /** The next so many requests of an operation are refused. */
    void refuse(String operation, int status, String code, String inner, String message, int times) {
        refusals.put(
                operation, new PlannedRefusal(new Refusal(status, code, inner, message), new AtomicInteger(times)));
    }

    void allow(String operation) {
        refusals.remove(operation);
    }

    /** A share of all requests is throttled, always the same ones. */
    void throttle(double share) {
        random = new Random(6);
        throttled = share;
    }

    boolean throttlesNow() {
        return throttled > 0 && random.nextDouble() < throttled;
    }

    Optional<Fault> take(String operation) {
        Planned fault = planned.get(operation);
        return fault != null && fault.times().getAndDecrement() > 0 ? Optional.of(fault.fault()) : Optional.empty();
    }

    Optional<Refusal> refusal(String operation) {
        PlannedRefusal refusal = refusals.get(operation);
        return refusal != null && refusal.times().getAndDecrement() > 0
                ? Optional.of(refusal.refusal())
                : Optional.empty();
    }
}
