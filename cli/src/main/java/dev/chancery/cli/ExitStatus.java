package dev.chancery.cli;

/** What a script learns from the command. */
final class ExitStatus {
    /** Done, or the signature is valid. */
    static final int DONE = 0;

    /** A negative answer: the signature is not valid. */
    static final int NEGATIVE = 1;

    /** The command line or the configuration is wrong; nothing was tried. */
    static final int USAGE = 2;

    /** The operation failed. */
    static final int FAILED = 3;

    private ExitStatus() {}
}
