package dev.chancery.error;

/**
 * The {@link dev.chancery.policy.KeyPolicy} in force forbids the operation. The message names the rule and its source.
 */
public final class PolicyViolationException extends ChanceryException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what failed, on which key in which store, and what to do about it
     */
    public PolicyViolationException(String message) {
        super(message);
    }

    /**
     * Creates the exception.
     *
     * @param message what failed, on which key in which store, and what to do about it
     * @param cause what the store, the SDK or the JCA provider reported
     */
    public PolicyViolationException(String message, Throwable cause) {
        super(message, cause);
    }
}
