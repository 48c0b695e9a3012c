package dev.chancery.testkit.faults;

import dev.chancery.error.StoreUnavailableException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Loses the answer to one change: it is done, and the caller does not learn it. Thread-safe. */
public final class LostAnswer implements Fault {
    private final AtomicInteger left;

    private LostAnswer(int left) {
        this.left = new AtomicInteger(left);
    }

    /**
     * Loses one answer.
     *
     * @param number which change loses it, counted from 1
     * @return the fault
     */
    public static LostAnswer ofChange(int number) {
        return new LostAnswer(number);
    }

    @Override
    public @Nullable Object answer(BackendCall call) {
        Object answer = call.answer();
        if (call.isChange() && left.decrementAndGet() == 0) {
            throw new StoreUnavailableException(
                    "The answer of " + call.backend().location() + " to " + call.name() + " was lost. Try again.",
                    null);
        }
        return answer;
    }
}
