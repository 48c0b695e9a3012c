package dev.chancery.audit.record;

/** What kind of thing a record tells of: the field {@code event_type}. */
public enum EventType {
    /** A key was used, or was not allowed to be. */
    KEY_USAGE,
    /** A key or a ring changed, was about to, or failed to. */
    KEY_LIFECYCLE,
    /** The log tells of itself. */
    LOG
}
