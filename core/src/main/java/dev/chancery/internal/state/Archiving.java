package dev.chancery.internal.state;

import dev.chancery.KeyStore;
import dev.chancery.error.ChanceryException;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.KeyStateException;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyState;
import dev.chancery.options.PublicArchive;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.records.KeyRecord;
import dev.chancery.spi.records.StoredRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts into the archive what a place is about to keep back or forget, and marks there what it keeps no record of. */
public final class Archiving {
    private static final Logger LOG = LoggerFactory.getLogger(KeyStore.class);

    private final StoreContext context;

    public Archiving(StoreContext context) {
        this.context = context;
    }

    /**
     * Keeps a key that is brought into a state in which its place withholds it. What would be lost otherwise stops a destruction; nothing stops an
     * emergency.
     *
     * @return whether the key is archived now
     */
    public boolean keep(StoredKey key, KeyState to) {
        if (!context.traits().withholds().contains(to)) {
            return false;
        }
        try {
            KeyMetadata described = describe(key);
            archive(key.id(), to).put(context.location(), described);
            return true;
        } catch (ChanceryException e) {
            boolean nothingToKeep =
                    e instanceof IntegrityException; // such a public half verifies nothing, now or later
            if (to == KeyState.DESTROYED && !nothingToKeep) {
                throw e;
            }
            LOG.warn("Key {} becomes {} although its public half is not archived: {}", key.id(), to, e.getMessage());
            return false;
        }
    }

    private KeyMetadata describe(StoredKey key) {
        return context.judge()
                .description(key)
                .orElseThrow(() ->
                        context.judge().refusal(context.judge().problem(key).orElseThrow()));
    }

    private PublicArchive archive(KeyId id, KeyState to) {
        return context.options()
                .publicArchive()
                .orElseThrow(() -> new ConfigurationException("Key " + id + " in " + context.location()
                        + " is to become " + to + ", and the place then withholds its public half: its signatures"
                        + " could not be verified any more. Name a directory that keeps it (CHANCERY_ARCHIVE, or"
                        + " KeyStoreOptions.publicArchive)."));
    }

    public boolean isWithheldUnarchived(KeyId id) {
        try {
            return context.traits().withholds().contains(KeyState.COMPROMISED)
                    && context.options()
                            .publicArchive()
                            .flatMap(archive -> archive.find(context.location(), id))
                            .isEmpty();
        } catch (ChanceryException e) {
            return true;
        }
    }

    /**
     * Marks a key in the archive alone.
     *
     * @return the key with its mark
     */
    public StoredKey mark(StoredKey key, RecordWriter.Change mark) {
        KeyRecord marked = mark.apply(context.judge().record(key));
        KeyMetadata metadata = describe(key);
        context.options()
                .publicArchive()
                .orElseThrow(() -> new KeyStateException("The mark of key " + key.id() + " in " + context.location()
                        + " finds no place: the store cannot keep it, and no archive is named that could. Disable the key"
                        + " in its place by hand, and name a directory for the archive (CHANCERY_ARCHIVE)."))
                .put(
                        context.location(),
                        new KeyMetadata(
                                metadata.id(),
                                metadata.spec(),
                                metadata.publicKey(),
                                metadata.fingerprint(),
                                metadata.protection(),
                                marked.attributes()));
        return key.withRecord(new StoredRecord.Present(marked, ""));
    }
}
