package dev.chancery.error;

/**
 * There is no key (or ring) of that id in the store. Check the id against {@link dev.chancery.KeyStore#list()}.
 */
public final class KeyNotFoundException extends ChanceryException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception of a look for a key.
     *
     * @param key what was looked for
     * @param location the store, as its messages call it
     * @return the exception
     */
    public static KeyNotFoundException of(String key, String location) {
        return new KeyNotFoundException(
                "There is no key '" + key + "' in " + location + ". `chancery list` shows the keys that are there.");
    }

    /**
     * Creates the exception.
     *
     * @param message what failed, on which key in which store, and what to do about it
     */
    public KeyNotFoundException(String message) {
        super(message);
    }

    /**
     * Creates the exception.
     *
     * @param message what failed, on which key in which store, and what to do about it
     * @param cause what the store, the SDK or the JCA provider reported
     */
    public KeyNotFoundException(String message, Throwable cause) {
        super(message, cause);
    }
}
