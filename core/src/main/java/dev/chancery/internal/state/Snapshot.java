package dev.chancery.internal.state;

import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.key.KeyMetadata;
import dev.chancery.spi.records.KeyRecord;
import java.util.Optional;
import java.util.Set;

/**
 * What a place said of a key at one moment, judged usable.
 *
 * @param metadata what applications see
 * @param record what core goes by
 * @param signingRefusal why the place itself would not sign, the rest of a sentence that begins with "it"
 * @param confinedTo the only algorithms that the key may be used with, or empty for all of its kind
 * @param policyEndMillis from when on the policy forbids signing, even if the record allows it
 */
public record Snapshot(
        KeyMetadata metadata,
        KeyRecord record,
        Optional<String> signingRefusal,
        Optional<Set<SignatureAlgorithm>> confinedTo,
        long policyEndMillis) {}
