package dev.chancery.provider.file;

import dev.chancery.Capability;
import dev.chancery.KeyAttributes;
import dev.chancery.KeyId;
import dev.chancery.KeyMetadata;
import dev.chancery.KeyName;
import dev.chancery.KeySpec;
import dev.chancery.KeyState;
import dev.chancery.ProtectionLevel;
import dev.chancery.RingPosition;
import dev.chancery.SignatureAlgorithm;
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

/** A directory of keys. Finds in {@link KeyCatalog}, signs with {@link PrivateKeys}, changes with {@link KeyChanges}. */
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
    private final PrivateKeys privateKeys;
    private final KeyCatalog catalog;
    private final KeyFilesWriter writer;
    private final Rings rings;
    private final KeyChanges changes;

    FileKeyBackend(StoreDirectory directory, Disk disk, KeyStoreConfig config) {
        this.directory = directory;
        this.localKeys = config.localKeys();
        this.passphrases = new Passphrases(config.options());
        KeyReader reader = new KeyReader(directory, disk);
        this.privateKeys = new PrivateKeys(directory, reader, passphrases, localKeys);
        this.catalog = new KeyCatalog(directory, disk, reader, privateKeys);
        this.rings = new Rings(directory, disk);
        this.writer = new KeyFilesWriter(directory, disk, rings);
        this.changes = new KeyChanges(directory, catalog, reader, writer, rings, privateKeys, passphrases, localKeys);
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
            if (root.isPresent() && !writer.isHalfMade(root.get(), id)) {
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
            writer.locked("Making key " + id, root -> {
                writer.create(root, key, publicKey, pem);
                return id;
            });
            return sound(key, publicKey);
        } finally {
            wipe(pem, passphrase);
        }
    }

    static ProtectionLevel protection(Optional<char[]> passphrase) {
        return passphrase.isPresent() ? ProtectionLevel.SOFTWARE_ENCRYPTED : ProtectionLevel.SOFTWARE;
    }

    private static StoredKey sound(KeyRecord key, PublicKey publicKey) {
        return new StoredKey.Sound(key.id(), publicKey, key.protection(), key.attributes(), Optional.empty());
    }

    static void wipe(byte[] pem, Optional<char[]> passphrase) {
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
        return changes.update(id, change);
    }

    @Override
    public StoredKey transition(KeyId id, KeyState to, UnaryOperator<KeyAttributes> change) {
        return to == KeyState.DESTROYED ? changes.destroy(id, change) : changes.update(id, change);
    }

    @Override
    public void discard(KeyId id) {
        changes.discard(id);
    }

    @Override
    public StoredKey reencrypt(KeyId id) {
        return changes.reencrypt(id);
    }

    @Override
    public Claim claim(RingPosition position, KeyId candidate) {
        return writer.locked("Claiming generation " + position.generation() + " of ring " + position.ring(), root -> {
            catalog.requireSound(candidate);
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
