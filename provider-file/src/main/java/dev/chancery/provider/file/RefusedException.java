package dev.chancery.provider.file;

import java.io.IOException;

/** A file or directory that others could have read or written, or that leads out of the store. Says what to do about it. */
final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
        super(message);
    }
}
