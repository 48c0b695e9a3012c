package dev.chancery.audit.internal.files;

/** The lock of a chain was removed or replaced, so another process may write it: its writer leaves it. */
public final class LostLockException extends LostFileException {
    private static final long serialVersionUID = 1L;

    LostLockException(LostFileException cause) {
        super(String.valueOf(cause.getMessage()));
        initCause(cause);
    }
}
