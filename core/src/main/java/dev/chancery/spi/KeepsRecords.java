package dev.chancery.spi;

import dev.chancery.key.KeyName;
import dev.chancery.spi.records.KeyRecord;
import java.util.List;
import java.util.Set;

/** The ability to keep a {@link KeyRecord} beside each key. Thread-safe. */
public interface KeepsRecords {
    /**
     * Writes a record in the place of the one that was read, as {@link Traits#writes()} says: compared with what was read, the differing fields
     * alone, the whole map, or beside what is there. Core has decided what to write, reads back where the place does not compare, and
     * repeats. A place sends it once and,
     * unless it compares, gives an attempt up within half of {@link Traits#settle()}, so that a late one is not written over what others have
     * looked at since: a lost answer is a {@link dev.chancery.error.StoreUnavailableException}, and core looks what came of it. A place that
     * compares under its own lock may ask whether the {@link StoredKey#record()} that it finds equals the one of {@code read}.
     *
     * @param read the key as core read it, on which the change rests
     * @param changed the record to write; its revision is higher than the one read
     * @param wanted whether the key shall be in service, for places that switch with the record; others ignore it
     * @return what stands now
     * @throws dev.chancery.error.KeyNotFoundException if the key is not there (any more)
     */
    PutResult put(StoredKey read, KeyRecord changed, boolean wanted);

    /**
     * The keys whose record names a ring, held or meant for, in one look that does not list the store. A key that
     * {@link ClaimsGenerations} knows as a holder may be left out.
     *
     * @param ring the ring's name
     * @return the keys, in any order
     */
    List<StoredKey> members(KeyName ring);

    /**
     * The names of all rings in which a key holds a generation.
     *
     * @return the names, in any order
     */
    Set<KeyName> rings();
}
