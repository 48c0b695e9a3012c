package dev.chancery.error;

/**
 * The message is longer than an algorithm that needs it twice (Ed25519) may buffer. Sign it as a file, raise the limit, or use an RSA or ECDSA key.
 */
public final class MessageTooLargeException extends ChanceryException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what failed, on which key in which store, and what to do about it
     */
    public MessageTooLargeException(String message) {
        super(message);
    }

    /**
     * Creates the exception.
     *
     * @param message what failed, on which key in which store, and what to do about it
     * @param cause what the store, the SDK or the JCA provider reported
     */
    public MessageTooLargeException(String message, Throwable cause) {
        super(message, cause);
    }
}
