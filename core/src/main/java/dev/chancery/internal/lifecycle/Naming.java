package dev.chancery.internal.lifecycle;

import dev.chancery.error.ConfigurationException;
import dev.chancery.error.KeyExistsException;
import dev.chancery.internal.state.StoreContext;
import dev.chancery.key.KeyName;
import dev.chancery.spi.Traits.Names;
import java.util.Optional;

/** A new key and a new ring never get one name, which would not say which of them is meant; except where all keys of a ring have the ring's name. */
final class Naming {
    private final StoreContext context;
    private final Generations generations;

    Naming(StoreContext context, Generations generations) {
        this.context = context;
        this.generations = generations;
    }

    /** @throws KeyExistsException if a ring has the name that a new key is to have */
    void requireNoRing(KeyName name, Optional<KeyName> ringOfKey) {
        if (!tellsApart()) {
            return;
        }
        if (ringOfKey.filter(name::equals).isPresent()) {
            throw new ConfigurationException("A key and its ring cannot both be called '" + name + "' in "
                    + context.location() + ": the name would not say which is meant. Leave the key's name out.");
        }
        RingView ring = generations.read(name);
        if (!ring.claims().isEmpty() || ring.pending().isPresent()) {
            throw new KeyExistsException(
                    "There is a ring '" + name + "' in " + context.location()
                            + ", and the name would not say whether it or the key is meant. Choose another name, or put the key into the ring.");
        }
    }

    /** @throws KeyExistsException if a key has the name that a new ring is to have */
    void requireNoKey(KeyName ring) {
        if (tellsApart() && findKey(ring)) {
            throw new KeyExistsException(
                    "There is a key '" + ring + "' in " + context.location()
                            + ", and the name would not say whether it or the ring is meant. Choose another name for the ring.");
        }
    }

    private boolean findKey(KeyName name) {
        try {
            return context.find(context.backend().parse(name.value())).isPresent();
        } catch (ConfigurationException e) {
            return false; // no key of this store can have the name
        }
    }

    private boolean tellsApart() {
        return context.traits().names() != Names.RING
                && context.abilities().keepsRecords().isPresent();
    }
}
