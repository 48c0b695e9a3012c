package dev.chancery.provider.file;

import dev.chancery.IntegrityException;
import dev.chancery.KeyAttributes;
import dev.chancery.KeyId;
import dev.chancery.KeyMetadata;
import dev.chancery.KeySpec;
import dev.chancery.UnsupportedException;
import dev.chancery.spi.support.FileContent;
import dev.chancery.spi.support.FileIdentity;
import dev.chancery.spi.support.Printable;
import dev.chancery.spi.support.RefusedFileException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.PublicKey;
import java.time.Instant;
import java.util.Optional;

/** Reads a key's files. Called on {@link FileThreads} only. */
final class KeyReader {
    private static final int LOOKS = 10;

    private final StoreDirectory directory;
    private final Disk disk;

    KeyReader(StoreDirectory directory, Disk disk) {
        this.directory = directory;
        this.disk = disk;
    }

    /** Something at a path. */
    private record At(Path relative, Path real, BasicFileAttributes stat) {}

    /**
     * What lies there for a key; empty if nothing does, or if it is half-made.
     *
     * @throws RefusedFileException if its files are open to others
     * @throws IntegrityException if they are damaged or contradict each other
     * @throws UnsupportedException if they are of an unknown kind or version
     */
    Optional<KeyFiles> read(KeyId id) throws IOException {
        Optional<Path> root = directory.root();
        return root.isEmpty() ? Optional.empty() : read(root.get(), id);
    }

    /**
     * As {@link #read(KeyId)}, for who holds the root already. Takes no lock: what is not complete and sound is looked at
     * again, in case another process is making or removing the key.
     */
    Optional<KeyFiles> read(Path root, KeyId id) throws IOException {
        Optional<KeyFiles> seen = Optional.empty();
        for (int look = 1; ; look++) {
            try {
                Optional<KeyFiles> files = readOnce(root, id);
                if (files.isEmpty() || files.get().isComplete() || files.equals(seen) || look == LOOKS) {
                    return files;
                }
                seen = files;
            } catch (NoSuchFileException | IntegrityException e) {
                if (look == LOOKS) {
                    throw e;
                }
            }
        }
    }

    /**
     * Reads in the order that tells a half-made key from a foreign one: whoever makes a key sets the marker before the first
     * PEM and removes it after the metadata. So a PEM that is seen before the marker is found missing has its metadata by
     * now, or never had any.
     */
    private Optional<KeyFiles> readOnce(Path root, KeyId id) throws IOException {
        KeyFiles.PrivateHalf privateHalf = privateHalf(root, id);
        Optional<At> publicFile = at(root, StoreDirectory.publicKey(id));
        if (hasMarker(root, id)) {
            return Optional.empty();
        }
        Optional<At> json = at(root, StoreDirectory.metadata(id));
        boolean noKey = privateHalf instanceof KeyFiles.Absent && publicFile.isEmpty();
        if (json.isEmpty() && (noKey || privateHalf instanceof KeyFiles.OutOfReach && publicFile.isEmpty())) {
            return Optional.empty();
        }
        Optional<KeyRecord> metadata;
        try {
            metadata = json.isEmpty() ? Optional.empty() : Optional.of(metadata(id, json.get()));
        } catch (IntegrityException e) {
            if (noKey) {
                return Optional.empty(); // some other program's file
            }
            throw e;
        }
        Optional<PublicKeyPem> publicKey = Optional.empty();
        if (publicFile.isPresent()) {
            publicKey = Optional.of(PublicKeyPem.read(
                    disk.read(publicFile.get().real(), PemReader.MAX_BYTES).bytes(), name(publicFile.get())));
            requireSame(id, publicKey.get().key(), metadata);
        }
        return Optional.of(new KeyFiles(id, privateHalf, publicKey, metadata, modified(privateHalf, publicFile)));
    }

    private boolean hasMarker(Path root, KeyId id) throws IOException {
        return disk.stat(root.resolve(StoreDirectory.marker(id))).isPresent();
    }

