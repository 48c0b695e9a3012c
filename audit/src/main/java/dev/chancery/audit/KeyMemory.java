package dev.chancery.audit;

import dev.chancery.interception.Operation;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import java.util.Optional;

/** What the log knows of keys, held against what their store says. */
interface KeyMemory {

    /**
     * Compares, and tells of what differs.
     *
     * @return since when the key is compromised, as the log has it; empty if it knows nothing of that
     */
    Optional<CompromisedSince> compare(String store, KeyId key, String fingerprint, KeyAttributes stored);

    /** Hears that a key is about to be changed. */
    void begin(Operation change);

    /** Hears that this is over, and what became of the key where it was changed: the record of that is under way. */
    void end(Operation change, Optional<KeyMetadata> changed);
}
