package dev.chancery.provider.file.formats;

/**
 * What was read is not what its format demands. Checked, so that no parser can forget that its input comes from outside;
 * the readers turn it into an {@link dev.chancery.error.IntegrityException} that names the file.
 */
public final class MalformedException extends Exception {
    private static final long serialVersionUID = 1L;

    public MalformedException(String message) {
        super(message);
    }

    public MalformedException(String message, Throwable cause) {
        super(message, cause);
    }
}
