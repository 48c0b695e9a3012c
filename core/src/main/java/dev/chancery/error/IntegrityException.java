package dev.chancery.error;

import org.jspecify.annotations.Nullable;

/**
 * What the store holds contradicts itself: metadata and key disagree, a pair does not match, a file is damaged. The key must not be used before somebody has looked.
 */
public final class IntegrityException extends ChanceryException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what failed, on which key in which store, and what to do about it
     */
    public IntegrityException(String message) {
        super(message);
    }

    /**
     * Creates the exception.
     *
     * @param message what failed, on which key in which store, and what to do about it
     * @param cause what the store, the SDK or the JCA provider reported, or null
     */
    public IntegrityException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
