package dev.chancery.audit.internal.writing;

import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.internal.files.ChainLock;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A chain that is written to, and the right to do so. A chain that is not to be continued stays as it is, and the next free one
 * begins with its loss.
 *
 * @param chain the chain
 * @param lock the right to write it
 */
record OpenChain(Chain chain, ChainLock lock) implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OpenChain.class);

    /**
     * Takes the lowest free chain that is to be continued, or begins one.
     *
     * @param id the log's
     * @param news what is to be said first in it
     */
    static OpenChain open(LogContext context, String id, List<AuditRecord> news) throws IOException {
        List<AuditRecord> first = new ArrayList<>(news);
        List<ChainDirectory> lost = new ArrayList<>();
        int from = 1;
        while (true) {
            ChainLock lock = ChainLock.take(context.log(), context.files(), from);
            from = lock.chain().number() + 1;
            Optional<Chain> chain = open(lock, context, id, first, lost);
            if (chain.isPresent()) {
                lost.forEach(OpenChain::mark);
                return new OpenChain(chain.get(), lock);
            }
        }
    }

    /** Empty where the chain is not to be continued; then that is added to what is to be said. */
    private static Optional<Chain> open(
            ChainLock lock, LogContext context, String id, List<AuditRecord> first, List<ChainDirectory> lost)
            throws IOException {
        Optional<Chain> chain = Optional.empty();
        try {
            if (!Files.exists(lock.chain().lost()) && !context.isOfFormerKey(lock.chain())) {
                chain = Optional.of(Chain.open(lock, context, id, first));
            }
        } catch (LostChainException e) {
            LOG.error("{} Another chain is begun.", e.getMessage());
            lost.add(lock.chain());
            first.add(AuditRecord.builder(context.options().clock().instant(), AuditEvent.LOG_LOST)
                    .text("reason", e.getMessage())
                    .number("lost_slot", lock.chain().number())
                    .build());
        } finally {
            if (chain.isEmpty()) {
                lock.close();
            }
        }
        return chain;
    }

    /** So that the loss is on record once, and not with every opening. */
    private static void mark(ChainDirectory chain) {
        try {
            Files.createFile(chain.lost());
        } catch (IOException e) {
            LOG.warn("The chain in {} cannot be marked as lost; its loss will be on record again: {}", chain.path(), e);
        }
    }

    @Override
    public void close() throws IOException {
        try (ChainLock held = lock) {
            chain.close();
        }
    }
}
