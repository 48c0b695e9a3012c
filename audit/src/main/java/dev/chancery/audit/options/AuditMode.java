package dev.chancery.audit.options;

/** What happens to a use of a key that cannot be written down. Compromising and suspending a key are never held up. */
public enum AuditMode {
    /** A signature is released only after its record is durable. The default. */
    FAIL_CLOSED,
    /** As {@link #FAIL_CLOSED}; besides, that a key is about to be used is durable before the store is asked. */
    STRICT,
    /** Signatures are released even if their records are lost; the log counts those, and says how many once writing works. */
    FAIL_OPEN
}
