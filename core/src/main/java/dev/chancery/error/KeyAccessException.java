package dev.chancery.error;

/**
 * The store refused access: wrong passphrase, file permissions, missing rights in a cloud account.
 */
public final class KeyAccessException extends ChanceryException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what failed, on which key in which store, and what to do about it
     */
    public KeyAccessException(String message) {
        super(message);
    }

    /**
     * Creates the exception.
     *
     * @param message what failed, on which key in which store, and what to do about it
     * @param cause what the store, the SDK or the JCA provider reported
     */
    public KeyAccessException(String message, Throwable cause) {
        super(message, cause);
    }
}
