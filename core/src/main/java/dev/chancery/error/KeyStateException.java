package dev.chancery.error;

/**
 * The key's state or dates forbid the operation: sign with another key, or bring the key into a state that permits it.
 */
public final class KeyStateException extends ChanceryException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what failed, on which key in which store, and what to do about it
     */
    public KeyStateException(String message) {
        super(message);
    }

    /**
     * Creates the exception.
     *
     * @param message what failed, on which key in which store, and what to do about it
     * @param cause what the store, the SDK or the JCA provider reported
     */
    public KeyStateException(String message, Throwable cause) {
        super(message, cause);
    }
}
