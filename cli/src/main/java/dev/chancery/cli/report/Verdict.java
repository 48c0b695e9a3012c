package dev.chancery.cli.report;

/**
 * What a publication says of a kind of key.
 *
 * @param standing how it stands
 * @param why the publication's words, short
 */
record Verdict(Standing standing, String why) {
    /** How a kind of key stands. */
    enum Standing {
        /** New signatures may be made with it. */
        ACCEPTABLE,
        /** New signatures may be made with it, and its end is near or the publication prefers another. */
        ENDING,
        /** The publication says nothing of it. */
        NOT_LISTED,
        /** No new signatures; those that are there may be verified. */
        DISALLOWED
    }
}
