package dev.chancery.provider.gcp;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** What goes wrong in the fake KMS, and when. Thread-safe. */
final class Faults {
    /** A fault of one answer. */
    enum Fault {
        /** The request is done, and the connection lost before the answer. */
        LOST_AFTER_COMMIT,
        /** The connection is lost before anything is done. */
        LOST_BEFORE,
        /** No answer within any deadline. */
        HANG,
        /** The answer about another version. */
        WRONG_NAME,
        /** A checksum that does not belong to what was answered. */
        WRONG_CHECKSUM,
        /** No checksum in the answer. */
        NO_CHECKSUM,
        /** The answer does not say that the checksum of the request was verified. */
        NOT_VERIFIED,
        /** The answer, with a bit of the signature turned on its way: the checksum tells. */
        CORRUPTED_SIGNATURE,
        /** A signature of something else, with its own checksum: only a verification tells. */
        WRONG_SIGNATURE,
        /** Labels as they were before the last change. */
        STALE
    }

    private record Planned(Fault fault, AtomicInteger times) {}

    private record Refusal(Status status, Metadata details, AtomicInteger times) {}

    private final Map<String, Planned> planned = new ConcurrentHashMap<>();
    private final Map<String, Refusal> refusals = new ConcurrentHashMap<>();
    private final Map<String, Runnable> meanwhile = new ConcurrentHashMap<>();
    private final Random random = new Random(6);
    private volatile double throttled;

    /** How long each answer takes, in milliseconds. */
    volatile long delayMillis;

    /** The next so many answers of an operation are faulty. */
    void next(String operation, Fault fault, int times) {
        planned.put(operation, new Planned(fault, new AtomicInteger(times)));
    }

    /** The next so many requests of an operation are refused. */
    void refuse(String operation, Status status, int times) {
        refuse(operation, status, new Metadata(), times);
    }

    void refuse(String operation, Status status, Metadata details, int times) {
        refusals.put(operation, new Refusal(status, details, new AtomicInteger(times)));
    }

    void allow(String operation) {
        refusals.remove(operation);
    }

    /** A share of all requests is throttled, always the same ones. */
    void throttle(double share) {
        throttled = share;
    }

    void delay() {
        if (delayMillis > 0) {
            try {
                Thread.sleep(delayMillis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Something is done by others once, when a request of an operation has arrived and nothing of it is done yet. */
    void meanwhile(String operation, Runnable act) {
        meanwhile.put(operation, act);
    }

    Optional<Runnable> takeMeanwhile(String operation) {
        return Optional.ofNullable(meanwhile.remove(operation));
    }

    Optional<Fault> take(String operation) {
        Planned fault = planned.get(operation);
        return fault != null && fault.times().getAndDecrement() > 0 ? Optional.of(fault.fault()) : Optional.empty();
    }

    Optional<StatusRuntimeException> refusal(String operation) {
        if (throttled > 0 && random.nextDouble() < throttled) {
            return Optional.of(Status.RESOURCE_EXHAUSTED
                    .withDescription("Quota exceeded for quota metric 'Cryptographic requests'")
                    .asRuntimeException());
        }
        Refusal refusal = refusals.get(operation);
        return refusal != null && refusal.times().getAndDecrement() > 0
                ? Optional.of(refusal.status().asRuntimeException(refusal.details()))
                : Optional.empty();
    }
}
