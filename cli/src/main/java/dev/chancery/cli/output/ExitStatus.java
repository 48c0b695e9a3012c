package dev.chancery.cli.output;

/** What a script learns from the command. */
public final class ExitStatus {
    /** Done, or the signature is valid. */
    public static final int DONE = 0;

    /** A negative answer: the signature is not valid. */
    public static final int NEGATIVE = 1;

    /** The command line or the configuration is wrong, or a file of the configuration is not there; nothing was tried. */
    public static final int USAGE = 2;

    /** A store, a key, a file or a log refused, or the operation failed. */
    public static final int FAILED = 3;

    private ExitStatus() {}
}
