package dev.chancery.provider.file;

import dev.chancery.KeyAttributes;
import dev.chancery.KeyId;
import dev.chancery.KeyMetadata;
import dev.chancery.KeySpec;
import dev.chancery.KeyState;
import dev.chancery.KeyStateException;
import dev.chancery.ProtectionLevel;
import dev.chancery.spi.LocalKeys;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.support.FileIdentity;
import dev.chancery.spi.support.RefusedFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Changes what is kept of a key: read and written again under the store's lock, so that two writers do not undo each other. */
final class KeyChanges {
    private final StoreDirectory directory;
    private final KeyCatalog catalog;
    private final KeyReader reader;
    private final KeyFilesWriter writer;
    private final Rings rings;
    private final PrivateKeys privateKeys;
    private final Passphrases passphrases;
    private final LocalKeys localKeys;

    KeyChanges(
            StoreDirectory directory,
            KeyCatalog catalog,
            KeyReader reader,
            KeyFilesWriter writer,
            Rings rings,
            PrivateKeys privateKeys,
            Passphrases passphrases,
            LocalKeys localKeys) {
        this.directory = directory;
        this.catalog = catalog;
        this.reader = reader;
        this.writer = writer;
        this.rings = rings;
        this.privateKeys = privateKeys;
        this.passphrases = passphrases;
        this.localKeys = localKeys;
    }

    /** What becomes of a key. */
    private interface Change {
        StoredKey.Sound apply(Path root, StoredKey.Sound current) throws IOException;
    }

    private StoredKey.Sound rewrite(KeyId id, Change change) {
        catalog.requireSound(id); // may have to read the private half; not under the lock
        return writer.locked("Changing key " + id, root -> {
            StoredKey.Sound changed = change.apply(root, catalog.requireSound(id));
            PublicKey publicKey = changed.publicKey();
            writer.update(
                    root,
                    new KeyRecord(
                            id,
                            KeySpec.of(publicKey),
                            KeyMetadata.fingerprint(publicKey),
                            changed.protection(),
                            changed.attributes()),
                    publicKey,
                    changed.confinedTo());
            return changed;
        });
    }

    private static StoredKey.Sound with(StoredKey.Sound key, ProtectionLevel protection, KeyAttributes attributes) {
        return new StoredKey.Sound(
                key.id(), key.publicKey(), protection, attributes, key.signingRefusal(), key.confinedTo());
    }

    StoredKey update(KeyId id, UnaryOperator<KeyAttributes> change) {
        return rewrite(id, (root, key) -> with(key, key.protection(), change.apply(key.attributes())));
    }

    /** First the metadata that forbids signing, then the private half; the public half and the metadata stay for ever. */
    StoredKey destroy(KeyId id, UnaryOperator<KeyAttributes> change) {
        boolean before = catalog.requireSound(id).attributes().state() == KeyState.DESTROYED;
        if (before) {
            removePrivate(id); // whoever destroyed it died before this
        }
        StoredKey destroyed = update(id, change);
        removePrivate(id);
        return destroyed;
    }

    private void removePrivate(KeyId id) {
        writer.locked("Removing the private half of key " + id, root -> {
            if (catalog.requireSound(id).attributes().state() == KeyState.DESTROYED) {
                writer.removePrivate(root, id);
            }
            return id;
        });
        privateKeys.keepOnly(id, Optional.empty());
    }

    void discard(KeyId id) {
        writer.locked("Discarding key " + id, root -> {
            Optional<StoredKey> stored = catalog.find(id);
            if (stored.isPresent()
                    && stored.get() instanceof StoredKey.Sound key
                    && key.attributes().state() == KeyState.PRE_ACTIVE
                    && !rings.holders().contains(id)) {
                writer.remove(root, id, KeyMetadata.fingerprint(key.publicKey()));
            }
            return id;
        });
    }

    /** Writes a private key in the form of {@link PrivateKeyWriter}, under the passphrase that is configured now. */
    StoredKey reencrypt(KeyId id) {
        Path file = StoreDirectory.privateKey(id);
        StoredKey.Sound before = catalog.requireSound(id);
        if (before.signingRefusal().isPresent()) {
            throw new KeyStateException("Key " + id + " in " + directory.location() + " cannot be written anew: "
                    + before.signingRefusal().get());
        }
        PrivateKeys.Opened old = privateKeys.open(id, file);
        LoadedKey key = old.key();
        // The last chance to notice that the two halves do not belong together.
        localKeys.load(key.privateKey(), before.publicKey(), "key " + id + " in " + directory.location());
        Optional<char[]> passphrase = passphrases.find(id);
        byte[] pem = PrivateKeyWriter.write(key.privateKey(), before.publicKey(), key.restriction(), passphrase);
        try {
            return rewrite(id, (root, current) -> {
                requireUnchanged(root, id, old.file());
                writer.replacePrivate(root, id, pem);
                return with(current, FileKeyBackend.protection(passphrase), current.attributes());
            });
        } finally {
            FileKeyBackend.wipe(pem, passphrase);
        }
    }

    private void requireUnchanged(Path root, KeyId id, FileIdentity file) throws IOException {
        boolean same = reader.read(root, id)
                .filter(files -> files.privateHalf() instanceof KeyFiles.Present present
                        && present.identity().equals(file))
                .isPresent();
        if (!same) {
            throw new RefusedFileException(StoreDirectory.privateKey(id) + " was changed meanwhile. Try again.");
        }
    }
}
