package dev.chancery.provider.file;

import dev.chancery.AlgorithmMismatchException;
import dev.chancery.KeyId;
import dev.chancery.KeyNotFoundException;
import dev.chancery.KeyStateException;
import dev.chancery.SignatureAlgorithm;
import dev.chancery.spi.LocalKey;
import dev.chancery.spi.LocalKeys;
import dev.chancery.spi.support.FileContent;
import dev.chancery.spi.support.FileIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The private keys that this process has read, each once, and forgotten when its file changes or goes. Files are read on
 * {@link FileThreads}; passphrases are worked through on the thread that needs the key.
 */
final class PrivateKeys {
    private static final Logger LOG = LoggerFactory.getLogger(FileKeyStoreProvider.class);

    private final StoreDirectory directory;
    private final KeyReader reader;
    private final Passphrases passphrases;
    private final LocalKeys localKeys;
    private final PrivateKeyReader pems = new PrivateKeyReader();
    private final Map<KeyId, Slot> slots = new ConcurrentHashMap<>();
    private final Map<KeyId, Derived> derived = new ConcurrentHashMap<>();

    PrivateKeys(StoreDirectory directory, KeyReader reader, Passphrases passphrases, LocalKeys localKeys) {
        this.directory = directory;
        this.reader = reader;
        this.passphrases = passphrases;
        this.localKeys = localKeys;
    }

    /** Where one key is kept in memory; its lock makes one thread of many read it. */
    private static final class Slot {
        private final ReentrantLock loading = new ReentrantLock();
        private volatile @Nullable Ready ready;
    }

    /** A key ready to sign. Not a record: nothing prints it. */
    private static final class Ready {
        private final FileIdentity file;
        private final LocalKey key;
        private final boolean encrypted;
        private final Optional<Set<SignatureAlgorithm>> restriction;

        Ready(FileIdentity file, LocalKey key, boolean encrypted, Optional<Set<SignatureAlgorithm>> restriction) {
            this.file = file;
            this.key = key;
            this.encrypted = encrypted;
            this.restriction = restriction;
        }
    }

    /** A private key just read, from which file. */
    record Opened(LoadedKey key, FileIdentity file) {}

    /** The public half of a private key that has none beside it. */
    record Derived(
            FileIdentity file, PublicKey publicKey, boolean encrypted, Optional<Set<SignatureAlgorithm>> restriction) {}

    /** The key, for one signature with that algorithm. */
    LocalKey get(KeyId id, SignatureAlgorithm algorithm) {
        Slot slot = slots.get(id);
        Ready ready = slot == null ? null : slot.ready;
        if (ready == null) {
            ready = load(id);
        }
        if (ready.restriction.isPresent() && !ready.restriction.get().contains(algorithm)) {
            throw new AlgorithmMismatchException("Key " + id + " in " + directory.location()
                    + " is confined by its own PEM to " + ready.restriction.get() + ", not " + algorithm + ".");
        }
        return ready.key;
    }

    private Ready load(KeyId id) {
        Slot slot = slots.computeIfAbsent(id, any -> new Slot());
        slot.loading.lock();
        try {
            Ready ready = slot.ready;
            if (ready == null) {
                ready = read(id);
                slot.ready = ready;
            }
            return ready;
        } finally {
            slot.loading.unlock();
        }
    }

    private Ready read(KeyId id) {
        KeyFiles files = files(id);
        if (!(files.privateHalf() instanceof KeyFiles.Present present)) {
            throw new KeyStateException("Key " + id + " in " + directory.location()
                    + " cannot sign: its private half is not there any more.");
        }
        Opened opened = open(id, present.file());
        LoadedKey key = opened.key();
        PublicKey publicKey = files.publicKey().map(PublicKeyPem::key).orElse(key.publicKey());
        LocalKey local = localKeys.load(key.privateKey(), publicKey, describe(id));
        return new Ready(opened.file(), local, key.encoding().encrypted(), key.restriction());
    }

    private String describe(KeyId id) {
        return "key " + id + " in " + directory.location() + " (" + StoreDirectory.privateKey(id) + ", "
                + StoreDirectory.publicKey(id) + ")";
    }

    private KeyFiles files(KeyId id) {
        try {
            return FileThreads.call(() -> reader.read(id))
                    .orElseThrow(() -> new KeyNotFoundException(
                            "There is no key '" + id + "' in " + directory.location() + " any more."));
        } catch (IOException e) {
            throw directory.failed("Reading key " + id, e);
        }
    }

    /** Reads a private key's file, and warns where it is encrypted weakly. */
    Opened open(KeyId id, Path file) {
        FileContent content;
        try {
            content = FileThreads.call(() -> reader.readPrivate(file));
        } catch (IOException e) {
            throw directory.failed("Reading key " + id, e);
        }
        try {
            LoadedKey key =
                    pems.read(content.bytes(), () -> passphrases.find(id), file + " in " + directory.location());
            key.encoding()
                    .weakness()
                    .ifPresent(weakness -> LOG.warn(
                            "The private key {} in {} is encrypted weakly: {}. Write it anew with: chancery reencrypt {}",
                            id,
                            directory.location(),
                            weakness,
                            id));
            return new Opened(key, content.identity());
        } finally {
            Arrays.fill(content.bytes(), (byte) 0);
        }
    }

    /** The public half of a key that has a private one only; reads that, if it is not known yet. */
    Derived derive(KeyId id, Path file, FileIdentity identity) {
        Optional<Derived> known = derived(id, identity);
        if (known.isPresent()) {
            return known.get();
        }
        Opened opened = open(id, file);
        LoadedKey key = opened.key();
        Derived fresh =
                new Derived(opened.file(), key.publicKey(), key.encoding().encrypted(), key.restriction());
        derived.put(id, fresh);
        return fresh;
    }

    /** What is known already of a key without a public file. */
    Optional<Derived> derived(KeyId id, FileIdentity identity) {
        return Optional.ofNullable(derived.get(id)).filter(known -> known.file().equals(identity));
    }

    /** Whether a key's file is known, from reading it, to be encrypted. */
    boolean isKnownEncrypted(KeyId id) {
        Slot slot = slots.get(id);
        Ready ready = slot == null ? null : slot.ready;
        Derived known = derived.get(id);
        return ready != null && ready.encrypted || known != null && known.encrypted();
    }

    /** Forgets a key whose file is not the one that was read. */
    void keepOnly(KeyId id, Optional<FileIdentity> file) {
        Slot slot = slots.get(id);
        Ready ready = slot == null ? null : slot.ready;
        if (slot != null && ready != null && !file.equals(Optional.of(ready.file))) {
            slot.ready = null;
        }
    }

    void forgetAll() {
        slots.clear();
        derived.clear();
    }
}
