package dev.chancery.provider.file.layout;

import dev.chancery.error.ChanceryException;
import dev.chancery.error.ConfigurationException;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyName;
import dev.chancery.spi.files.FileErrors;
import dev.chancery.spi.files.FileRules;
import dev.chancery.spi.files.RefusedFileException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;

/**
 * Where things lie in a store, as {@code docs/providers/file.md} draws it, and that nothing on the way there leads out of the
 * store or is open to others. Paths are made of checked ids only.
 */
public final class StoreDirectory {
    public static final Path PRIVATE = Path.of("private");
    public static final Path PUBLIC = Path.of("public");
    static final Path RINGS = Path.of("rings");

    public static final String PRIVATE_SUFFIX = ".pem";
    public static final String DISABLED_SUFFIX = ".pem.disabled";
    public static final String PUBLIC_SUFFIX = ".pub";
    public static final String JSON_SUFFIX = ".json";
    public static final String MARKER_SUFFIX = ".creating";
    static final String WAITING_SUFFIX = ".waiting";

    private final StoreUri uri;
    private final Disk disk;
    private final FileRules rules;

    public StoreDirectory(StoreUri uri, Disk disk, FileRules rules) {
        this.uri = uri;
        this.disk = disk;
        this.rules = rules;
    }

    public static Path privateKey(KeyId id) {
        return PRIVATE.resolve(nameOf(id) + PRIVATE_SUFFIX);
    }

    /** Where the guide's emergency procedure moves a private key. */
    public static Path disabledKey(KeyId id) {
        return PRIVATE.resolve(nameOf(id) + DISABLED_SUFFIX);
    }

    public static Path publicKey(KeyId id) {
        return PUBLIC.resolve(nameOf(id) + PUBLIC_SUFFIX);
    }

    public static Path metadata(KeyId id) {
        return Path.of(nameOf(id) + JSON_SUFFIX);
    }

    /** There while a key is half-made. */
    static Path marker(KeyId id) {
        return Path.of(nameOf(id) + MARKER_SUFFIX);
    }

    static Path ring(KeyName ring) {
        return RINGS.resolve(ring.value());
    }

    static Path claim(KeyName ring, long generation) {
        return ring(ring).resolve(generation + JSON_SUFFIX);
    }

    static Path waiting(KeyName ring, KeyId id) {
        return ring(ring).resolve(nameOf(id) + WAITING_SUFFIX);
    }

    /** The ids that stand before a suffix in file names. */
    public static List<KeyId> ids(List<String> names, String suffix) {
        return names.stream()
                .flatMap(name -> idIn(name, suffix).flatMap(FileNames::ifValid).stream())
                .toList();
    }

    /** What stands before a suffix; hidden files are other programs' and half-written ones. */
    public static Optional<String> idIn(String name, String suffix) {
        return name.endsWith(suffix) && !name.startsWith(".")
                ? Optional.of(name.substring(0, name.length() - suffix.length()))
                : Optional.empty();
    }

    /** Ids also come from callers that never asked the backend's {@code parse}. */
    private static String nameOf(KeyId id) {
        return FileNames.parse(id.value()).value();
    }

    public FileRules rules() {
        return rules;
    }

    /** The root as it was named. */
    public Path path() {
        return uri.directory();
    }

    public String location() {
        return uri.location();
    }

    /** A failure with a file of this store, in the words of the API. */
    ChanceryException failed(String what, IOException e) {
        return FileErrors.translate(e, what + " in " + location(), uri.directory());
    }

    /** Something done with the store's files. */
    @FunctionalInterface
    public interface Work<T> {
        T run() throws IOException;
    }

    /** Works with the store's files; a failure comes in the words of the API. */
    public <T> T work(String what, Work<T> work) {
        try {
            return work.run();
        } catch (IOException e) {
            throw failed(what, e);
        }
    }

