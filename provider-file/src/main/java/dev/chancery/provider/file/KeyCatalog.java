package dev.chancery.provider.file;

import dev.chancery.ChanceryException;
import dev.chancery.IntegrityException;
import dev.chancery.KeyAccessException;
import dev.chancery.KeyAttributes;
import dev.chancery.KeyId;
import dev.chancery.KeyNotFoundException;
import dev.chancery.KeyOrigin;
import dev.chancery.KeySpec;
import dev.chancery.KeyState;
import dev.chancery.ProtectionLevel;
import dev.chancery.SignatureAlgorithm;
import dev.chancery.UnsupportedException;
import dev.chancery.UnusableKey;
import dev.chancery.UnusableKey.Problem;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.support.FileIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.security.PublicKey;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Finds keys, and says what is wrong with those that cannot be used. */
final class KeyCatalog {
    private final StoreDirectory directory;
    private final Disk disk;
    private final KeyReader reader;
    private final PrivateKeys privateKeys;

    KeyCatalog(StoreDirectory directory, Disk disk, KeyReader reader, PrivateKeys privateKeys) {
        this.directory = directory;
        this.disk = disk;
        this.reader = reader;
        this.privateKeys = privateKeys;
    }

    /** A key's public half and the algorithms that its PEM confines it to. */
    private record PublicHalf(PublicKey key, Optional<Set<SignatureAlgorithm>> restriction) {}

    /** Looks a key up, and reads its private half only where there is no public one. */
    Optional<StoredKey> find(KeyId id) {
        try {
            Optional<KeyFiles> files = FileThreads.call(() -> reader.read(id));
            privateKeys.keepOnly(id, files.flatMap(KeyCatalog::signingFile));
            if (files.isEmpty()) {
                return Optional.empty();
            }
            return Optional.of(stored(files.get(), publicHalf(files.get(), true)));
        } catch (IOException | IntegrityException | UnsupportedException | KeyAccessException e) {
            return Optional.of(unusable(id, e));
        }
    }

    /**
     * Looks a key up that is about to be changed.
     *
     * @throws KeyNotFoundException if there is none
     * @throws ChanceryException if it must not be used
     */
    StoredKey.Sound requireSound(KeyId id) {
        StoredKey stored = find(id).orElseThrow(() ->
                new KeyNotFoundException("There is no key '" + id + "' in " + directory.location() + "."));
        if (stored instanceof StoredKey.Unusable unusable) {
            String message = "Key " + id + " in " + directory.location() + " cannot be changed: "
                    + unusable.why().reason();
            throw switch (unusable.why().problem()) {
                case DAMAGED -> new IntegrityException(message);
                case UNSUPPORTED -> new UnsupportedException(message);
                case INACCESSIBLE -> new KeyAccessException(message);
            };
        }
        return (StoredKey.Sound) stored;
    }

    /** Looks all keys up, without reading any private half. */
    List<StoredKey> list() throws IOException {
        return FileThreads.call(() -> {
            Optional<Path> root = directory.root();
            return root.isEmpty() ? List.of() : list(root.get());
        });
    }

    private List<StoredKey> list(Path root) throws IOException {
        List<StoredKey> keys = new ArrayList<>();
        Set<KeyId> ids = new TreeSet<>(Comparator.comparing(KeyId::value));
        collect(root, StoreDirectory.PRIVATE, StoreDirectory.PRIVATE_SUFFIX, ids, keys);
        collect(root, StoreDirectory.PRIVATE, StoreDirectory.DISABLED_SUFFIX, ids, keys);
        collect(root, StoreDirectory.PUBLIC, StoreDirectory.PUBLIC_SUFFIX, ids, keys);
        for (String name : disk.names(root)) {
            idIn(name, StoreDirectory.JSON_SUFFIX).flatMap(FileNames::ifValid).ifPresent(ids::add);
        }
        for (KeyId id : ids) {
            try {
                Optional<KeyFiles> files = reader.read(root, id);
                if (files.isPresent()) {
                    keys.add(stored(files.get(), publicHalf(files.get(), false)));
                }
            } catch (IOException | IntegrityException | UnsupportedException | KeyAccessException e) {
                keys.add(unusable(id, e));
            }
        }
        return keys;
    }

    private void collect(Path root, Path relative, String suffix, Set<KeyId> ids, List<StoredKey> odd)
            throws IOException {
        Optional<Path> there = directory.directory(root, relative);
        if (there.isEmpty()) {
            return;
        }
        List<String> names;
        try {
            names = disk.names(there.get());
        } catch (java.nio.file.AccessDeniedException outOfReach) {
            return;
        }
        for (String name : names) {
            Optional<String> text = idIn(name, suffix);
            if (text.isPresent()) {
                FileNames.ifValid(text.get()).ifPresentOrElse(ids::add, () -> odd.add(oddName(relative, name)));
            }
        }
    }

