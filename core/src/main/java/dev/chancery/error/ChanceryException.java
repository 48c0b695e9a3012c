package dev.chancery.error;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The root of everything that Chancery throws on purpose. There is one subclass for each thing a caller would do next.
 *
 * <p>Messages say what failed, on which key in which store, and what to do about it. They never hold a secret.
 */
public class ChanceryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what failed, on which key in which store, and what to do about it
     */
    public ChanceryException(String message) {
        super(message);
    }

    /**
     * Creates the exception.
     *
     * @param message what failed, on which key in which store, and what to do about it
     * @param cause what the store, the SDK or the JCA provider reported
     */
    public ChanceryException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * Tells whether the same call can succeed later without anybody changing anything.
     *
     * @return {@code true} for a passing condition of the store, {@code false} otherwise
     */
    public boolean isRetryable() {
        return false;
    }

    /** Returns what failed, on which key in which store, and what to do about it; never null. */
    @Override
    public String getMessage() {
        return Objects.requireNonNullElse(super.getMessage(), "");
    }
}
