package dev.chancery.audit.record;

import java.util.Locale;

/** What vouches for a record that was read from a log. */
public enum Proof {
    /** A checkpoint that the audit key signed covers it. */
    CHECKPOINTED,
    /** No checkpoint covers it yet; its seal was checked with the audit key. */
    SEALED,
    /** Nothing that was looked at: an outsider who can write to the disk can have written it. */
    UNPROVEN;

    /** Returns the word in lower case, as exports have it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
