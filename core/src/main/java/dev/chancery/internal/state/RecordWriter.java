package dev.chancery.internal.state;

import dev.chancery.error.ChanceryException;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyState;
import dev.chancery.spi.KeepsRecords;
import dev.chancery.spi.PutResult;
import dev.chancery.spi.Service;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.Traits.Writes;
import dev.chancery.spi.records.KeyRecord;
import dev.chancery.spi.records.StoredRecord;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Writes records so that no writer undoes another. A change is a function from the record that stands to the one that shall: a place that
 * compares is given it again on top of what another writer wrote; any other is read back after each write, and the change is made again until
 * what is read needs it no more. A change that changes nothing writes nothing, except a mark that the store has forgotten.
 *
 * <pre>
 *   read ── change(record) ── equal ──────────────────────────────▶ done
 *    ▲            │ differs
 *    │           put ── Written, the place compares ──────────────▶ done
 *    │            ├──── Written, it does not ── read back ──┐
 *    │            ├──── Overtaken: what stands ─────────────┤
 *    │            └──── answer lost ── read back ───────────┤
 *    └──────────────────────────────────────────────────────┘
 * </pre>
 */
public final class RecordWriter {
    /** Of writers that meet, one gets through in each round. */
    private static final int ROUNDS = 20;

    private final StoreContext context;
    private final boolean compares;

    public RecordWriter(StoreContext context) {
        this.context = context;
        this.compares = context.traits().writes() == Writes.COMPARED;
    }

    /** As {@link #change(StoredKey, long, Change)}, without looking whether another writer came between: what is written can be repeated by the next. */
    public StoredKey changeUnseen(StoredKey read, long readAt, Change change) {
        return change(read, readAt, change, false, false);
    }

    /** Reads a key and changes its record. */
    public StoredKey change(KeyId id, Change change) {
        long started = context.ticks();
        return change(context.require(id), started, change, false);
    }

    /** What a change makes of a record; the same one where nothing is to be changed. Throws to refuse; may be called again. */
    public interface Change extends UnaryOperator<KeyRecord> {}

    /** The place has no room for the record. */
    public static final class FullException extends ChanceryException {
        private static final long serialVersionUID = 1L;

        FullException(String message) {
            super(message);
        }
    }

    /** Changes a record and leaves the key's service as it is, unless the new state forbids it. */
    public StoredKey change(StoredKey read, long readAt, Change change) {
        return change(read, readAt, change, false);
    }

    /**
     * Changes a record.
     *
     * @param start the key as it was read
     * @param startedAt when its reading began, in ticks
     * @param resumes whether the change puts a key back into service; nothing else ever does
     * @return the key as it stands now
     */
    public StoredKey change(StoredKey start, long startedAt, Change change, boolean resumes) {
        return change(start, startedAt, change, resumes, true);
    }

    private StoredKey change(StoredKey start, long startedAt, Change change, boolean resumes, boolean confirms) {
        KeepsRecords records = context.recordsOf();
        if (start.record() instanceof StoredRecord.Newer newer) {
            throw new UnsupportedException(
                    "Key " + start.id() + " in " + context.location() + " was left as it is: " + newer.why());
        }
        StoredKey read = start;
        long readAt = startedAt;
        boolean justRead = false;
        for (int round = 0; round < ROUNDS; round++) {
            KeyRecord standing = context.judge().kept(read);
            KeyRecord wanted = change.apply(context.judge().record(read));
            if (wanted.equals(standing)) {
                return read;
            }
            if (isOld(readAt) && !justRead) {
                readAt = context.ticks();
                read = context.require(read.id());
                justRead = true; // a place that is slower than it settles is written to all the same
                continue;
            }
            justRead = false;
            KeyRecord changed = complete(wanted, standing, read);
            PutResult result;
            try {
                result = records.put(read, changed, service(read, changed, resumes));
            } catch (StoreUnavailableException lost) {
                return readBack(read.id(), change).orElseThrow(() -> lost);
            }
            if (result instanceof PutResult.Full full) {
                throw full(read.id(), full);
            }
            if (result instanceof PutResult.Written written && (compares || !confirms)) {
                context.recent().remember(read.id(), changed);
                return written.now();
            }
            readAt = context.ticks();
            if (result instanceof PutResult.Overtaken overtaken) {
                read = overtaken.standing();
            } else {
                context.recent().remember(read.id(), changed);
                read = context.require(read.id());
            }
        }
        throw new StoreUnavailableException(
                "Changing key " + start.id() + " in " + context.location()
                        + " failed: others change it at the same time. Try again.",
                null);
    }

    private FullException full(KeyId id, PutResult.Full full) {
        return new FullException(
                "The record of key " + id + " in " + context.location() + " cannot be written: " + full.why());
    }

    /** What was read so long ago that another writer's change may have settled since must not be written upon. */
    private boolean isOld(long readAt) {
        return !compares && context.isHalfSettledSince(readAt);
    }

    /** The answer was lost; was the change? */
    private Optional<StoredKey> readBack(KeyId id, Change change) {
        StoredKey read = context.require(id);
        KeyRecord standing = context.judge().kept(read);
        if (!change.apply(context.judge().record(read)).equals(standing)) {
            return Optional.empty();
        }
        context.recent().remember(id, standing);
        return Optional.of(read);
    }

    /** A record names the half that it belongs to, once that half is known to belong to the key. */
    private KeyRecord complete(KeyRecord wanted, KeyRecord standing, StoredKey read) {
        KeyRecord.Builder complete = wanted.toBuilder().revision(standing.revision() + 1);
        if (wanted.fingerprint().isEmpty()) {
            context.judge()
                    .half(read)
                    .map(KeyMetadata::fingerprint)
                    .filter(fingerprint -> context.judge().isProven(read, fingerprint))
                    .ifPresent(complete::fingerprint);
        }
        return complete.build();
    }

    private static boolean service(StoredKey read, KeyRecord changed, boolean resumes) {
        KeyState state = changed.attributes().state();
        boolean forbidden = state == KeyState.SUSPENDED || state == KeyState.COMPROMISED || state == KeyState.DESTROYED;
        return !forbidden && (resumes || read.service() instanceof Service.In);
    }

    /**
     * Writes a mark that another writer, who had read before it was there, has written over.
     *
     * @param read the key as its place has it now, without the mark
     */
    public StoredKey restoreMark(StoredKey read, CompromisedSince since) {
        KeyRecord standing = context.judge().record(read);
        KeyRecord changed = complete(standing.withMark(since), standing, read);
        if (context.recordsOf().put(read, changed, false) instanceof PutResult.Full full) {
            throw full(read.id(), full);
        }
        context.recent().remember(read.id(), changed);
        return context.require(read.id());
    }

    /** Whether the place itself has a mark at least as strict; what this process remembers does not count. */
    public static boolean isMarked(StoredKey read, CompromisedSince since) {
        return read.record().legible().filter(record -> isMarked(record, since)).isPresent();
    }

    private static boolean isMarked(KeyRecord record, CompromisedSince since) {
        return record.attributes()
                .compromisedSince()
                .filter(mark -> mark.earlier(since).equals(mark))
                .isPresent();
    }
}
