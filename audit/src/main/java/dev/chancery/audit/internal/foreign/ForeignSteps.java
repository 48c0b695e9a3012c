package dev.chancery.audit.internal.foreign;

import dev.chancery.caller.Caller;
import dev.chancery.error.AlgorithmMismatchException;
import dev.chancery.error.ChanceryException;
import dev.chancery.error.KeyStateException;
import dev.chancery.error.PolicyViolationException;
import dev.chancery.interception.Operation;
import dev.chancery.interception.OperationInterceptor;
import dev.chancery.interception.OperationType;
import dev.chancery.interception.Outcome;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;

/** Puts an interceptor around calls of a store that takes none: each call is one operation, for no more can be seen of it. */
record ForeignSteps(String store, OperationInterceptor interceptor) {

    Operation.Builder begin(OperationType type) {
        return new Operation.Builder(UUID.randomUUID().toString(), type, store)
                .caller(Caller.current().orElse(null));
    }

    <T> T step(Operation.Builder about, Supplier<T> call, Function<T, Outcome> outcome) {
        Operation operation = about.build();
        interceptor.before(operation);
        T value;
        try {
            value = call.get();
        } catch (RuntimeException | Error e) {
            try {
                interceptor.after(operation, outcomeOf(e));
            } catch (ChanceryException unrecorded) {
                e.addSuppressed(unrecorded);
            }
            throw e;
        }
        interceptor.after(operation, outcome.apply(value));
        return value;
    }

    private static Outcome outcomeOf(Throwable e) {
        boolean refusal = e instanceof KeyStateException
                || e instanceof PolicyViolationException
                || e instanceof AlgorithmMismatchException;
        return refusal ? new Outcome.Denied((ChanceryException) e) : new Outcome.Failed(e);
    }
}
