package dev.chancery.audit.record;

import dev.chancery.error.ChanceryException;
import java.nio.file.Path;

/** A line of a log is no record. The log was damaged or tampered with: {@link dev.chancery.audit.verification.AuditVerifier} says more. */
public final class MalformedLogException extends ChanceryException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param file the segment
     * @param line the line in it, counted from 1
     * @param problem what is wrong there, a clause
     */
    public MalformedLogException(Path file, long line, String problem) {
        super(file + ", line " + line + ": " + problem + ". `chancery audit verify` looks at the whole log.");
    }
}