    /** What stands before a suffix; hidden files are other programs' and half-written ones. */
    private static Optional<String> idIn(String name, String suffix) {
        return name.endsWith(suffix) && !name.startsWith(".")
                ? Optional.of(name.substring(0, name.length() - suffix.length()))
                : Optional.empty();
    }

    private static StoredKey oddName(Path relative, String name) {
        String shown = relative + "/" + FileNames.listed(name);
        return new StoredKey.Unusable(new UnusableKey(
                new KeyId(shown),
                Problem.UNSUPPORTED,
                "its file name is no key id: a-z, 0-9, '.', '_' and '-', at most 63 characters. Rename " + shown
                        + "."));
    }

    private static Optional<FileIdentity> signingFile(KeyFiles files) {
        return files.privateHalf() instanceof KeyFiles.Present present
                ? Optional.of(present.identity())
                : Optional.empty();
    }

    private PublicHalf publicHalf(KeyFiles files, boolean mayReadPrivate) {
        if (files.publicKey().isPresent()) {
            return new PublicHalf(
                    files.publicKey().get().key(), files.publicKey().get().restriction());
        }
        KeyId id = files.id();
        Path file;
        FileIdentity identity;
        if (files.privateHalf() instanceof KeyFiles.Present present) {
            file = present.file();
            identity = present.identity();
        } else if (files.privateHalf() instanceof KeyFiles.Disabled disabled) {
            file = disabled.file();
            identity = disabled.identity();
        } else {
            throw new IntegrityException(StoreDirectory.publicKey(id) + " in " + directory.location()
                    + " is missing. Restore it from a backup.");
        }
        Optional<PrivateKeys.Derived> known = mayReadPrivate
                ? Optional.of(privateKeys.derive(id, file, identity))
                : privateKeys.derived(id, identity);
        PrivateKeys.Derived derived = known.orElseThrow(() -> new KeyAccessException(StoreDirectory.publicKey(id)
                + " is missing, so what kind of key this is shows only when it is used. Write it with: openssl pkey -in "
                + file + " -pubout -out " + StoreDirectory.publicKey(id)));
        reader.requireSame(id, derived.publicKey(), files.metadata());
        return new PublicHalf(derived.publicKey(), derived.restriction());
    }

    private StoredKey stored(KeyFiles files, PublicHalf half) {
        KeyAttributes attributes = files.metadata().map(KeyRecord::attributes).orElseGet(() -> foreign(files, half));
        return new StoredKey.Sound(
                files.id(),
                half.key(),
                protection(files),
                attributes,
                signingRefusal(files.id(), files.privateHalf()),
                half.restriction());
    }

    /** A foreign key has no history here: it counts as in use since its file was written. */
    private static KeyAttributes foreign(KeyFiles files, PublicHalf half) {
        KeyAttributes.Builder attributes = KeyAttributes.builder(
                KeyState.ACTIVE, files.modified().truncatedTo(ChronoUnit.SECONDS), KeyOrigin.FOREIGN);
        SignatureAlgorithm usual = KeySpec.of(half.key()).defaultAlgorithm();
        half.restriction()
                .filter(allowed -> !allowed.contains(usual))
                .flatMap(allowed -> allowed.stream().sorted().findFirst())
                .ifPresent(attributes::defaultAlgorithm);
        return attributes.build();
    }

    private ProtectionLevel protection(KeyFiles files) {
        if (privateKeys.isKnownEncrypted(files.id())) {
            return ProtectionLevel.SOFTWARE_ENCRYPTED;
        }
        return files.metadata().map(KeyRecord::protection).orElse(ProtectionLevel.SOFTWARE);
    }

    private static Optional<String> signingRefusal(KeyId id, KeyFiles.PrivateHalf half) {
        if (half instanceof KeyFiles.Disabled) {
            return Optional.of("it was disabled by hand (" + StoreDirectory.disabledKey(id)
                    + "). If others may know it, run `chancery compromise " + id
                    + "`; if not, rename the file back.");
        }
        if (half instanceof KeyFiles.Absent) {
            return Optional.of("its private half is not in the store. Restore " + StoreDirectory.privateKey(id)
                    + " from a backup, or sign with another key.");
        }
        if (half instanceof KeyFiles.OutOfReach) {
            return Optional.of("the user of this process may not look into " + StoreDirectory.PRIVATE
                    + "/. Run it as the owner of the keys.");
        }
        return Optional.empty();
    }

    private StoredKey unusable(KeyId id, Exception e) {
        ChanceryException why =
                e instanceof IOException io ? directory.failed("Reading key " + id, io) : (ChanceryException) e;
        if (why instanceof IntegrityException) {
            return unusable(id, Problem.DAMAGED, why);
        }
        if (why instanceof UnsupportedException) {
            return unusable(id, Problem.UNSUPPORTED, why);
        }
        if (why instanceof KeyAccessException) {
            return unusable(id, Problem.INACCESSIBLE, why);
        }
        throw why;
    }

    private static StoredKey unusable(KeyId id, Problem problem, ChanceryException why) {
        return new StoredKey.Unusable(new UnusableKey(id, problem, why.getMessage()));
    }
}
