package dev.chancery.signature;

import dev.chancery.error.InvalidSignatureException;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyState;
import dev.chancery.spi.support.Printable;
import java.util.Optional;

/**
 * A verifier's answer. An invalid signature is an answer, not an exception.
 *
 * @param status what was found
 * @param key the key that was asked, or empty where a bare public key or no key of a ring was
 * @param stateUnknown whether the key's state could not be refreshed for longer than the store allows; the answer then
 *     rests on the last known one
 * @param reason a sentence for a person: why not, or under which reserve
 */
public record Verification(Status status, Optional<KeyMetadata> key, boolean stateUnknown, String reason) {

    /** What a verifier found. */
    public enum Status {
        /** The signature is the key's, and the key may verify. */
        VALID,
        /** The signature is not the key's over this message, or is malformed. */
        INVALID,
        /** The key is compromised and the signature is not proven to be older. */
        COMPROMISED,
        /** The key's verifying period is over. */
        EXPIRED
    }

    /**
     * Whether the signature may be relied upon.
     *
     * @return {@code true} only for {@link Status#VALID}
     */
    public boolean isValid() {
        return status == Status.VALID;
    }

    /**
     * The state of the key that was asked.
     *
     * @return the state, or empty where a bare public key was asked
     */
    public Optional<KeyState> state() {
        return key.map(KeyMetadata::state);
    }

    /** Returns the answer in one line, with the fingerprint of the key that was asked. */
    @Override
    public String toString() {
        String asked = key.map(known -> ", " + known.id() + ", SHA-256 " + known.fingerprint() + ", " + known.state())
                .orElse("");
        return "Verification[" + status + asked + (stateUnknown ? ", state unknown" : "") + ": "
                + Printable.line(reason) + "]";
    }

    /**
     * Turns a negative answer into an exception.
     *
     * @return this answer, if it is valid
     * @throws InvalidSignatureException if it is not
     */
    public Verification orThrow() {
        if (!isValid()) {
            throw new InvalidSignatureException(reason);
        }
        return this;
    }
}
