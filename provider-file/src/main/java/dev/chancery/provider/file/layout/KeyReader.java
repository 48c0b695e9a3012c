package dev.chancery.provider.file.layout;

import dev.chancery.error.ChanceryException;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.KeyAccessException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyId;
import dev.chancery.provider.file.formats.MalformedException;
import dev.chancery.provider.file.formats.PemReader;
import dev.chancery.provider.file.formats.PublicKeyPem;
import dev.chancery.provider.file.layout.StoreDirectory.Entry;
import dev.chancery.spi.PublicHalf;
import dev.chancery.spi.files.FileContent;
import dev.chancery.spi.files.FileIdentity;
import dev.chancery.spi.files.RefusedFileException;
import dev.chancery.spi.records.StoredRecord;
import dev.chancery.spi.support.Printable;
import dev.chancery.spi.support.Sha256;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.PublicKey;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Reads a key's files. */
public record KeyReader(StoreDirectory directory, Disk disk) {
    private static final int LOOKS = 10;

    /** What lies there for a key; empty if nothing does, or if it is half-made. */
    public Optional<KeyFiles> read(KeyId id) throws IOException {
        Optional<Path> root = directory.root();
        return root.isEmpty() ? Optional.empty() : read(root.get(), id);
    }

    /**
     * As {@link #read(KeyId)}, below a root that was checked already. Takes no lock: what is not complete and sound is looked at again, in
     * case another process is making or removing the key.
     */
    public Optional<KeyFiles> read(Path root, KeyId id) throws IOException {
        Optional<KeyFiles> seen = Optional.empty();
        for (int look = 1; ; look++) {
            try {
                Optional<KeyFiles> files = new Look(root, id).files();
                if (files.isEmpty() || files.get().isComplete() || files.equals(seen) || look == LOOKS) {
                    return files;
                }
                seen = files;
            } catch (NoSuchFileException e) {
                if (look == LOOKS) {
                    throw e;
                }
            }
        }
    }

    /**
     * One look at a key. It reads in the order that tells a half-made key from a foreign one: the maker of a key sets the marker before the
     * first PEM and removes it after the metadata. So a PEM that is seen before the marker is found missing has its metadata by
     * now, or never had any.
     */
    private final class Look {
        private final Path root;
        private final KeyId id;
        private Optional<Metadata> metadata = Optional.empty();
        private Optional<PublicHalf.Unreadable> problem = Optional.empty();

        Look(Path root, KeyId id) {
            this.root = root;
            this.id = id;
        }

        Optional<KeyFiles> files() throws IOException {
            KeyFiles.PrivateHalf privateHalf = attempt(this::privateHalf).orElse(new KeyFiles.OutOfReach());
            Optional<Entry> publicFile = entry(StoreDirectory.publicKey(id));
            if (disk.stat(root.resolve(StoreDirectory.marker(id))).isPresent()) {
                return Optional.empty();
            }
            Optional<Entry> json = entry(StoreDirectory.metadata(id));
            boolean noKey = privateHalf instanceof KeyFiles.Absent && publicFile.isEmpty();
            boolean nothing = noKey || (privateHalf instanceof KeyFiles.OutOfReach && publicFile.isEmpty());
            if (json.isEmpty() && nothing && problem.isEmpty()) {
                return Optional.empty();
            }
            StoredRecord record = (json.isEmpty() ? Optional.<StoredRecord>empty() : attempt(() -> record(json.get())))
                    .orElse(new StoredRecord.Absent());
            if (noKey && record instanceof StoredRecord.Damaged) {
                return Optional.empty(); // some other program's file
            }
            Optional<PublicKey> publicKey =
                    publicFile.isEmpty() ? Optional.empty() : attempt(() -> publicKey(publicFile.get()));
            return Optional.of(new KeyFiles(
                    id, privateHalf, publicKey, record, metadata, problem, modificationTime(privateHalf, publicFile)));
        }

        private Optional<Entry> entry(Path relative) throws IOException {
            return attempt(() -> directory.entry(root, relative)).orElse(Optional.empty());
        }

