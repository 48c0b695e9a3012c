package dev.chancery.provider.file.layout;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.ChanceryException;
import dev.chancery.error.KeyExistsException;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyState;
import dev.chancery.key.ProtectionLevel;
import dev.chancery.provider.file.formats.PemReader;
import dev.chancery.provider.file.formats.PublicKeyPem;
import dev.chancery.spi.PublicHalf;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.files.FileIdentity;
import dev.chancery.spi.files.FileRules;
import dev.chancery.spi.files.RefusedFileException;
import dev.chancery.spi.records.KeyRecord;
import dev.chancery.spi.records.StoredRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.security.PublicKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes and replaces a key's files: all but {@link #changeAlone} is called within it. A key is there wholly or not at all:
 * a marker stands beside it from before its first file to after its last one, each step durable before the next.
 */
public record KeyFilesWriter(
        StoreDirectory directory, Disk disk, KeyReader reader, Rings rings, WaitingKeys waiting, StoreLock lock) {
    private static final Pattern MARKER = Pattern.compile("chancery is making the key ([0-9a-f]{64})\n");
    private static final Pattern OWN = Pattern.compile("[a-z0-9][a-z0-9._-]*\\.(pem|pub|json)");

    /** Changes the store as its only writer, after tidying up behind one that died. */
    public <T> T changeAlone(String what, StoreLock.Change<T> change) {
        return directory.work(what, () -> lock.change(this::tidy, this::removeDestroyed, change));
    }

    /** Whether a key is being made, or was when its maker died. */
    public boolean isHalfMade(Path root, KeyId id) throws IOException {
        return disk.stat(root.resolve(StoreDirectory.marker(id))).isPresent();
    }

    /**
     * Refuses an id that anything in the store is called already, no matter who put it there.
     *
     * @throws KeyExistsException naming what is there
     */
    public void requireFree(Path root, KeyId id) throws IOException {
        for (Path file : List.of(
                StoreDirectory.metadata(id),
                StoreDirectory.privateKey(id),
                StoreDirectory.disabledKey(id),
                StoreDirectory.publicKey(id),
                StoreDirectory.marker(id))) {
            if (disk.stat(directory.resolve(root, file)).isPresent()) {
                throw new KeyExistsException("There is a key '" + id + "' in " + directory.location() + " already ("
                        + file + "); keys are never overwritten. Choose another id.");
            }
        }
    }

    /** Makes a key's files; on any failure nothing of them stays. */
    public void create(Path root, Metadata key, PublicKey publicKey, byte[] privatePem) throws IOException {
        KeyId id = key.id();
        requireFree(root, id);
        Path privateDirectory = directory.makeDirectory(root, StoreDirectory.PRIVATE);
        Path publicDirectory = directory.makeDirectory(root, StoreDirectory.PUBLIC);
        FileRules rules = directory.rules();
        Deque<Path> made = new ArrayDeque<>();
        try {
            byte[] marker = marker(KeyMetadata.fingerprint(publicKey));
            make(made, root.resolve(StoreDirectory.marker(id)), marker, rules.publicFile());
            disk.forceDirectory(root);
            waiting.note(root, id, key.record());
            make(made, directory.resolve(root, StoreDirectory.privateKey(id)), privatePem, rules.secretFile(root));
            byte[] publicPem = PublicKeyPem.write(publicKey);
            make(made, directory.resolve(root, StoreDirectory.publicKey(id)), publicPem, rules.publicFile());
            make(made, root.resolve(StoreDirectory.metadata(id)), MetadataJson.write(key), rules.publicFile());
            disk.forceDirectory(privateDirectory);
            disk.forceDirectory(publicDirectory);
            disk.forceDirectory(root);
            disk.delete(root.resolve(StoreDirectory.marker(id)));
            // Were the marker back after a power failure, a key in use would be taken for half-made.
            disk.forceDirectory(root);
        } catch (IOException | RuntimeException e) {
            undo(root, id, made, e);
            throw e;
        }
    }

    private static byte[] marker(String fingerprint) {
        return ("chancery is making the key " + fingerprint + "\n").getBytes(UTF_8);
    }

    private void make(Deque<Path> made, Path file, byte[] content, FileAttribute<?>[] attributes) throws IOException {
        disk.createInPlace(file, content, attributes);
        made.push(file);
    }

    /** Removes what was made and nothing else, the marker last. */
    private void undo(Path root, KeyId id, Deque<Path> made, Exception why) {
        try {
            waiting.forget(root, id);
            while (!made.isEmpty()) {
                removeNow(made.pop());
            }
        } catch (IOException e) {
            // The marker still stands, or the lock file says that the next writer has to look.
            why.addSuppressed(e);
        }
    }

    /** Removes a key wholly or not at all: with the marker beside it, it is half-made, and the next writer removes the rest. */
    public void remove(Path root, KeyId id, String fingerprint) throws IOException {
        disk.createInPlace(
                root.resolve(StoreDirectory.marker(id)),
                marker(fingerprint),
                directory.rules().publicFile());
        disk.forceDirectory(root);
        removeHalfMade(root, id);
    }

    /** Removes a private half, also one that was disabled by hand. */
    public void removePrivate(Path root, KeyId id) throws IOException {
        removeIn(root, StoreDirectory.privateKey(id));
        removeIn(root, StoreDirectory.disabledKey(id));
    }

    private void removeHalfMade(Path root, KeyId id) throws IOException {
        disk.delete(root.resolve(StoreDirectory.metadata(id)));
        removeIn(root, StoreDirectory.publicKey(id));
        removePrivate(root, id); // a restored one may have been disabled by hand
        waiting.forget(root, id);
        disk.forceDirectory(root);
        disk.delete(root.resolve(StoreDirectory.marker(id)));
        disk.forceDirectory(root);
    }

    private void removeIn(Path root, Path relative) throws IOException {
        Optional<Path> parent = directory.directory(root, Objects.requireNonNull(relative.getParent()));
        if (parent.isPresent()) {
            Path file = parent.get().resolve(relative.getFileName());
            if (disk.stat(file).filter(BasicFileAttributes::isSymbolicLink).isPresent()) {
                removeNow(directory.resolve(root, relative)); // the file first: without the link it is not found again
            }
            removeNow(file);
        }
    }

    private void removeNow(Path file) throws IOException {
        disk.delete(file);
        disk.forceDirectory(Objects.requireNonNull(file.getParent()));
    }

    /** Puts new metadata beside a key, and the public half where it is missing. */
    public void update(Path root, StoredKey key, ProtectionLevel protection, KeyRecord record) throws IOException {
        KeyId id = key.id();
        Path file = directory.resolve(root, StoreDirectory.metadata(id));
        if (key.record() instanceof StoredRecord.Absent && disk.stat(file).isPresent()) {
            throw new RefusedFileException(file + " cannot be read, so it must not be replaced: it may say that the key"
                    + " is compromised. Check its owner and mode.");
        }
        Optional<KeySpec> spec = key.spec();
        if (key.publicHalf() instanceof PublicHalf.Vouched half) {
            spec = Optional.of(KeySpec.of(half.key()));
            writePublic(root, id, PublicKeyPem.write(half.key()));
        }
        disk.replace(
                file,
                MetadataJson.write(new Metadata(id, spec, protection, record)),
                directory.rules().publicFile());
        // Afterwards: a mark of compromise must not fail for what is a hint.
        waiting.note(root, id, record);
        if (record.attributes().state() == KeyState.DESTROYED) {
            removePrivate(root, id); // here, so that the next writer finishes it if this one dies in between
        }
    }

    private void writePublic(Path root, KeyId id, byte[] pem) throws IOException {
        Path file = directory.resolve(root, StoreDirectory.publicKey(id));
        if (disk.stat(file).isEmpty()) {
            directory.makeDirectory(root, StoreDirectory.PUBLIC);
            disk.replace(file, pem, directory.rules().publicFile());
        }
    }

    /** Puts a private key in the place of its older form. */
    public FileIdentity replacePrivate(Path root, KeyId id, byte[] pem) throws IOException {
        Path file = directory.resolve(root, StoreDirectory.privateKey(id));
        disk.replace(file, pem, directory.rules().secretFile(root));
        return FileIdentity.of(disk.stat(file).orElseThrow());
    }

    /** Removes what a writer left behind that died: keys half-made, and temporary files. */
    private Void tidy(Path root) throws IOException {
        for (KeyId id : StoreDirectory.ids(disk.names(root), StoreDirectory.MARKER_SUFFIX)) {
            tidy(root, id);
        }
        List<Path> places = new ArrayList<>(List.of(Path.of(""), StoreDirectory.PRIVATE, StoreDirectory.PUBLIC));
        rings.directories().forEach(ring -> places.add(StoreDirectory.ring(ring)));
        for (Path place : places) {
            Optional<Path> there = directory.directory(root, place);
            if (there.isPresent()) {
                disk.removeLeftovers(there.get(), name -> OWN.matcher(name).matches());
            }
        }
        return null;
    }

    /** Finishes destructions that a writer left that died at work. */
    private Void removeDestroyed(Path root) throws IOException {
        Optional<Path> there = directory.directory(root, StoreDirectory.PRIVATE);
        if (there.isPresent()) {
            Set<KeyId> ids = new HashSet<>();
            for (String suffix : List.of(StoreDirectory.PRIVATE_SUFFIX, StoreDirectory.DISABLED_SUFFIX)) {
                ids.addAll(StoreDirectory.ids(disk.names(there.get()), suffix));
            }
            for (KeyId id : ids) {
                if (reader.read(root, id).filter(KeyFiles::isDestroyed).isPresent()) {
                    removePrivate(root, id);
                }
            }
        }
        return null;
    }

    private void tidy(Path root, KeyId id) throws IOException {
        Path marker = root.resolve(StoreDirectory.marker(id));
        byte[] bytes = disk.read(marker, 1024).bytes();
        Matcher text = MARKER.matcher(new String(bytes, UTF_8));
        if (text.matches() && isOf(root, id, text.group(1))) {
            removeHalfMade(root, id);
        } else {
            // It was never finished, hence no file of the key was begun; or it is not ours to judge by.
            disk.delete(marker);
        }
    }

    /** Whether what is there is the key of the marker, and not one that was put there since. */
    private boolean isOf(Path root, KeyId id, String fingerprint) throws IOException {
        Path file = directory.resolve(root, StoreDirectory.publicKey(id));
        if (disk.stat(file).isEmpty()) {
            return true;
        }
        byte[] pem = disk.read(file, PemReader.MAX_BYTES).bytes();
        try {
            return KeyMetadata.fingerprint(PublicKeyPem.read(pem, file.toString()))
                    .equals(fingerprint);
        } catch (ChanceryException halfWritten) {
            return true;
        }
    }
}
