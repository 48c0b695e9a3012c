package dev.chancery.error;

/**
 * The store, the key or the algorithm cannot do this. The message names the missing {@link dev.chancery.Capability} or the reason.
 */
public final class UnsupportedException extends ChanceryException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what failed, on which key in which store, and what to do about it
     */
    public UnsupportedException(String message) {
        super(message);
    }

    /**
     * Creates the exception.
     *
     * @param message what failed, on which key in which store, and what to do about it
     * @param cause what the store, the SDK or the JCA provider reported
     */
    public UnsupportedException(String message, Throwable cause) {
        super(message, cause);
    }
}
