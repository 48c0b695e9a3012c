package dev.chancery.spi;

import dev.chancery.key.KeyId;
import dev.chancery.key.Orphan;
import java.util.List;

/** The ability to find what a creation left that was cut off: keys that never got their names. Thread-safe. */
public interface FindsOrphans {
    /**
     * Finds them, the youngest too: core judges which creation may still go on.
     *
     * @return the orphans, in any order
     */
    List<Orphan> orphans();

    /**
     * Removes an orphan that core has found old enough.
     *
     * @param id its id
     * @throws dev.chancery.error.KeyNotFoundException if it is none any more
     */
    void removeOrphan(KeyId id);
}
