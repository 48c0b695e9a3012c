package dev.chancery.rotation;

import dev.chancery.key.KeyId;
import dev.chancery.key.KeyName;
import java.time.Instant;
import java.util.Optional;

/**
 * Where a ring stands after a rotation, by this instance or another: each that asks gets an equal answer.
 *
 * @param ring the ring
 * @param generation the generation of its current key
 * @param current its current key
 * @param previous the key before, or empty for the first
 * @param since when the current key became current
 * @param due when it is to be followed by the next
 */
public record Rotation(
        KeyName ring, long generation, KeyId current, Optional<KeyId> previous, Instant since, Instant due) {}
