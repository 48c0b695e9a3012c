package dev.chancery.provider.pkcs11;

import dev.chancery.ChanceryException;
import dev.chancery.ConfigurationException;
import dev.chancery.KeyAccessException;
import dev.chancery.StoreUnavailableException;
import dev.chancery.spi.support.Printable;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * {@link KeyRecords} in a directory, for a token that takes no data objects: a file for each key. Nothing in it is secret, but
 * who can write it can bring a retired key back; so only its owner may. Records are read and written through streams, as an
 * interrupt would close a channel.
 */
final class DirectoryRecords implements KeyRecords {
    private static final String SUFFIX = ".key";
    private static final String UNFINISHED = ".new";

    private final Path directory;
    private final DirectoryLock lock;

    DirectoryRecords(Path directory) {
        this.directory = directory.toAbsolutePath().normalize();
        this.lock = new DirectoryLock(this.directory);
        requireOwned();
    }

    private void requireOwned() {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            throw new ConfigurationException("chancery-metadata names " + directory
                    + ", which is no directory. Make it, with mode 0700, and keep it as safe as the token.");
        }
        try {
            Set<PosixFilePermission> modes = Files.getPosixFilePermissions(directory, LinkOption.NOFOLLOW_LINKS);
            if (modes.contains(PosixFilePermission.GROUP_WRITE) || modes.contains(PosixFilePermission.OTHERS_WRITE)) {
                throw new KeyAccessException("Others than its owner can write " + directory
                        + ", and so bring retired keys back. Run: chmod go-w " + directory);
            }
        } catch (UnsupportedOperationException e) {
            return; // no such permissions here (Windows)
        } catch (IOException e) {
            throw failed("Reading", directory, e);
        }
    }

    @Override
    public boolean keeps() {
        return true;
    }

    @Override
    public Optional<KeyRecord> find(TokenSession session, TokenKeyId id) {
        return read(file(id));
    }

    @Override
    public List<KeyRecord> list(TokenSession session) {
        File[] files = directory.toFile().listFiles((parent, name) -> name.endsWith(SUFFIX));
        if (files == null) {
            throw failed("Listing", directory, new IOException("not a directory"));
        }
        List<KeyRecord> records = new ArrayList<>();
        for (File file : files) {
            read(file.toPath()).ifPresent(records::add);
        }
        return records;
    }

    private static Optional<KeyRecord> read(Path file) {
        try (InputStream in = new FileInputStream(file.toFile())) {
            return Optional.of(KeyRecordFormat.read(in.readNBytes(KeyRecordFormat.MAX_BYTES + 1), file.toString()));
        } catch (IOException e) {
            if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                return Optional.empty();
            }
            throw failed("Reading", file, e);
        }
    }

    /**
     * Compares and sets, as the directory's only writer: where a rival stands, nothing is written.
     *
     * @throws StoreUnavailableException if another process keeps the directory locked
     */
    @Override
    public Optional<KeyRecord> put(TokenSession session, KeyRecord record) {
        Path file = file(record.id());
        try {
            return lock.alone(() -> {
                Optional<KeyRecord> rival = read(file).filter(standing -> standing.isRivalOf(record));
                if (rival.isEmpty()) {
                    write(file, record);
                }
                return rival;
            });
        } catch (IOException e) {
            throw failed("Writing", file, e);
        }
    }

    /** Whole or not at all: written beside, forced, and renamed. */
    private static void write(Path file, KeyRecord record) throws IOException {
        Path unfinished = file.resolveSibling(file.getFileName() + UNFINISHED);
        Files.deleteIfExists(unfinished);
        create(unfinished);
        try (FileOutputStream out = new FileOutputStream(unfinished.toFile())) {
            out.write(KeyRecordFormat.write(record));
            out.getFD().sync();
        }
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        force(file);
    }

    /** The name too: a mark that a power cut takes back would let the key sign again. An interrupt is kept for later. */
    private static void force(Path file) throws IOException {
        if (File.separatorChar != '/') {
            return; // Windows opens no directories, and its journal orders what is done in them
        }
        boolean interrupted = false;
        try {
            while (true) {
                try (FileChannel parent =
                        FileChannel.open(Objects.requireNonNull(file.getParent()), StandardOpenOption.READ)) {
                    parent.force(true);
                    return;
                } catch (ClosedByInterruptException e) {
                    interrupted |= Thread.interrupted();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** With its final mode from the first moment. */
    private static void create(Path file) throws IOException {
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--")));
        } catch (UnsupportedOperationException e) {
            Files.createFile(file);
        }
    }

    @Override
    public void remove(TokenSession session, TokenKeyId id) {
        Path file = file(id);
        try {
            lock.alone(() -> Files.deleteIfExists(file));
        } catch (IOException e) {
            throw failed("Removing", file, e);
        }
    }

    /** A percent-encoded label and a hexadecimal id: no separator and no special name can be made of them. */
    private Path file(TokenKeyId id) {
        return directory.resolve("key-" + id.text().replace(':', '-') + SUFFIX);
    }

    private static ChanceryException failed(String doing, Path file, IOException e) {
        if (e instanceof java.nio.file.AccessDeniedException) {
            return new KeyAccessException(doing + " " + file + " failed: no permission. Check its owner and mode.", e);
        }
        return new StoreUnavailableException(
                doing + " " + file + " failed: " + Printable.of(String.valueOf(e.getMessage()))
                        + ". Check the disk, and try again.",
                e);
    }
}
