package dev.chancery.audit.internal.files;

import java.io.IOException;

/** Somebody has removed, replaced or shortened a file that the log was writing to. */
public class LostFileException extends IOException {
    private static final long serialVersionUID = 1L;

    public LostFileException(String message) {
        super(message);
    }
}
