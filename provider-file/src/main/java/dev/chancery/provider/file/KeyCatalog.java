package dev.chancery.provider.file;

import dev.chancery.error.IntegrityException;
import dev.chancery.error.KeyAccessException;
import dev.chancery.error.KeyNotFoundException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.key.KeyId;
import dev.chancery.key.ProtectionLevel;
import dev.chancery.key.UnusableKey.Problem;
import dev.chancery.provider.file.layout.Disk;
import dev.chancery.provider.file.layout.FileNames;
import dev.chancery.provider.file.layout.KeyFiles;
import dev.chancery.provider.file.layout.KeyReader;
import dev.chancery.provider.file.layout.Metadata;
import dev.chancery.provider.file.layout.Rings;
import dev.chancery.provider.file.layout.StoreDirectory;
import dev.chancery.provider.file.signing.PrivateKeys;
import dev.chancery.spi.PublicHalf;
import dev.chancery.spi.Service;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.files.FileIdentity;
import dev.chancery.spi.records.StoredRecord;
import dev.chancery.spi.support.ShellWord;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds keys, and tells what lies there. A public half counts as vouched for wherever it was read: only the owner of the private one can
 * write where it lies, and {@link PrivateKeys} proves by a signature that both belong together before the first use.
 */
record KeyCatalog(StoreDirectory directory, Disk disk, KeyReader reader, PrivateKeys privateKeys, Rings rings) {
    /** Looks a key up, and reads its private half only where there is no public one. */
    Optional<StoredKey> find(KeyId id) {
        return directory.work("Reading key " + id, () -> {
            Optional<KeyFiles> files = reader.read(id);
            privateKeys.keepOnly(id, files.flatMap(KeyCatalog::signingFile));
            Map<KeyId, Path> evidence =
                    files.filter(KeyCatalog::isRecordless).isPresent() ? rings.evidence() : Map.of();
            return files.map(there -> toStoredKey(there, half(there, true), evidence));
        });
    }

    /** @throws KeyNotFoundException if there is no such key */
    StoredKey require(KeyId id) {
        return find(id).orElseThrow(() ->
                new KeyNotFoundException("There is no key '" + id + "' in " + directory.location() + "."));
    }

    private static boolean isRecordless(KeyFiles files) {
        return files.record() instanceof StoredRecord.Absent && files.problem().isEmpty();
    }

