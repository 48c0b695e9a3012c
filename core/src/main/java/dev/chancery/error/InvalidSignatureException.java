package dev.chancery.error;

/**
 * Thrown by {@link dev.chancery.signature.Verification#orThrow()} only: the signature is not to be relied upon.
 */
public final class InvalidSignatureException extends ChanceryException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what failed, on which key in which store, and what to do about it
     */
    public InvalidSignatureException(String message) {
        super(message);
    }

    /**
     * Creates the exception.
     *
     * @param message what failed, on which key in which store, and what to do about it
     * @param cause what the store, the SDK or the JCA provider reported
     */
    public InvalidSignatureException(String message, Throwable cause) {
        super(message, cause);
    }
}
