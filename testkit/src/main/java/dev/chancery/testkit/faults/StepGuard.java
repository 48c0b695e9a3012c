package dev.chancery.testkit.faults;

import dev.chancery.interception.Operation;
import dev.chancery.interception.OperationInterceptor;
import dev.chancery.interception.Outcome;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Fails each change that core makes outside a step, and so unseen by an audit log. One object is both the fault and an interceptor of the store that
 * it was opened with: {@code keys.intercept(guard)}. Thread-safe.
 */
public final class StepGuard implements Fault, OperationInterceptor {
    private final Set<String> open = ConcurrentHashMap.newKeySet();

    /** Starts with no step open. */
    public StepGuard() {}

    @Override
    public void before(Operation operation) {
        if (!operation.type().isUse()) {
            open.add(operation.id());
        }
    }

    @Override
    public void after(Operation operation, Outcome outcome) {
        open.remove(operation.id());
    }

    @Override
    public @Nullable Object answer(BackendCall call) {
        if (call.isChange() && open.isEmpty()) {
            throw new AssertionError("Core called " + call.name() + call.arguments() + " outside a step.");
        }
        return call.answer();
    }
}
