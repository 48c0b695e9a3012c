package dev.chancery.provider.file.signing;

import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.algorithm.SubjectPublicKeyInfo;
import dev.chancery.error.AlgorithmMismatchException;
import dev.chancery.error.KeyNotFoundException;
import dev.chancery.error.KeyStateException;
import dev.chancery.key.KeyId;
import dev.chancery.provider.file.formats.LoadedKey;
import dev.chancery.provider.file.formats.PrivateKeyReader;
import dev.chancery.provider.file.layout.KeyFiles;
import dev.chancery.provider.file.layout.KeyReader;
import dev.chancery.provider.file.layout.StoreDirectory;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.files.FileContent;
import dev.chancery.spi.files.FileIdentity;
import dev.chancery.spi.signing.LocalKey;
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

/** The private keys that this process has read, each once, and forgotten when its file changes or goes. Thread-safe. */
public final class PrivateKeys {
    private static final Logger LOG = LoggerFactory.getLogger(PrivateKeys.class);

    private final StoreDirectory directory;
    private final KeyReader reader;
    private final KeyStoreConfig config;
    private final PrivateKeyReader pems = new PrivateKeyReader("Restore it from a backup.");
    private final Map<KeyId, Slot> slots = new ConcurrentHashMap<>();
    private final Map<KeyId, Known> known = new ConcurrentHashMap<>();

    public PrivateKeys(StoreDirectory directory, KeyReader reader, KeyStoreConfig config) {
        this.directory = directory;
        this.reader = reader;
        this.config = config;
    }

    /** Where one key is kept in memory; its lock makes one thread of many read it. */
    private static final class Slot {
        private final ReentrantLock loading = new ReentrantLock();
        private volatile @Nullable Ready ready;
    }

    /** A key ready to sign; what prints it prints no secret, for a {@link LocalKey} shows none. */
    private record Ready(FileIdentity file, LocalKey key, Set<SignatureAlgorithm> algorithms) {}

    /** A private key just read, from which file. */
    public record Opened(LoadedKey key, Known known) {}

    /** What reading a private key's file has taught about it, and is no secret. */
    public record Known(FileIdentity file, PublicKey publicKey, boolean encrypted, Optional<String> weakness) {}

    /** The key, for one signature with that algorithm. */
    public LocalKey get(KeyId id, SignatureAlgorithm algorithm) {
        Slot slot = slots.get(id);
        Ready ready = slot == null ? null : slot.ready;
        if (ready == null) {
            ready = load(id);
        }
        if (!ready.algorithms.contains(algorithm)) {
            throw new AlgorithmMismatchException("Key " + id + " in " + directory.location()
                    + " is confined by its own PEM to " + ready.algorithms + ", not " + algorithm + ".");
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
        PublicKey publicKey = files.publicKey().orElse(key.publicKey());
        LocalKey local = config.localKeys().load(key.privateKey(), publicKey, describe(id));
        return new Ready(
                opened.known().file(),
                local,
                SubjectPublicKeyInfo.of(key.publicKey()).algorithms());
    }

    private String describe(KeyId id) {
        return "key " + id + " in " + directory.location() + " (" + StoreDirectory.privateKey(id) + ", "
                + StoreDirectory.publicKey(id) + ")";
    }

    private KeyFiles files(KeyId id) {
        return directory
                .work("Reading key " + id, () -> reader.read(id))
                .orElseThrow(() -> new KeyNotFoundException(
                        "There is no key '" + id + "' in " + directory.location() + " any more."));
    }

    /** Reads a private key's file, and warns where it is encrypted weakly. */
    public Opened open(KeyId id, Path file) {
        FileContent content = directory.work("Reading key " + id, () -> reader.readPrivate(file));
        try {
            LoadedKey key =
                    pems.read(content.bytes(), () -> config.passphrase(id), file + " in " + directory.location());
            key.encoding()
                    .weakness()
                    .ifPresent(weakness -> LOG.warn(
                            "The private key {} in {} is encrypted weakly: {}. Write it anew with: chancery reencrypt {}",
                            id,
                            directory.location(),
                            weakness,
                            id));
            Known learnt = new Known(
                    content.identity(),
                    key.publicKey(),
                    key.encoding().encrypted(),
                    key.encoding().weakness());
            known.put(id, learnt);
            return new Opened(key, learnt);
        } finally {
            Arrays.fill(content.bytes(), (byte) 0);
        }
    }

    /** Takes note of what was written into a private key's file. */
    public void learn(KeyId id, Known file) {
        known.put(id, file);
    }

    /** What is known already of a private key's file. */
    public Optional<Known> known(KeyId id, KeyFiles.InFile file) {
        return Optional.ofNullable(known.get(id)).filter(seen -> seen.file().equals(file.identity()));
    }

    /** What is known already of all files that were read or written here. */
    public Map<KeyId, Known> known() {
        return Map.copyOf(known);
    }

    /** What a private key's file holds; reads it, if that is not known yet. */
    public Known read(KeyId id, KeyFiles.InFile file) {
        return known(id, file).orElseGet(() -> open(id, file.file()).known());
    }

    /** Forgets a key whose file is not the one that was read. */
    public void keepOnly(KeyId id, Optional<FileIdentity> file) {
        Slot slot = slots.get(id);
        Ready ready = slot == null ? null : slot.ready;
        if (slot != null && ready != null && !file.equals(Optional.of(ready.file))) {
            slot.ready = null;
        }
    }

    public void forgetAll() {
        slots.clear();
        known.clear();
    }
}
