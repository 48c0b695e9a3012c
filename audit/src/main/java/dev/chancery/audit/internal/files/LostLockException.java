package dev.chancery.audit.internal.files;

/** Somebody has removed or replaced the lock of a chain, so another process may write it: its writer leaves it. */
public final class LostLockException extends LostFileException {
    private static final long serialVersionUID = 1L;

    LostLockException(LostFileException cause) {
        super(String.valueOf(cause.getMessage()));
        initCause(cause);
    }
}
