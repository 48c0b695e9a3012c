package dev.chancery.provider.file.layout;

import dev.chancery.error.ConfigurationException;
import dev.chancery.key.KeyId;
import dev.chancery.key.RingPosition;
import dev.chancery.provider.file.formats.PemReader;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Whether the private keys of a store are encrypted, as their PEM says. Thread-safe. */
public record Encryption(StoreDirectory directory, Disk disk, Rings rings) {
    /**
     * Looks whether a key may be written without a passphrase: in a ring if the key before it was, else if some key of the store was.
     *
     * @throws ConfigurationException if it may not
     */
    public void requirePlain(KeyId id, Optional<RingPosition> ring) throws IOException {
        Optional<KeyId> before =
                ring.isEmpty() ? Optional.empty() : rings.newest(ring.get().ring());
        boolean follows = before.isPresent()
                && directory.entry(StoreDirectory.privateKey(before.get())).isPresent();
        if (follows ? isEncrypted(before.get()) : areAllEncrypted()) {
            throw new ConfigurationException("Key " + id + " in " + directory.location()
                    + " would be written without encryption, and "
                    + (follows ? "the key before it, " + before.get() + ", is" : "the keys that are there are")
                    + " encrypted. Give the passphrase (--passphrase-file, CHANCERY_PASSPHRASE_FILE), or say that the key shall be"
                    + " plain (--plain).");
        }
    }

    /** Ends at the first that is not, so that a store of plain keys costs one look. A file that cannot be read tells nothing. */
    private boolean areAllEncrypted() throws IOException {
        boolean some = false;
        List<String> names = directory.names(StoreDirectory.PRIVATE);
        for (KeyId id : StoreDirectory.ids(names, StoreDirectory.PRIVATE_SUFFIX)) {
            try {
                if (!isEncrypted(id)) {
                    return false;
                }
                some = true;
            } catch (IOException unreadable) {
                // It is another program's, or damaged, and is told of in lists.
            }
        }
        return some;
    }

    private boolean isEncrypted(KeyId id) throws IOException {
        byte[] pem = disk.read(directory.require(StoreDirectory.privateKey(id)), PemReader.MAX_BYTES)
                .bytes();
        boolean encrypted = PemReader.isEncrypted(pem);
        Arrays.fill(pem, (byte) 0);
        return encrypted;
    }
}
