package dev.chancery.audit.verification;

import dev.chancery.audit.checkpoint.AuditSigner;
import dev.chancery.audit.checkpoint.Checkpoint;
import dev.chancery.audit.checkpoint.Origin;
import dev.chancery.audit.checkpoint.VerificationKey;
import dev.chancery.audit.internal.line.LineSeal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a verification goes by.
 *
 * @param key what checkpoints' signatures are checked with, if anything
 * @param signer the audit key itself, where seals are checked, too
 */
record Trust(Optional<VerificationKey> key, Optional<AuditSigner> signer) {

    /** Whether a checkpoint counts. */
    boolean believes(Checkpoint checkpoint) {
        return key.isEmpty() || checkpoint.isSignedBy(key.get());
    }

    /** What seals a chain's lines; null where seals are not checked. */
    @Nullable
    LineSeal sealOf(Origin origin) {
        return signer.map(holder -> new LineSeal(holder.sealKey(origin))).orElse(null);
    }
}
