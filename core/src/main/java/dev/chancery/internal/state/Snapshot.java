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
 * @param allowed what the key may be used with, in its owner's words
 * @param policyEndMillis from when on the policy forbids signing, even if the record allows it
 */
public record Snapshot(
        KeyMetadata metadata,
        KeyRecord record,
        Optional<String> signingRefusal,
        Set<SignatureAlgorithm> allowed,
        long policyEndMillis) {}
