package dev.chancery.provider.file.layout;

import dev.chancery.error.ConfigurationException;
import dev.chancery.key.KeyId;
import dev.chancery.key.RingPosition;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Whether the private keys of a store are encrypted, as their PEM says. Thread-safe. */
public record Encryption(StoreDirectory directory, Disk disk, Rings rings) {
    private static final int MAX_BYTES = 1 << 16;

    /**
     * Looks whether a key may be written without a passphrase: in a ring if the key before it was, else if some key of the store was.
     *
     * @throws ConfigurationException if it may not
     */
    public void requirePlain(KeyId id, Optional<RingPosition> ring) throws IOException {
        Optional<KeyId> before = ring.isEmpty()
                ? Optional.empty()
                : rings.claims(ring.get().ring()).stream().findFirst().map(claim -> claim.holder());
        Optional<Boolean> predecessor = before.isEmpty() ? Optional.empty() : isEncrypted(before.get());
        if (predecessor.isPresent() ? predecessor.get() : areAllEncrypted()) {
            throw new ConfigurationException(
                    "Key " + id + " in " + directory.location()
                            + " would be written without encryption, and "
                            + before.filter(holder -> predecessor.isPresent())
                                    .map(holder -> "the key before it, " + holder + ", is encrypted.")
                                    .orElse("the keys that are there are encrypted.")
                            + " Give the passphrase (--passphrase-file, CHANCERY_PASSPHRASE_FILE), or say that the key shall be plain (--plain).");
        }
    }

    /** Ends at the first that is not, so that a store of plain keys costs one look. */
    private boolean areAllEncrypted() throws IOException {
        boolean some = false;
        List<String> names = directory.names(StoreDirectory.PRIVATE);
        for (KeyId id : StoreDirectory.ids(names, StoreDirectory.PRIVATE_SUFFIX)) {
            Optional<Boolean> encrypted = isEncrypted(id);
            if (encrypted.isPresent() && !encrypted.get()) {
                return false;
            }
            some |= encrypted.isPresent();
        }
        return some;
    }

    /** Empty where there is no private half. */
    private Optional<Boolean> isEncrypted(KeyId id) throws IOException {
        try {
            Path file = directory.require(StoreDirectory.privateKey(id));
            // Its first words say so: the label, or a header that stands before any key.
            String pem = new String(disk.read(file, MAX_BYTES).bytes(), StandardCharsets.ISO_8859_1);
            return Optional.of(pem.contains("ENCRYPTED"));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }
}
