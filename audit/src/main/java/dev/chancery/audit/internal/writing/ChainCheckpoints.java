package dev.chancery.audit.internal.writing;

import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.internal.files.ChainLock;
import dev.chancery.error.IntegrityException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Makes checkpoints of chains that no process writes. To be used on a thread that no code interrupts. */
public final class ChainCheckpoints {
    private ChainCheckpoints() {}

    /**
     * Makes a checkpoint of every chain that has records since its last one, and puts the heads of all on record.
     *
     * @throws IntegrityException if a chain is not to be continued, for it has lost lines, after all others have theirs
     */
    public static void make(LogContext context) throws IOException {
        String id;
        try (OwnChain own = OwnChain.open(context)) {
            id = own.id();
        }
        Optional<LostChainException> lost = Optional.empty();
        for (ChainDirectory chain : ChainDirectory.all(context.log())) {
            try {
                make(chain, context, id);
            } catch (LostChainException e) {
                lost = Optional.of(e);
            }
        }
        try (OwnChain own = OwnChain.open(context)) {
            own.addHeads();
        }
        if (lost.isPresent()) {
            throw new IntegrityException(String.valueOf(lost.get().getMessage()), lost.get());
        }
    }

    private static void make(ChainDirectory directory, LogContext context, String id) throws IOException {
        if (directory.number() == ChainDirectory.OWN
                || directory.segments().isEmpty()
                || context.isOfFormerKey(directory)) {
            return;
        }
        Optional<ChainLock> lock = ChainLock.take(directory);
        if (lock.isPresent()) {
            try (ChainLock held = lock.get();
                    Chain chain = Chain.open(held, context, id, List.of())) {
                chain.checkpoint();
            }
        }
    }
}
