package dev.chancery.provider.azure.client;

import dev.chancery.spi.support.Deadline;
import dev.chancery.spi.support.RemoteCalls;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What one call to the vault shares with the SDK's parts that work for it, all on the caller's thread: the time that is left, and what the answer said. */
final class CallScope {
    private static final ThreadLocal<@Nullable CallScope> CURRENT = new ThreadLocal<>();

    private final RemoteCalls.Attempt time;
    private @Nullable String requestId;

    CallScope(RemoteCalls.Attempt time) {
        this.time = time;
    }

    /** Makes an attempt within this scope. */
    <T> T call(Function<CallScope, T> request) {
        CallScope outer = CURRENT.get();
        CURRENT.set(this);
        try {
            return request.apply(this);
        } finally {
            CURRENT.set(outer);
        }
    }

    static Optional<CallScope> current() {
        return Optional.ofNullable(CURRENT.get());
    }

    /** How long what is done next may take. */
    Duration left() {
        return time.left();
    }

    /** When all of the call must be over: its attempts, its waits, and the credentials. */
    Deadline deadline() {
        return time.deadline();
    }

    void noteRequestId(@Nullable String id) {
        requestId = id;
    }

    /** What the vault called the request that it answered last. */
    Optional<String> requestId() {
        return Optional.ofNullable(requestId);
    }
}