    private KeyFiles.PrivateHalf privateHalf(Path root, KeyId id) throws IOException {
        Path file = StoreDirectory.privateKey(id);
        try {
            Optional<At> there = at(root, file);
            if (there.isPresent()) {
                directory.rules().requireSecret(there.get().real());
                return new KeyFiles.Present(file, FileIdentity.of(there.get().stat()));
            }
            Path disabled = StoreDirectory.disabledKey(id);
            Optional<At> byHand = at(root, disabled);
            return byHand.isPresent()
                    ? new KeyFiles.Disabled(
                            disabled, FileIdentity.of(byHand.get().stat()))
                    : new KeyFiles.Absent();
        } catch (AccessDeniedException e) {
            return new KeyFiles.OutOfReach();
        }
    }

    /** A file below the root, its directory checked. */
    private Optional<At> at(Path root, Path relative) throws IOException {
        Path parent = relative.getParent();
        if (parent != null && directory.directory(root, parent).isEmpty()) {
            return Optional.empty();
        }
        Path real = directory.resolve(root, relative);
        return disk.stat(real).map(stat -> new At(relative, real, stat));
    }

    private KeyRecord metadata(KeyId id, At json) throws IOException {
        byte[] bytes = disk.read(json.real(), JsonObject.MAX_BYTES).bytes();
        try {
            KeyRecord metadata = MetadataJson.readKey(bytes);
            if (!metadata.id().equals(id)) {
                throw new MalformedException("it is the metadata of key '"
                        + Printable.of(metadata.id().value()) + "'");
            }
            return metadata;
        } catch (MalformedException e) {
            throw new IntegrityException(
                    name(json) + ": " + e.getMessage()
                            + ". Restore it from a backup; without the file, the key counts as made by another tool.",
                    e);
        } catch (UnsupportedException e) {
            throw new UnsupportedException(name(json) + ": " + e.getMessage() + ".", e);
        }
    }

    private String name(At file) {
        return file.relative() + " in " + directory.location();
    }

    /**
     * Metadata must be that of the key beside it.
     *
     * @throws IntegrityException if it is not
     */
    void requireSame(KeyId id, PublicKey key, Optional<KeyRecord> metadata) {
        if (metadata.isEmpty()) {
            return;
        }
        KeySpec spec = KeySpec.of(key);
        String problem = null;
        if (metadata.get().spec() != spec) {
            problem = "its metadata says " + metadata.get().spec() + " and its PEM holds " + spec;
        } else if (!metadata.get().fingerprint().equals(KeyMetadata.fingerprint(key))) {
            problem = "the fingerprint in its metadata is not that of its PEM";
        }
        if (problem != null) {
            throw new IntegrityException(
                    "Key " + id + " in " + directory.location() + ": " + problem + " (" + StoreDirectory.metadata(id)
                            + ", " + StoreDirectory.publicKey(id) + "). Restore the wrong one of them from a backup.");
        }
    }

    private static Instant modified(KeyFiles.PrivateHalf privateHalf, Optional<At> publicFile) {
        Instant inPublic = publicFile
                .map(file -> file.stat().lastModifiedTime().toInstant())
                .orElse(Instant.MAX);
        Instant inPrivate = Instant.MAX;
        if (privateHalf instanceof KeyFiles.Present present) {
            inPrivate = present.identity().modified().toInstant();
        } else if (privateHalf instanceof KeyFiles.Disabled disabled) {
            inPrivate = disabled.identity().modified().toInstant();
        }
        Instant oldest = inPrivate.isBefore(inPublic) ? inPrivate : inPublic;
        // A disk can say anything; what no record can hold says nothing.
        boolean sensible = !oldest.isBefore(KeyAttributes.EARLIEST) && !oldest.isAfter(KeyAttributes.LATEST);
        return sensible ? oldest : Instant.EPOCH;
    }

    /** Reads a private key's file; the caller wipes it. */
    FileContent readPrivate(Path relative) throws IOException {
        Path root = directory.root().orElseThrow(() -> new NoSuchFileException(relative.toString()));
        Path real = at(root, relative)
                .orElseThrow(() -> new NoSuchFileException(relative.toString()))
                .real();
        directory.rules().requireSecret(real);
        return disk.read(real, PemReader.MAX_BYTES);
    }
}
