package dev.chancery.backup.internal.layout;

import dev.chancery.KeyStore;
import dev.chancery.error.IntegrityException;
import dev.chancery.spi.files.DurableFiles;
import dev.chancery.spi.files.FileContent;
import dev.chancery.spi.files.RefusedFileException;
import dev.chancery.spi.files.WriterLock;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A directory of keys: its files, and the lock that its writers take. Thread-safe. */
public final class KeyDirectory {
    private static final String LOCK = ".lock";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path root;
    private final DurableFiles disk = new DurableFiles();

    public KeyDirectory(Path root) {
        this.root = root;
    }

    /** The directory of a store; empty where its keys are elsewhere. */
    public static Optional<KeyDirectory> of(KeyStore store) {
        return store.location().startsWith("file:")
                ? Optional.of(new KeyDirectory(Path.of(URI.create(store.location()))))
                : Optional.empty();
    }

    public Path root() {
        return root;
    }

    /** As a store in it is called. */
    public String location() {
        String uri = root.toAbsolutePath().normalize().toUri().toString();
        return uri.length() > "file:///".length() && uri.endsWith("/") ? uri.substring(0, uri.length() - 1) : uri;
    }

    public boolean has(LayoutPath path) {
        return Files.exists(root.resolve(path.path()), LinkOption.NOFOLLOW_LINKS);
    }

    /** What a file holds; empty where it is not there. */
    public Optional<byte[]> read(LayoutPath path) throws IOException {
        return file(path).map(FileContent::bytes);
    }

    /** A file; empty where it is not there. */
    public Optional<FileContent> file(LayoutPath path) throws IOException {
        Path file = root.resolve(path.path());
        try {
            return Optional.of(FileContent.read(file, path.kind().largest()));
        } catch (NoSuchFileException gone) {
            return Optional.empty();
        } catch (RefusedFileException refused) {
            if (!Files.isSymbolicLink(file)) {
                throw refused;
            }
            return linked(path, file);
        }
    }

    /** Links may lead to files as long as they stay inside. */
    private Optional<FileContent> linked(LayoutPath path, Path link) throws IOException {
        try {
            Path real = link.toRealPath();
            if (!real.startsWith(root.toRealPath())) {
                throw new RefusedFileException(link + " leads out of the store. Put the file itself there.");
            }
            return Optional.of(FileContent.read(real, path.kind().largest()));
        } catch (NoSuchFileException gone) {
            return Optional.empty();
        }
    }

    /** The paths below one of its directories, itself named by {@code ""}, {@code private}, {@code rings/ca} and the like. */
    public List<LayoutPath> list(String directory) throws IOException {
        String prefix = directory.isEmpty() ? "" : directory + "/";
        return disk.names(root.resolve(directory)).stream()
                .sorted()
                .map(name -> LayoutPath.of(prefix + name))
                .toList();
    }

    /** The names in a directory. */
    public List<String> names(String directory) throws IOException {
        return disk.names(root.resolve(directory)).stream().sorted().toList();
    }

    /** Something done while no other writer is at work. */
    @FunctionalInterface
    public interface Work<T> {
        T run() throws IOException;
    }

    /** Says that the writer before died, so that the next one still hears of it. */
    private static final class StillUntidy extends IOException {
        StillUntidy() {
            super("the writer before died");
        }
    }

    /**
     * Works as the only writer. A writer that died is left for the next one of the store's own to tidy up behind.
     */
    public <T> T alone(Work<T> work) throws IOException {
        Holder<T> result = new Holder<>();
        try {
            new WriterLock(root.resolve(LOCK), PATIENCE).hold(afterFailure -> {
                result.value = Optional.of(work.run());
                if (afterFailure) {
                    throw new StillUntidy();
                }
                return true;
            });
        } catch (StillUntidy done) {
            // The work is done, and the lock's byte stands.
        }
        return result.value.orElseThrow(() -> new IntegrityException("The lock of " + root + " gave no turn."));
    }

    private static final class Holder<T> {
        private Optional<T> value = Optional.empty();
    }
}
