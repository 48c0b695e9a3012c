package dev.chancery.error;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The store does not answer, or asks to be left alone for a while. Retrying later can succeed. */
public final class StoreUnavailableException extends ChanceryException {
    private static final long serialVersionUID = 1L;

    /** Null where the store did not say. */
    private final @Nullable Duration retryAfter;

    /**
     * Creates the exception where the store gave no time to wait.
     *
     * @param message what failed, on which key in which store, and what to do about it
     * @param cause what the store reported, or null
     */
    public StoreUnavailableException(String message, @Nullable Throwable cause) {
        this(message, cause, null);
    }

    /**
     * Creates the exception.
     *
     * @param message what failed, on which key in which store, and what to do about it
     * @param cause what the store reported, or null
     * @param retryAfter how long the store wants to be left alone, or null where it did not say
     */
    public StoreUnavailableException(String message, @Nullable Throwable cause, @Nullable Duration retryAfter) {
        super(message, cause);
        this.retryAfter = retryAfter;
    }

    /**
     * How long the store wants to be left alone.
     *
     * @return the time to wait, or empty where the store did not say
     */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    @Override
    public boolean isRetryable() {
        return true;
    }
}
