package dev.chancery.provider.file;

import dev.chancery.algorithm.KeyAlgorithm;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.KeyStateException;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyName;
import dev.chancery.key.ProtectionLevel;
import dev.chancery.provider.file.formats.LoadedKey;
import dev.chancery.provider.file.formats.PrivateKeyWriter;
import dev.chancery.provider.file.layout.Encryption;
import dev.chancery.provider.file.layout.FileNames;
import dev.chancery.provider.file.layout.KeyFiles;
import dev.chancery.provider.file.layout.KeyFilesWriter;
import dev.chancery.provider.file.layout.KeyReader;
import dev.chancery.provider.file.layout.Metadata;
import dev.chancery.provider.file.layout.Rings;
import dev.chancery.provider.file.layout.StoreDirectory;
import dev.chancery.provider.file.signing.PrivateKeys;
import dev.chancery.spi.CreateKey;
import dev.chancery.spi.DestroysKeys;
import dev.chancery.spi.ImportKey;
import dev.chancery.spi.ImportsKeys;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.MakesKeys;
import dev.chancery.spi.PublicHalf;
import dev.chancery.spi.ReencryptsKeys;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.files.FileIdentity;
import dev.chancery.spi.files.RefusedFileException;
import dev.chancery.spi.records.KeyRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.Optional;

/** Makes, rewrites and removes private keys. Thread-safe. */
record KeyMaker(
        StoreDirectory directory,
        KeyReader reader,
        KeyCatalog catalog,
        KeyFilesWriter writer,
        Rings rings,
        Encryption encryption,
        PrivateKeys privateKeys,
        KeyStoreConfig config)
        implements MakesKeys, ImportsKeys, DestroysKeys, ReencryptsKeys {
    @Override
    public StoredKey create(CreateKey order) {
        KeyId id = requireFree(order.name());
        KeyPair pair = order.spec().algorithm() == KeyAlgorithm.ML_DSA
                ? PrivateKeyWriter.generateMlDsa(order.spec())
                : config.localKeys().generate(order.spec());
        return add(id, order.spec(), pair.getPrivate(), pair.getPublic(), order.record());
    }

    @Override
    public StoredKey importKey(ImportKey order) {
        KeyId id = requireFree(order.name());
        return add(id, order.spec(), order.privateKey(), order.publicKey(), order.record());
    }

    /** Before the work of making a key; it is looked at again under the lock. */
    private KeyId requireFree(KeyName name) {
        KeyId id = FileNames.parse(name.value());
        return directory.work("Making key " + id, () -> {
            Optional<Path> root = directory.root();
            if (root.isPresent() && !writer.isHalfMade(root.get(), id)) {
                writer.requireFree(root.get(), id);
            }
            return id;
        });
    }

    private StoredKey add(KeyId id, KeySpec spec, PrivateKey privateKey, PublicKey publicKey, KeyRecord record) {
        Optional<char[]> passphrase = passphrase(id, record);
        byte[] pem = PrivateKeyWriter.write(privateKey, publicKey, passphrase);
        try {
            KeyRecord complete = record.toBuilder()
                    .fingerprint(KeyMetadata.fingerprint(publicKey))
                    .build();
            Metadata metadata = new Metadata(id, Optional.of(spec), protection(passphrase), complete);
            return writer.changeAlone("Making key " + id, root -> {
                writer.create(root, metadata, publicKey, pem);
                return catalog.require(id);
            });
        } finally {
            wipe(pem, passphrase);
        }
    }

    /** A new key is protected no less than those before it, unless that is asked for. */
    private Optional<char[]> passphrase(KeyId id, KeyRecord record) {
        Optional<char[]> passphrase = config.passphrase(id);
        if (passphrase.isEmpty() && !config.options().plainKeys()) {
            directory.work("Making key " + id, () -> {
                encryption.requirePlain(id, record.attributes().ring());
                return id;
            });
        }
        return passphrase;
    }

    private static ProtectionLevel protection(Optional<char[]> passphrase) {
        return passphrase.isPresent() ? ProtectionLevel.SOFTWARE_ENCRYPTED : ProtectionLevel.SOFTWARE;
    }

    private static void wipe(byte[] pem, Optional<char[]> passphrase) {
        Arrays.fill(pem, (byte) 0);
        passphrase.ifPresent(secret -> Arrays.fill(secret, '\0'));
    }

    @Override
    public boolean removeCandidate(KeyId id) {
        return writer.changeAlone("Removing key " + id, root -> {
            if (rings.isHolder(id)) {
                return false;
            }
            Optional<StoredKey> key = catalog.find(id);
            if (key.isPresent()) {
                writer.remove(root, id, KeyMetadata.fingerprint(requireHalf(key.get())));
            }
            return true;
        });
    }

    /** The public half and the metadata stay for ever. */
    @Override
    public void destroy(KeyId id) {
        writer.changeAlone("Removing the private half of key " + id, root -> {
            writer.removePrivate(root, id);
            return id;
        });
        privateKeys.keepOnly(id, Optional.empty());
    }

    /** Writes a private key in the form of {@link PrivateKeyWriter}, under the passphrase that is configured now. */
    @Override
    public StoredKey reencrypt(KeyId id) {
        StoredKey before = catalog.require(id);
        PublicKey publicKey = requireHalf(before);
        before.service().refusal().ifPresent(refusal -> {
            throw new KeyStateException(
                    "Key " + id + " in " + directory.location() + " cannot be written anew: " + refusal);
        });
        PrivateKeys.Opened old = privateKeys.open(id, StoreDirectory.privateKey(id));
        LoadedKey key = old.key();
        // The last chance to notice that the two halves do not belong together.
        config.localKeys().load(key.privateKey(), publicKey, "key " + id + " in " + directory.location());
        Optional<char[]> passphrase = config.passphrase(id);
        byte[] pem = PrivateKeyWriter.write(key.privateKey(), key.publicKey(), passphrase);
        try {
            return writer.changeAlone("Changing key " + id, root -> {
                requireUnchanged(root, id, old);
                FileIdentity written = writer.replacePrivate(root, id, pem);
                privateKeys.learn(
                        id, new PrivateKeys.Known(written, key.publicKey(), passphrase.isPresent(), Optional.empty()));
                StoredKey now = catalog.require(id);
                Optional<KeyRecord> record = now.record().legible();
                if (record.isPresent()) {
                    writer.update(root, now, protection(passphrase), record.get());
                }
                return catalog.require(id);
            });
        } finally {
            wipe(pem, passphrase);
        }
    }

    private PublicKey requireHalf(StoredKey key) {
        if (key.publicHalf() instanceof PublicHalf.Vouched vouched) {
            return vouched.key();
        }
        throw new IntegrityException("Key " + key.id() + " in " + directory.location()
                + " cannot be changed: its public half is not legible.");
    }

    private void requireUnchanged(Path root, KeyId id, PrivateKeys.Opened old) throws IOException {
        boolean same = reader.read(root, id)
                .filter(files -> files.privateHalf() instanceof KeyFiles.Present present
                        && present.identity().equals(old.known().file()))
                .isPresent();
        if (!same) {
            throw new RefusedFileException(StoreDirectory.privateKey(id) + " was changed meanwhile. Try again.");
        }
    }
}
