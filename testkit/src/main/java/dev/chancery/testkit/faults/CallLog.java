package dev.chancery.testkit.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** No fault, but a list of what was called. Thread-safe. */
public final class CallLog implements Fault {
    private final Queue<BackendCall> calls = new ConcurrentLinkedQueue<>();

    /** Starts with nothing called. */
    public CallLog() {}

    @Override
    public @Nullable Object answer(BackendCall call) {
        calls.add(call);
        return call.answer();
    }

    /**
     * What was called since the last time that this was asked.
     *
     * @return the calls, oldest first
     */
    public List<BackendCall> takeCalls() {
        List<BackendCall> taken = new ArrayList<>();
        for (BackendCall call = calls.poll(); call != null; call = calls.poll()) {
            taken.add(call);
        }
        return taken;
    }

    /**
     * How many changes were called since {@link #takeCalls()} was asked last, which they are then.
     *
     * @return their number
     */
    public int takeChanges() {
        return (int) takeCalls().stream().filter(BackendCall::isChange).count();
    }
}
