package dev.chancery.audit.record;

/** What a record tells of: the field {@code event}. The names are what operators search for. */
public enum AuditEvent {
    /** A key is about to sign. */
    KEY_USED(EventType.KEY_USAGE),
    /** A signature was made; this is durable before the caller has it. */
    SIGNATURE_GENERATED(EventType.KEY_USAGE),
    /** A signature was made and not handed out. */
    SIGNATURE_WITHHELD(EventType.KEY_USAGE),
    /** A signature was verified, with the answer. */
    VERIFICATION_PERFORMED(EventType.KEY_USAGE),
    /** A use or change was refused before the store was asked. */
    DENIED(EventType.KEY_USAGE),
    /** The store was asked, and failed. */
    OPERATION_FAILED(EventType.KEY_USAGE),

    /** A change is about to be asked of the store. Without a later record of the same operation, its outcome is unknown. */
    CHANGE_INTENDED(EventType.KEY_LIFECYCLE),
    /** A change was asked of the store, and failed or was refused. */
    CHANGE_FAILED(EventType.KEY_LIFECYCLE),
    /** A key was made. */
    KEY_GENERATED(EventType.KEY_LIFECYCLE),
    /** A key was taken in. */
    KEY_IMPORTED(EventType.KEY_LIFECYCLE),
    /** A key went from one state to another. */
    KEY_STATE_CHANGED(EventType.KEY_LIFECYCLE),
    /** Something else about a key changed: dates, ring, labels. */
    KEY_UPDATED(EventType.KEY_LIFECYCLE),
    /** A ring has a new current key. */
    KEY_ROTATED(EventType.KEY_LIFECYCLE),
    /** A key was marked as compromised. */
    KEY_COMPROMISED(EventType.KEY_LIFECYCLE),
    /** A candidate that never signed was removed. */
    KEY_DISCARDED(EventType.KEY_LIFECYCLE),
    /** A private key was written again in a stronger form. */
    KEY_REENCRYPTED(EventType.KEY_LIFECYCLE),
    /** A backup of a key was handed out that only its place can read. */
    KEY_BACKED_UP(EventType.KEY_LIFECYCLE),
    /** What the place or its hardware states about a key was handed out. */
    KEY_ATTESTED(EventType.KEY_LIFECYCLE),
    /** A key came back from a backup, or what was missing of it. */
    KEY_RESTORED(EventType.KEY_LIFECYCLE),

    /** A segment begins: names its log, slot and chain, the audit key, and the edge of the tree over the lines before it. */
    SEGMENT_OPENED(EventType.LOG),
    /** What a crash had left half-written was cut off and kept. */
    LOG_REPAIRED(EventType.LOG),
    /** A segment ends; the next one begins. */
    SEGMENT_CLOSED(EventType.LOG),
    /** How far another chain had come; in the log's own chain. */
    CHAIN_HEAD(EventType.LOG),
    /** A chain ends for good, with the audit key that it was kept with. */
    CHAIN_ENDED(EventType.LOG),
    /** The log is kept with another audit key from here on; in the log's own chain, the last line under the old one's seal. */
    AUDIT_KEY_ROTATED(EventType.LOG),
    /** Writing failed, and goes on in a new segment. */
    LOG_RESUMED(EventType.LOG),
    /** Lines that were acknowledged are gone: a file was removed, shortened, replaced or damaged. */
    LOG_LOST(EventType.LOG),
    /** Records could not be written while the log was told to let signatures out all the same. */
    RECORDS_MISSING(EventType.LOG),
    /** Old segments were removed in good order. */
    SEGMENTS_REMOVED(EventType.LOG),
    /** A rule over the records found something suspicious. */
    ALERT(EventType.LOG),
    /** An archive of the keys was made. */
    BACKUP_MADE(EventType.LOG),
    /** An archive was not restored: it is damaged or hostile, or does not open. */
    RESTORE_REFUSED(EventType.LOG),
    /** An archive was restored for trial, with what came of it. */
    DRILL_PERFORMED(EventType.LOG),
    /** A command was given on the command line. */
    COMMAND_GIVEN(EventType.LOG);

    private final EventType type;

    AuditEvent(EventType type) {
        this.type = type;
    }

    /**
     * The kind of thing that this is.
     *
     * @return the value of {@code event_type}
     */
    public EventType type() {
        return type;
    }
}
