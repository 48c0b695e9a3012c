package dev.chancery.error;

/**
 * The configuration is wrong: an unknown scheme, a bad URI, an unusable directory, a missing setting.
 */
public final class ConfigurationException extends ChanceryException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what failed, on which key in which store, and what to do about it
     */
    public ConfigurationException(String message) {
        super(message);
    }

    /**
     * Creates the exception.
     *
     * @param message what failed, on which key in which store, and what to do about it
     * @param cause what the store, the SDK or the JCA provider reported
     */
    public ConfigurationException(String message, Throwable cause) {
        super(message, cause);
    }
}