    /**
     * The root with every symbolic link on the way to it resolved: who named it meant it so. Empty while nothing is
     * there.
     *
     * @throws ConfigurationException if something else than a directory is there
     * @throws RefusedFileException if others can write it
     */
    public Optional<Path> root() throws IOException {
        Path root;
        try {
            root = uri.directory().toRealPath();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        if (!Files.isDirectory(root)) {
            throw new ConfigurationException(
                    location() + " is a file, not a directory. Name the directory that holds the keys.");
        }
        rules.requireOwn(root);
        return Optional.of(root);
    }

    /** As {@link #root()}, and that this process may look into it. */
    public void requireReadable(boolean mayCreate) throws IOException {
        Optional<Path> root = root();
        if (root.isEmpty() && !mayCreate) {
            throw new ConfigurationException(
                    "There is no directory " + uri.directory()
                            + ", so there are no keys to look at. Correct the path, or make the first key there (`chancery generate`).");
        }
        if (root.isPresent() && !Files.isReadable(root.get())) {
            throw new AccessDeniedException(root.get().toString());
        }
    }

    /** The root, made if it is not there. */
    Path makeRoot() throws IOException {
        Optional<Path> root = root();
        if (root.isPresent()) {
            return root.get();
        }
        make(uri.directory());
        return root().orElseThrow(() -> new NoSuchFileException(uri.directory().toString()));
    }

    private void make(Path directory) throws IOException {
        Path parent = directory.getParent();
        if (parent != null && disk.stat(directory).isEmpty()) {
            make(parent);
            disk.makeDirectory(directory, rules.directory(parent));
        }
    }

    /**
     * A directory below the root, those on the way there and itself checked.
     *
     * @return its path, or empty if it is not there
     * @throws RefusedFileException if others can write it, or a symbolic link leads there that must not be followed
     */
    public Optional<Path> directory(Path root, Path relative) throws IOException {
        Optional<Entry> entry = entry(root, relative);
        if (entry.isEmpty()) {
            return Optional.empty();
        }
        Path directory = entry.get().real();
        if (!entry.get().stat().isDirectory()) {
            throw new RefusedFileException(directory + " is not a directory. Move it away.");
        }
        rules.requireOwn(directory);
        return Optional.of(directory);
    }

    /** Something at a path below the root. */
    record Entry(Path relative, Path real, BasicFileAttributes stat) {}

    /** What is at a path below the root, the directories on the way there checked; empty if nothing is. */
    Optional<Entry> entry(Path root, Path relative) throws IOException {
        Path parent = relative.getParent();
        if (parent != null && directory(root, parent).isEmpty()) {
            return Optional.empty();
        }
        Path real = resolve(root, relative);
        return disk.stat(real).map(stat -> new Entry(relative, real, stat));
    }

    /** As {@link #entry(Path, Path)}, below the root as it is now. */
    Optional<Entry> entry(Path relative) throws IOException {
        Optional<Path> root = root();
        return root.isEmpty() ? Optional.empty() : entry(root.get(), relative);
    }

    /** The real path of a file below the root, the directories on the way there checked. */
    Path require(Path relative) throws IOException {
        return entry(relative)
                .orElseThrow(() -> new NoSuchFileException(relative.toString()))
                .real();
    }

    /** The names in a directory below the root; none if it is not there. */
    List<String> names(Path relative) throws IOException {
        Optional<Path> root = root();
        Optional<Path> there = root.isEmpty() ? root : directory(root.get(), relative);
        return there.isEmpty() ? List.of() : disk.names(there.get());
    }

    /** A directory below the root, made if it is not there, checked. */
    Path makeDirectory(Path root, Path relative) throws IOException {
        Path parent = relative.getParent();
        Path real = parent == null ? root : makeDirectory(root, parent);
        Path directory = resolve(root, relative);
        disk.makeDirectory(directory, rules.directory(real));
        return directory(root, relative).orElseThrow(() -> new NoSuchFileException(directory.toString()));
    }

    /**
     * The real path of something below the root, which need not be there.
     *
     * @throws RefusedFileException if a symbolic link is on the way that must not be followed
     */
    Path resolve(Path root, Path relative) throws IOException {
        Path path = root;
        for (Path name : relative) {
            path = path.resolve(name);
            if (Files.isSymbolicLink(path)) {
                path = follow(root, path);
            }
        }
        return path;
    }

    private Path follow(Path root, Path link) throws IOException {
        if (!uri.linksInside()) {
            throw new RefusedFileException(
                    link + " is a symbolic link. Put the file itself there; links that stay inside the"
                            + " store are followed if its URI ends in ?links=inside.");
        }
        Path real;
        try {
            real = link.toRealPath();
        } catch (NoSuchFileException e) {
            throw new RefusedFileException(link + " is a symbolic link that leads nowhere. Remove it.");
        }
        if (!real.startsWith(root)) {
            throw new RefusedFileException(
                    link + " is a symbolic link that leads out of the store. Put the file itself there.");
        }
        return real;
    }
}
