package dev.chancery.key;

import dev.chancery.error.ConfigurationException;

/**
 * A key's place in its ring.
 *
 * @param ring the ring's name
 * @param generation 1 for the first key of the ring, 2 for the next, …
 */
public record RingPosition(KeyName ring, long generation) {

    /**
     * Checks the generation.
     *
     * @throws ConfigurationException if the generation is below 1
     */
    public RingPosition {
        if (generation < 1) {
            throw new ConfigurationException("A generation is 1 or more, not " + generation + ".");
        }
    }
}
