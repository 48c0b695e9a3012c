package dev.chancery.provider.file;

/**
 * What was read is not what its format demands. Checked, so that no parser can forget that its input comes from outside;
 * the readers turn it into an {@link dev.chancery.IntegrityException} that names the file.
 */
final class MalformedException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedException(String message) {
        super(message);
    }

    MalformedException(String message, Throwable cause) {
        super(message, cause);
    }
}
