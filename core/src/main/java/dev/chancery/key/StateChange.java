package dev.chancery.key;

import dev.chancery.error.ConfigurationException;
import dev.chancery.spi.support.Printable;
import java.time.Instant;

/**
 * One line of a key's history.
 *
 * @param at when the change took effect
 * @param from the state before
 * @param to the state after
 * @param reason why, in the caller's words; at most 256 characters, no control characters
 */
public record StateChange(Instant at, KeyState from, KeyState to, String reason) {

    /** The longest reason that is kept. */
    public static final int MAX_REASON = 256;

    /**
     * Checks the line.
     *
     * @throws ConfigurationException if the reason is blank, too long or holds control characters, or if the instant is not between
     *     {@link KeyAttributes#EARLIEST} and {@link KeyAttributes#LATEST}
     */
    public StateChange {
        KeyAttributes.checkDate("history.at", at);
        if (reason.isBlank() || reason.length() > MAX_REASON || reason.chars().anyMatch(Character::isISOControl)) {
            throw new ConfigurationException("A reason has 1 to " + MAX_REASON
                    + " characters and no control characters, this is not one: '" + Printable.of(reason) + "'.");
        }
    }
}
