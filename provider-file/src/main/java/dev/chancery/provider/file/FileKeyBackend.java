package dev.chancery.provider.file;

import dev.chancery.AccessDeniedException;
import dev.chancery.Capability;
import dev.chancery.IntegrityException;
import dev.chancery.KeyAttributes;
import dev.chancery.KeyId;
import dev.chancery.KeyMetadata;
import dev.chancery.KeyName;
import dev.chancery.KeyNotFoundException;
import dev.chancery.KeySpec;
import dev.chancery.KeyState;
import dev.chancery.KeyStateException;
import dev.chancery.ProtectionLevel;
import dev.chancery.RingPosition;
import dev.chancery.SignatureAlgorithm;
import dev.chancery.UnsupportedException;
import dev.chancery.spi.Claim;
import dev.chancery.spi.CreateKey;
import dev.chancery.spi.ImportKey;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.LocalKeys;
import dev.chancery.spi.SignResult;
import dev.chancery.spi.SigningInput;
import dev.chancery.spi.StoredKey;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** A directory of keys. Finds in {@link KeyCatalog}, signs with {@link PrivateKeys}, changes under {@link StoreLock}. */
final class FileKeyBackend implements KeyBackend {
    private static final Set<Capability> CAPABILITIES = Set.of(
            Capability.GENERATE,
            Capability.IMPORT,
            Capability.LIFECYCLE,
            Capability.LOCAL_SIGNING,
            Capability.CLAIM_ATOMIC,
            Capability.REENCRYPT);

    private final StoreDirectory directory;
    private final LocalKeys localKeys;
    private final Passphrases passphrases;
    private final KeyReader reader;
    private final PrivateKeys privateKeys;
    private final KeyCatalog catalog;
    private final KeyFilesWriter writer;
    private final Rings rings;
    private final StoreLock lock;

    FileKeyBackend(StoreDirectory directory, Disk disk, KeyStoreConfig config) {
        this.directory = directory;
        this.localKeys = config.localKeys();
        this.passphrases = new Passphrases(config.options(), disk, directory.rules());
        this.reader = new KeyReader(directory, disk);
        this.privateKeys = new PrivateKeys(directory, reader, passphrases, localKeys);
        this.catalog = new KeyCatalog(directory, disk, reader, privateKeys);
        this.writer = new KeyFilesWriter(directory, disk);
        this.rings = new Rings(directory, disk);
        this.lock = new StoreLock(directory);
    }

    @Override
    public String location() {
        return directory.location();
    }

    @Override
    public Set<Capability> capabilities() {
        return CAPABILITIES;
    }

    /** A stat of a few files; cheap enough to see at once that a key was moved away. */
    @Override
    public Duration stateTtl() {
        return Duration.ofSeconds(1);
    }

    @Override
    public KeyId parse(String text) {
        return FileNames.parse(text);
    }

    @Override
    public StoredKey create(CreateKey request) {
        KeyId id = requireFree(request.name());
        KeyPair pair = localKeys.generate(request.spec());
        return add(id, request.spec(), pair.getPrivate(), pair.getPublic(), request.attributes());
    }

    @Override
    public StoredKey importKey(ImportKey request) {
        KeyId id = requireFree(request.name());
        return add(id, request.spec(), request.privateKey(), request.publicKey(), request.attributes());
    }

    /** Before the work of making a key; it is looked at again under the lock. */
    private KeyId requireFree(KeyName name) {
        KeyId id = parse(name.value());
        return io("Making key " + id, () -> {
            Optional<Path> root = directory.root();
            if (root.isPresent() && catalog.find(id).isPresent()) {
                writer.requireFree(root.get(), id);
            }
            return id;
        });
    }

    private StoredKey add(
            KeyId id, KeySpec spec, PrivateKey privateKey, PublicKey publicKey, KeyAttributes attributes) {
        Optional<char[]> passphrase = passphrases.find(id);
        byte[] pem = PrivateKeyWriter.write(privateKey, publicKey, passphrase);
        try {
            KeyRecord key =
                    new KeyRecord(id, spec, KeyMetadata.fingerprint(publicKey), protection(passphrase), attributes);
            change("Making key " + id, root -> {
                writer.create(root, key, publicKey, pem);
                return id;
            });
            return sound(key, publicKey);
        } finally {
            wipe(pem, passphrase);
        }
    }

    private static ProtectionLevel protection(Optional<char[]> passphrase) {
        return passphrase.isPresent() ? ProtectionLevel.SOFTWARE_ENCRYPTED : ProtectionLevel.SOFTWARE;
    }

    private static StoredKey sound(KeyRecord key, PublicKey publicKey) {
        return new StoredKey.Sound(key.id(), publicKey, key.protection(), key.attributes(), Optional.empty());
    }

    private static void wipe(byte[] pem, Optional<char[]> passphrase) {
        Arrays.fill(pem, (byte) 0);
        passphrase.ifPresent(secret -> Arrays.fill(secret, '\0'));
    }

    @Override
    public Optional<StoredKey> find(KeyId id) {
        return catalog.find(FileNames.parse(id.value()));
    }

    @Override
    public Stream<StoredKey> list() {
        return io("Listing the keys", catalog::list).stream();
    }

    @Override
    public SignResult sign(KeyId id, SignatureAlgorithm algorithm, SigningInput input) {
        return privateKeys.get(id, algorithm).sign(algorithm, input);
    }

