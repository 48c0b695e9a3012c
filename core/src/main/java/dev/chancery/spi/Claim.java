package dev.chancery.spi;

import dev.chancery.key.KeyId;
import dev.chancery.key.RingPosition;

/**
 * Who holds a generation of a ring. The holder of the highest generation is the ring's current key.
 *
 * @param position ring and generation
 * @param holder the key that holds it
 */
public record Claim(RingPosition position, KeyId holder) {}
