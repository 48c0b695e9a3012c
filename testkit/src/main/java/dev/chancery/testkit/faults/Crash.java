package dev.chancery.testkit.faults;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Ends a process after one change, as far as its store can tell: the change is done, and from then on each call throws {@link Crashed}. Open
 * the store again without this fault. Thread-safe.
 */
public final class Crash implements Fault {
    private final AtomicInteger left;

    private Crash(int left) {
        this.left = new AtomicInteger(left);
    }

    /** The process that asks is no more. An error, so that nothing handles it. */
    public static final class Crashed extends Error {
        private static final long serialVersionUID = 1L;

        private Crashed(String message) {
            super(message);
        }
    }

    /**
     * Crashes once.
     *
     * @param number the last change that is done, counted from 1
     * @return the fault
     */
    public static Crash afterChange(int number) {
        return new Crash(number);
    }

    @Override
    public @Nullable Object answer(BackendCall call) {
        if (left.get() > 0) {
            Object answer = call.answer();
            if (!call.isChange() || left.decrementAndGet() > 0) {
                return answer;
            }
        }
        throw new Crashed("The process has crashed at " + call.name() + ".");
    }
}
