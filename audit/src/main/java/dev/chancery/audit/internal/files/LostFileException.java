package dev.chancery.audit.internal.files;

import java.io.IOException;

/** A file that the log was writing to was removed, replaced or shortened. */
public class LostFileException extends IOException {
    private static final long serialVersionUID = 1L;

    public LostFileException(String message) {
        super(message);
    }
}