    @Override
    public StoredKey update(KeyId id, UnaryOperator<KeyAttributes> change) {
        return rewrite(id, (root, sound) -> with(sound, change.apply(sound.attributes())), (root, key) -> {});
    }

    /** Destroying removes the private half; its public half and metadata stay for ever. */
    @Override
    public StoredKey transition(KeyId id, KeyState to, UnaryOperator<KeyAttributes> change) {
        if (to != KeyState.DESTROYED) {
            return update(id, change);
        }
        return rewrite(
                id,
                (root, sound) -> {
                    if (sound.attributes().state() == KeyState.DESTROYED) {
                        writer.removePrivate(root, id); // whoever destroyed it died before this
                    }
                    return with(sound, change.apply(sound.attributes()));
                },
                writer::removePrivate);
    }

    private static StoredKey.Sound with(StoredKey.Sound key, KeyAttributes attributes) {
        return new StoredKey.Sound(key.id(), key.publicKey(), key.protection(), attributes, key.signingRefusal());
    }

    /** What becomes of a key, under the lock. */
    private interface Rewriting {
        StoredKey.Sound apply(Path root, StoredKey.Sound current) throws IOException;
    }

    /** What is to be done when the new metadata is in force. */
    private interface Afterwards {
        void accept(Path root, KeyId id) throws IOException;
    }

    private StoredKey rewrite(KeyId id, Rewriting rewriting, Afterwards afterwards) {
        requireSound(id); // may have to read the private half; not under the lock
        return change("Changing key " + id, root -> {
            StoredKey.Sound changed = rewriting.apply(root, requireSound(id));
            PublicKey publicKey = changed.publicKey();
            writer.update(
                    root,
                    new KeyRecord(
                            id,
                            KeySpec.of(publicKey),
                            KeyMetadata.fingerprint(publicKey),
                            changed.protection(),
                            changed.attributes()),
                    publicKey);
            afterwards.accept(root, id);
            return changed;
        });
    }

    @Override
    public void discard(KeyId id) {
        change("Discarding key " + id, root -> {
            Optional<StoredKey> stored = find(id);
            if (stored.isPresent()
                    && stored.get() instanceof StoredKey.Sound sound
                    && sound.attributes().state() == KeyState.PRE_ACTIVE
                    && !rings.holders().contains(id)) {
                writer.remove(root, id, KeyMetadata.fingerprint(sound.publicKey()));
                privateKeys.keepOnly(id, Optional.empty());
            }
            return id;
        });
    }

    private StoredKey.Sound requireSound(KeyId id) {
        StoredKey stored = find(id).orElseThrow(
                        () -> new KeyNotFoundException("There is no key '" + id + "' in " + location() + "."));
        if (stored instanceof StoredKey.Unusable unusable) {
            String message = "Key " + id + " in " + location() + " cannot be changed: "
                    + unusable.why().reason();
            throw switch (unusable.why().problem()) {
                case DAMAGED -> new IntegrityException(message);
                case UNSUPPORTED -> new UnsupportedException(message);
                case INACCESSIBLE -> new AccessDeniedException(message);
            };
        }
        return (StoredKey.Sound) stored;
    }

    @Override
    public Claim claim(RingPosition position, KeyId candidate) {
        return change("Claiming generation " + position.generation() + " of ring " + position.ring(), root -> {
            requireSound(candidate);
            return rings.claim(root, position, candidate);
        });
    }

    @Override
    public List<Claim> claims(KeyName ring) {
        return io("Reading ring " + ring, () -> rings.claims(ring));
    }

    @Override
    public Set<KeyName> rings() {
        return io("Reading the rings", rings::names);
    }

    @Override
    public StoredKey reencrypt(KeyId id) {
        Path file = StoreDirectory.privateKey(id);
        StoredKey.Sound before = requireSound(id);
        if (before.signingRefusal().isPresent()) {
            throw new KeyStateException("Key " + id + " in " + location() + " cannot be written anew: "
                    + before.signingRefusal().get());
        }
        PrivateKeys.Opened old = privateKeys.open(id, file);
        // The last chance to notice that the two halves do not belong together.
        localKeys.load(old.key().privateKey(), before.publicKey(), "key " + id + " in " + location());
        Optional<char[]> passphrase = passphrases.find(id);
        byte[] pem = PrivateKeyWriter.write(
                old.key().privateKey(), before.publicKey(), old.key().restriction(), passphrase);
        try {
            ProtectionLevel protection = protection(passphrase);
            return rewrite(
                    id,
                    (root, current) -> {
                        if (!reader.readPrivate(file).identity().equals(old.file())) {
                            throw new RefusedException(file + " was changed meanwhile. Try again.");
                        }
                        writer.replacePrivate(root, id, pem);
                        return new StoredKey.Sound(
                                id, current.publicKey(), protection, current.attributes(), current.signingRefusal());
                    },
                    (root, key) -> {});
        } finally {
            wipe(pem, passphrase);
        }
    }

    private <T> T change(String what, StoreLock.Change<T> change) {
        try {
            return lock.change(writer::tidy, change);
        } catch (IOException e) {
            throw directory.failed(what, e);
        }
    }

    private <T> T io(String what, FileThreads.Task<T> task) {
        try {
            return FileThreads.call(task);
        } catch (IOException e) {
            throw directory.failed(what, e);
        }
    }

    @Override
    public void close() {
        privateKeys.forgetAll();
    }
}
