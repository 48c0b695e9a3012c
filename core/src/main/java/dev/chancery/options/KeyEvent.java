package dev.chancery.options;

import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyName;
import java.time.Instant;
import java.util.Optional;

/**
 * Something that happened to a key or a ring, told to listeners afterwards.
 *
 * @param type what happened
 * @param at when
 * @param store where, the store's URI without anything secret
 * @param key the key it happened to, as it is now; empty where a ring's rotation failed before there was one
 * @param ring the ring concerned, or empty
 * @param detail a sentence for a person; holds no secret
 */
public record KeyEvent(
        Type type, Instant at, String store, Optional<KeyMetadata> key, Optional<KeyName> ring, String detail) {

    /** The kinds of events. */
    public enum Type {
        /** A key was generated or imported. */
        CREATED,
        /** The current key of a ring nears the end of its period. */
        ROTATION_DUE_SOON,
        /** A ring has a new current key. */
        ROTATED,
        /** A rotation failed; the ring is as it was, or the next attempt finishes it. */
        ROTATION_FAILED,
        /** A key's state changed. */
        STATE_CHANGED,
        /** A key was marked as compromised. */
        COMPROMISED,
        /** Something suspicious began or ended; the detail says what, and on which key. */
        ALERT,
        /** Nothing happened: a person looks whether notifications arrive. */
        TEST
    }
}
