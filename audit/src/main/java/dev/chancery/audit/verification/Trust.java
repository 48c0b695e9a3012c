package dev.chancery.audit.verification;

import dev.chancery.audit.checkpoint.AuditSigner;
import dev.chancery.audit.checkpoint.Checkpoint;
import dev.chancery.audit.checkpoint.Origin;
import dev.chancery.audit.checkpoint.VerificationKey;
import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.internal.line.LineSeal;
import dev.chancery.audit.internal.line.SegmentStart;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a verification goes by.
 *
 * @param keys what checkpoints' signatures are checked with, the latest last; none to check no signatures
 * @param signer the audit key itself, where seals are checked, too
 * @param succession how the keys followed each other
 */
record Trust(List<VerificationKey> keys, Optional<AuditSigner> signer, KeySuccession succession) {

    /** Whether signatures are checked. */
    boolean checksSignatures() {
        return !keys.isEmpty();
    }

    /** The key that the log is kept with now, as far as is known. */
    Optional<VerificationKey> latest() {
        return keys.isEmpty() ? Optional.empty() : Optional.of(keys.get(keys.size() - 1));
    }

    /** Whether a checkpoint counts: a key that was rotated counts up to that, in the log's own chain. */
    boolean believes(Checkpoint checkpoint) {
        return keys.isEmpty()
                || keys.stream()
                        .anyMatch(key -> checkpoint.isSignedBy(key)
                                && (checkpoint.origin().slot() != ChainDirectory.OWN
                                        || checkpoint.size() <= succession.end(key)));
    }

    /** Whether a chain that is kept with a key was ended when that was rotated, by a checkpoint of the key behind it. */
    boolean isEnded(SegmentStart last, List<Checkpoint> checkpoints, long size) {
        int at = indexOf(last.auditKey());
        return at >= 0
                && checkpoints.stream()
                        .anyMatch(checkpoint -> checkpoint.size() == size && checkpoint.isSignedBy(keys.get(at + 1)));
    }

    /** Whether a key is one that was rotated. */
    boolean isFormer(String auditKey) {
        int at = indexOf(auditKey);
        return at >= 0 && at < keys.size() - 1;
    }

    /** Whether a key is none that the log was kept with. */
    boolean isStrange(String auditKey) {
        return checksSignatures() && indexOf(auditKey) < 0;
    }

    private int indexOf(String auditKey) {
        for (int i = 0; i < keys.size(); i++) {
            if (keys.get(i).toString().equals(auditKey)) {
                return i;
            }
        }
        return -1;
    }

    /** What seals the lines of a segment; null where seals are not checked, for they are another key's. */
    @Nullable
    LineSeal sealOf(SegmentStart start) {
        return signer.filter(holder ->
                        start.auditKey().equals(holder.verificationKey().toString()))
                .map(holder -> new LineSeal(holder.sealKey(start.origin())))
                .orElse(null);
    }

    /** What seals the lines of a chain, where nothing says with which key it is kept. */
    @Nullable
    LineSeal sealOf(Origin origin) {
        return signer.map(holder -> new LineSeal(holder.sealKey(origin))).orElse(null);
    }
}
