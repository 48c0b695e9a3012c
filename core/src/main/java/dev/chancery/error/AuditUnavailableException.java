package dev.chancery.error;

import org.jspecify.annotations.Nullable;

/**
 * A use of a key could not be written down, so its result is withheld. Retrying later can succeed, when there is room on the
 * disk or the log is within reach again.
 */
public final class AuditUnavailableException extends ChanceryException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what was withheld, on which key, and what to do about it
     * @param cause what the log reported, or null
     */
    public AuditUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean isRetryable() {
        return true;
    }
}
