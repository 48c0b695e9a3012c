package dev.chancery.error;

/**
 * The store already has a key of that id. Nothing was overwritten: choose another id.
 */
public final class KeyExistsException extends ChanceryException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what failed, on which key in which store, and what to do about it
     */
    public KeyExistsException(String message) {
        super(message);
    }

    /**
     * Creates the exception.
     *
     * @param message what failed, on which key in which store, and what to do about it
     * @param cause what the store, the SDK or the JCA provider reported
     */
    public KeyExistsException(String message, Throwable cause) {
        super(message, cause);
    }
}