    /** Looks all keys up, without reading any private half. */
    List<StoredKey> list() {
        return directory.work("Listing the keys", () -> {
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
        ids.addAll(StoreDirectory.ids(disk.names(root), StoreDirectory.JSON_SUFFIX));
        List<KeyFiles> found = new ArrayList<>();
        for (KeyId id : ids) {
            reader.read(root, id).ifPresent(found::add);
        }
        Map<KeyId, Path> evidence = found.stream().anyMatch(KeyCatalog::isRecordless) ? rings.evidence() : Map.of();
        for (KeyFiles files : found) {
            keys.add(toStoredKey(files, half(files, false), evidence));
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
        } catch (AccessDeniedException outOfReach) {
            return;
        }
        for (String name : names) {
            StoreDirectory.idIn(name, suffix)
                    .ifPresent(text ->
                            FileNames.ifValid(text).ifPresentOrElse(ids::add, () -> odd.add(oddName(relative, name))));
        }
    }

    private static StoredKey oddName(Path relative, String name) {
        String shown = relative + "/" + FileNames.listedName(name);
        PublicHalf unreadable = new PublicHalf.Unreadable(
                Problem.UNSUPPORTED, "its file name is no key id, which " + FileNames.RULE + ". Rename " + shown + ".");
        return StoredKey.builder(new KeyId(shown), unreadable, ProtectionLevel.SOFTWARE)
                .build();
    }

    private static Optional<FileIdentity> signingFile(KeyFiles files) {
        return files.privateHalf() instanceof KeyFiles.Present present
                ? Optional.of(present.identity())
                : Optional.empty();
    }

    /** @param evidence looked at where there is no record */
    private StoredKey toStoredKey(KeyFiles files, PublicHalf half, Map<KeyId, Path> evidence) {
        StoredKey.Builder key = StoredKey.builder(files.id(), half, protection(files))
                .record(files.record())
                .service(service(files))
                .created(files.modified());
        files.metadata().flatMap(Metadata::spec).ifPresent(key::spec);
        if (isRecordless(files)) {
            key.evidence(Optional.ofNullable(evidence.get(files.id())).map(claim -> claim + " names it"));
        }
        return key.build();
    }

    private PublicHalf half(KeyFiles files, boolean mayReadPrivate) {
        if (files.problem().isPresent()) {
            return files.problem().get();
        }
        try {
            return files.publicKey()
                    .<PublicHalf>map(PublicHalf.Vouched::new)
                    .orElseGet(() -> derive(files, mayReadPrivate));
        } catch (IntegrityException | UnsupportedException | KeyAccessException e) {
            return PublicHalf.Unreadable.of(e);
        }
    }

    private PublicHalf derive(KeyFiles files, boolean mayReadPrivate) {
        KeyId id = files.id();
        if (!(files.privateHalf() instanceof KeyFiles.InFile file)) {
            throw new IntegrityException(StoreDirectory.publicKey(id) + " in " + directory.location()
                    + " is missing. Restore it from a backup.");
        }
        if (mayReadPrivate) {
            return new PublicHalf.Vouched(privateKeys.read(id, file).publicKey());
        }
        return privateKeys
                .known(id, file)
                .<PublicHalf>map(known -> new PublicHalf.Vouched(known.publicKey()))
                .orElseGet(() -> missing(id, file));
    }

    private PublicHalf missing(KeyId id, KeyFiles.InFile file) {
        Path publicKey = StoreDirectory.publicKey(id);
        String command = "openssl pkey -in %s -pubout -out %s";
        String half = quote(publicKey);
        return new PublicHalf.Unreadable(
                Problem.INACCESSIBLE,
                publicKey + " is missing, so what kind of key this is shows only when it is used. Write it with: "
                        + command.formatted(file.file(), publicKey),
                // In two steps: a command that fails leaves none, and not an empty one.
                Optional.of(command.formatted(quote(file.file()), half + ".new") + " && mv " + half + ".new " + half));
    }

    private String quote(Path relative) {
        return ShellWord.quote(directory.path().resolve(relative).toString());
    }

    private ProtectionLevel protection(KeyFiles files) {
        boolean encrypted = files.privateHalf() instanceof KeyFiles.InFile file
                && privateKeys
                        .known(files.id(), file)
                        .filter(PrivateKeys.Known::encrypted)
                        .isPresent();
        return encrypted
                ? ProtectionLevel.SOFTWARE_ENCRYPTED
                : files.metadata().map(Metadata::protection).orElse(ProtectionLevel.SOFTWARE);
    }

    private static Service service(KeyFiles files) {
        KeyId id = files.id();
        KeyFiles.PrivateHalf half = files.privateHalf();
        if (half instanceof KeyFiles.Disabled) {
            return new Service.Out("it was disabled by hand (" + StoreDirectory.disabledKey(id)
                    + "). If others may know it, run `chancery compromise " + id
                    + "`; if not, rename the file back.");
        }
        if (half instanceof KeyFiles.Absent) {
            return new Service.Gone("its private half is not in the store. Restore " + StoreDirectory.privateKey(id)
                    + " from a backup, or sign with another key.");
        }
        if (half instanceof KeyFiles.OutOfReach) {
            if (files.isDestroyed()) {
                return new Service.Gone("it was destroyed. Sign with another key.");
            }
            return new Service.Out("the user of this process may not look into " + StoreDirectory.PRIVATE
                    + "/. Run it as the owner of the keys.");
        }
        return new Service.In();
    }
}
