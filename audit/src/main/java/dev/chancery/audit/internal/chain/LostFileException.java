package dev.chancery.audit.internal.chain;

import java.io.IOException;

/** Somebody has removed, replaced or shortened a file that the log was writing to. */
final class LostFileException extends IOException {
    private static final long serialVersionUID = 1L;

    LostFileException(String message) {
        super(message);
    }
}
