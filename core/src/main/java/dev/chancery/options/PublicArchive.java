package dev.chancery.options;

import dev.chancery.error.IntegrityException;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Keeps what outlives a store: public half, metadata and history of keys whose place withholds or forgets them once they are
 * disabled or destroyed. Without it the signatures of such a key could no longer be verified. Holds nothing secret; what
 * it says is believed, so only those who may change keys may write there.
 *
 * <p>Implementations are thread-safe.
 */
public interface PublicArchive {

    /**
     * Keeps a key, durably, in place of what was kept of it before.
     *
     * @param store the key's store
     * @param key the key
     * @throws IntegrityException if another public key is kept under the same id
     * @throws StoreUnavailableException if the archive cannot be written; nothing has changed then
     */
    void put(String store, KeyMetadata key);

    /**
     * Looks a key up.
     *
     * @param store the key's store
     * @param id the key's id
     * @return what was kept last, or empty
     * @throws IntegrityException if what is kept is damaged
     * @throws StoreUnavailableException if the archive cannot be read
     */
    Optional<KeyMetadata> find(String store, KeyId id);

    /**
     * An archive in a directory: a text file for each key, which {@code openssl} reads too.
     *
     * @param directory the directory, made on the first write if it does not exist
     * @return the archive
     */
    static PublicArchive directory(Path directory) {
        return new DirectoryArchive(directory);
    }
}
