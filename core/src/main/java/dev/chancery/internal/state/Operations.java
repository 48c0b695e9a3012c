package dev.chancery.internal.state;

import dev.chancery.caller.Caller;
import dev.chancery.error.ChanceryException;
import dev.chancery.error.KeyStateException;
import dev.chancery.interception.Operation;
import dev.chancery.interception.OperationInterceptor;
import dev.chancery.interception.OperationType;
import dev.chancery.interception.Outcome;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.spi.support.Deadline;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The interceptors of one open store, and the operations that they stand around. */
public final class Operations {
    /** 16 hexadecimal digits that no other process has; the rest of an id is a number. */
    private static final String PROCESS = processPrefix();

    private static final AtomicLong NUMBER = new AtomicLong();
    private static final ThreadLocal<@Nullable Frame> ENCLOSING = new ThreadLocal<>();

    private final String store;
    private final Duration callTimeout;
    private final List<OperationInterceptor> interceptors = new CopyOnWriteArrayList<>();

    /** The operation that this thread is inside of, and the last failure below it that has been told already. */
    private static final class Frame {
        private final Operation operation;
        private final @Nullable Frame outer;
        private @Nullable Throwable told;
        private boolean begun;

        Frame(Operation operation, @Nullable Frame outer) {
            this.operation = operation;
            this.outer = outer;
        }
    }

    Operations(String store, Duration callTimeout) {
        this.store = store;
        this.callTimeout = callTimeout;
    }

    private static String processPrefix() {
        byte[] random = new byte[8];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    public void add(OperationInterceptor interceptor) {
        interceptors.add(interceptor);
    }

    /** Whether anybody looks on; if not, no operation needs to be made. */
    public boolean isWatched() {
        return !interceptors.isEmpty();
    }

    /** The earliest mark that an interceptor knows of a key; empty if none does. */
    Optional<CompromisedSince> compromisedSince(KeyId key, Optional<PublicKey> half, KeyAttributes stored) {
        if (half.isEmpty() || !isWatched()) {
            return Optional.empty();
        }
        String fingerprint = KeyMetadata.fingerprint(half.get());
        return interceptors.stream()
                .flatMap(interceptor -> interceptor.compromisedSince(store, key, fingerprint, stored).stream())
                .reduce(CompromisedSince::earlier);
    }

    /**
     * Starts an operation on behalf of this thread's caller, inside the operation that the thread is in. The step that a whole
     * is named after is the whole's own: a call to destroy a key is one operation, not one inside another.
     */
    public Operation.Builder begin(OperationType type) {
        Frame frame = ENCLOSING.get();
        if (frame != null
                && frame.operation.type() == type
                && frame.operation.store().equals(store)
                && !frame.begun) {
            frame.begun = true;
            return new Operation.Builder(frame.operation.id(), type, store)
                    .parent(frame.operation.parent().orElse(null))
                    .caller(frame.operation.caller().orElse(null))
                    .reason(frame.operation.reason().orElse(null));
        }
        Operation.Builder operation =
                new Operation.Builder(PROCESS + '-' + Long.toHexString(NUMBER.incrementAndGet()), type, store);
        return frame == null ? operation.caller(Caller.current().orElse(null)) : operation.parent(frame.operation);
    }

    /** Takes one step, with the interceptors around it. */
    public <T> T step(Operation operation, Supplier<T> step, Function<T, Outcome> outcome) {
        int entered = 0;
        T value;
        try {
            for (OperationInterceptor interceptor : interceptors) {
                interceptor.before(operation);
                entered++;
            }
            value = step.get();
        } catch (RuntimeException | Error e) {
            markAsTold(e);
            afterFailure(operation, outcomeOf(e), entered, e);
            throw e;
        }
        afterSuccess(operation, () -> outcome.apply(value), entered);
        return value;
    }

    /** A change is refused under the store's lock, where core sees the state that is to change. */
    private static Outcome outcomeOf(Throwable failure) {
        return failure instanceof KeyStateException refusal ? new Outcome.Denied(refusal) : new Outcome.Failed(failure);
    }

    /** Tells of a no that came before the store was asked. */
    public void tellDenial(Operation operation, ChanceryException why) {
        markAsTold(why);
        afterFailure(operation, new Outcome.Denied(why), interceptors.size(), why);
    }

    /** An interceptor that throws withholds the value, so that those who are still to be told hear of a failure. */
    private void afterSuccess(Operation operation, Supplier<Outcome> outcome, int entered) {
        int left = entered;
        try {
            Outcome done = outcome.get();
            while (left > 0) {
                left--;
                interceptors.get(left).after(operation, done);
            }
        } catch (RuntimeException | Error withheld) {
            markAsTold(withheld);
            afterFailure(operation, new Outcome.Failed(withheld), left, withheld);
            throw withheld;
        }
    }

    private void afterFailure(Operation operation, Outcome outcome, int entered, Throwable standing) {
        for (int i = entered - 1; i >= 0; i--) {
            try {
                interceptors.get(i).after(operation, outcome);
            } catch (RuntimeException | Error e) {
                if (e != standing) {
                    standing.addSuppressed(e);
                }
            }
        }
    }

    /**
     * Does something that consists of steps, each of them an operation inside this one. The whole is told of only where it
     * fails without a step having failed: everything that happened is in the steps. They share one time.
     */
    public <T> T whole(OperationType type, Consumer<Operation.Builder> about, Supplier<T> steps) {
        return inTime(() -> runAndTell(type, about, steps));
    }

    /** Takes all the steps of one call of the application within one time. */
    public <T> T inTime(Supplier<T> call) {
        return Deadline.within(callTimeout, call);
    }

    private <T> T runAndTell(OperationType type, Consumer<Operation.Builder> about, Supplier<T> steps) {
        if (!isWatched()) {
            return steps.get();
        }
        Operation.Builder builder = begin(type);
        about.accept(builder);
        Operation operation = builder.build();
        Frame outer = ENCLOSING.get();
        Frame frame = new Frame(operation, outer);
        ENCLOSING.set(frame);
        try {
            return steps.get();
        } catch (ChanceryException e) {
            if (frame.told != e) {
                tellDenial(operation, e);
            }
            throw e;
        } finally {
            if (outer == null) {
                ENCLOSING.remove();
            } else {
                ENCLOSING.set(outer);
            }
        }
    }

    /** A call for other threads, inside the operation that this thread is in. */
    public static <T, R> Function<T, R> bind(Function<T, R> call) {
        Frame here = ENCLOSING.get();
        return item -> {
            Frame there = ENCLOSING.get();
            ENCLOSING.set(here);
            try {
                return call.apply(item);
            } finally {
                ENCLOSING.set(there);
            }
        };
    }

    private void markAsTold(Throwable failure) {
        for (Frame frame = ENCLOSING.get(); frame != null; frame = frame.outer) {
            frame.told = failure;
        }
    }
}
