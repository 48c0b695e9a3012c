package dev.chancery.error;

/**
 * The algorithm, or the length of a digest, does not fit the key. Use one of {@link dev.chancery.key.KeyMetadata#algorithms()}.
 */
public final class AlgorithmMismatchException extends ChanceryException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what failed, on which key in which store, and what to do about it
     */
    public AlgorithmMismatchException(String message) {
        super(message);
    }

    /**
     * Creates the exception.
     *
     * @param message what failed, on which key in which store, and what to do about it
     * @param cause what the store, the SDK or the JCA provider reported
     */
    public AlgorithmMismatchException(String message, Throwable cause) {
        super(message, cause);
    }
}
