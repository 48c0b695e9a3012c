package dev.chancery.spi.files;

import java.io.IOException;

/** A file or directory that is not to be used as it is: others could have read or written it, or it is of the wrong kind or size. */
public final class RefusedFileException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * A refusal.
     *
     * @param message what is wrong with which file, and what to do about it
     */
    public RefusedFileException(String message) {
        super(message);
    }
}
