package dev.chancery.interception;

import dev.chancery.error.ChanceryException;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyState;
import dev.chancery.key.RingPosition;
import dev.chancery.signature.Signature;
import dev.chancery.signature.Verification;
import java.util.List;
import java.util.Optional;

/** What came of an {@link Operation}. */
public sealed interface Outcome {

    /**
     * Signatures were made. The caller has not seen them yet.
     *
     * @param signatures one for each input of the operation, in its order
     */
    record Signed(List<Signature> signatures) implements Outcome {}

    /**
     * A signature was looked at.
     *
     * @param verification the answer, positive or negative
     */
    record Verified(Verification verification) implements Outcome {}

    /**
     * A key was made or changed.
     *
     * @param key the key as it is now
     * @param from the state before, or empty for a new key
     */
    record Changed(KeyMetadata key, Optional<KeyState> from) implements Outcome {}

    /**
     * A generation of a ring has a holder: the candidate, or one that was faster.
     *
     * @param position ring and generation
     * @param holder the key that holds it
     */
    record Promoted(RingPosition position, KeyId holder) implements Outcome {}

    /**
     * Something was done that leaves no key to show.
     *
     * @param detail what came of it, in a sentence
     */
    record Done(String detail) implements Outcome {}

    /**
     * Core said no; nothing was signed or changed.
     *
     * @param why the reason
     */
    record Denied(ChanceryException why) implements Outcome {}

    /**
     * The store was asked, and what it did is not known or of no use.
     *
     * @param why the reason
     */
    record Failed(Throwable why) implements Outcome {}
}
