package dev.chancery.spi.files;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A file or directory that is not to be used as it is: others could have read or written it, or it is of the wrong kind or size. */
public final class RefusedFileException extends IOException {
    private static final long serialVersionUID = 1L;

    private final @Nullable String mend;

    /**
     * A refusal.
     *
     * @param message what is wrong with which file, and what to do about it
     */
    public RefusedFileException(String message) {
        this(message, null);
    }

    /**
     * A refusal that one command ends.
     *
     * @param message what is wrong with which file, and what to do about it
     * @param mend the command, a line for a shell
     */
    public RefusedFileException(String message, @Nullable String mend) {
        super(message);
        this.mend = mend;
    }

    /**
     * What ends the refusal.
     *
     * @return a line for a shell, or empty if no one command does
     */
    public Optional<String> mend() {
        return Optional.ofNullable(mend);
    }
}
