package dev.chancery.health;

/**
 * One thing that was looked at.
 *
 * @param name what was looked at, a few words
 * @param status how it was found
 * @param detail a sentence for a person: what was seen, and what to do about it; holds no secret
 */
public record Finding(String name, Status status, String detail) {

    /** How a thing was found. */
    public enum Status {
        /** As it should be. */
        OK,
        /** Works for now; somebody should look. */
        WARNING,
        /** Does not work. */
        FAILED
    }
}
