package dev.chancery.audit.internal.writing;

import dev.chancery.audit.checkpoint.AuditSigner;
import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.internal.files.ChainLock;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.error.AuditUnavailableException;
import dev.chancery.error.IntegrityException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Replaces the audit key of a log that no process writes: each chain ends with a last line and a checkpoint by both keys, and new chains
 * will begin; the log's own goes on in a new segment. To be used on a thread that no code interrupts.
 */
public final class KeyRotation {
    private KeyRotation() {}

    /**
     * Replaces the key. Repeating it goes on where it was cut off.
     *
     * @param context the log with its old key
     * @throws AuditUnavailableException if a process writes a chain: nothing is changed then
     * @throws IntegrityException if a chain has lost lines: it would never be ended
     */
    public static void rotate(LogContext context, AuditSigner successor) throws IOException {
        List<ChainLock> held = new ArrayList<>();
        try (OwnChain own = OwnChain.openToRotate(context)) {
            for (ChainDirectory chain : ChainDirectory.all(context.log())) {
                if (chain.number() != ChainDirectory.OWN && !chain.segments().isEmpty()) {
                    held.add(take(chain));
                }
            }
            for (ChainLock lock : held) {
                if (!context.isOfFormerKey(lock.chain())) {
                    end(lock, context, own.id(), successor);
                }
            }
            own.addHeads();
            own.rotate(successor);
        } finally {
            for (ChainLock lock : held) {
                lock.close();
            }
        }
    }

    private static ChainLock take(ChainDirectory chain) throws IOException {
        Optional<ChainLock> lock = ChainLock.take(chain);
        return lock.orElseThrow(() -> new AuditUnavailableException(
                "The audit key is not rotated: a process writes the chain in " + chain.path() + ". Stop it first.",
                null));
    }

    private static void end(ChainLock lock, LogContext context, String id, AuditSigner successor) throws IOException {
        try (Chain chain = Chain.open(lock, context, id, List.of())) {
            chain.end(
                    AuditRecord.builder(context.options().clock().instant(), AuditEvent.CHAIN_ENDED)
                            .text("reason", "the audit key is rotated")
                            .text("to", successor.verificationKey().toString())
                            .build(),
                    successor);
        } catch (LostChainException e) {
            throw new IntegrityException("The audit key is not rotated. " + e.getMessage(), e);
        }
    }
}