        /** Empty, and the problem noted, where something of the key must not be used. */
        private <T> Optional<T> attempt(StoreDirectory.Work<T> work) throws IOException {
            try {
                return Optional.of(work.run());
            } catch (RefusedFileException e) {
                note(new KeyAccessException(String.valueOf(e.getMessage()), e));
            } catch (AccessDeniedException e) {
                note(new KeyAccessException(
                        "This process has no permission for " + e.getFile()
                                + ". Check the owners and modes on the way there, and who it runs as.",
                        e));
            } catch (IntegrityException | UnsupportedException e) {
                note(e);
            }
            return Optional.empty();
        }

        private void note(ChanceryException e) {
            problem = problem.or(() -> Optional.of(PublicHalf.Unreadable.of(e)));
        }

        private KeyFiles.PrivateHalf privateHalf() throws IOException {
            try {
                Path file = StoreDirectory.privateKey(id);
                Optional<Entry> there = directory.entry(root, file);
                if (there.isPresent()) {
                    directory.rules().requireSecret(there.get().real());
                    return new KeyFiles.Present(
                            file, FileIdentity.of(there.get().stat()));
                }
                Path disabled = StoreDirectory.disabledKey(id);
                return directory
                        .entry(root, disabled)
                        .<KeyFiles.PrivateHalf>map(
                                byHand -> new KeyFiles.Disabled(disabled, FileIdentity.of(byHand.stat())))
                        .orElse(new KeyFiles.Absent());
            } catch (AccessDeniedException e) {
                return new KeyFiles.OutOfReach();
            }
        }

        private PublicKey publicKey(Entry file) throws IOException {
            return PublicKeyPem.read(read(file, PemReader.MAX_BYTES), name(file));
        }

        private StoredRecord record(Entry json) throws IOException {
            byte[] bytes = read(json, JsonObject.MAX_BYTES);
            String version = Sha256.hex(bytes);
            try {
                Metadata read = MetadataJson.readKey(bytes);
                if (!read.id().equals(id)) {
                    throw new MalformedException("it is the metadata of key '"
                            + Printable.of(read.id().value()) + "'");
                }
                metadata = Optional.of(read);
                return new StoredRecord.Present(read.record(), version);
            } catch (MalformedException e) {
                return new StoredRecord.Damaged(
                        MetadataJson.readMark(bytes),
                        name(json) + ": " + e.getMessage()
                                + ". Restore it from a backup; without the file, the key counts as made by another tool.",
                        version);
            } catch (UnsupportedException e) {
                return new StoredRecord.Newer(name(json) + ": " + e.getMessage() + ".");
            }
        }
    }

    private byte[] read(Entry file, int max) throws IOException {
        return disk.read(file.real(), max).bytes();
    }

    private String name(Entry file) {
        return file.relative() + " in " + directory.location();
    }

    private static Instant modificationTime(KeyFiles.PrivateHalf privateHalf, Optional<Entry> publicFile) {
        Instant inPublic = publicFile
                .map(file -> file.stat().lastModifiedTime().toInstant())
                .orElse(Instant.MAX);
        Instant inPrivate = privateHalf instanceof KeyFiles.InFile file
                ? file.identity().modified().toInstant()
                : Instant.MAX;
        Instant oldest = inPrivate.isBefore(inPublic) ? inPrivate : inPublic;
        // A disk can say anything; what no record can hold says nothing.
        boolean sensible = !oldest.isBefore(KeyAttributes.EARLIEST) && !oldest.isAfter(KeyAttributes.LATEST);
        return sensible ? oldest.truncatedTo(ChronoUnit.SECONDS) : Instant.EPOCH;
    }

    /** Reads a private key's file; the caller wipes it. */
    public FileContent readPrivate(Path relative) throws IOException {
        Path real = directory.require(relative);
        directory.rules().requireSecret(real);
        return disk.read(real, PemReader.MAX_BYTES);
    }
}
