package dev.chancery.spi.files;

import dev.chancery.error.ConfigurationException;
import dev.chancery.error.KeyAccessException;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.spi.support.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Small records by name, and claims of the generations of rings, each a file that is replaced whole:
 *
 * <pre>
 * &lt;name&gt;&lt;suffix&gt;                          a record
 * rings/&lt;ring&gt;/&lt;generation&gt;&lt;suffix&gt;       a claim, written once
 * .lock                                   held by the only writer
 * </pre>
 *
 * <p>Readers take no lock and see a file whole or not at all. What is written is durable when the method returns. Nothing in a record
 * is secret, but records are believed, so that only the directory's owner may write there. Thread-safe; processes share a directory.
 * An interrupt of the calling thread breaks nothing, and the thread is still interrupted afterwards.
 *
 * <p>A writer waits ten seconds for the lock, unless {@link #withPatience} says otherwise. Each method throws {@link KeyAccessException} where rights are missing or a file is not to be trusted, and
 * {@link StoreUnavailableException} where the disk fails or another process keeps the lock.
 */
public final class RecordDirectory {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9%._~-]*");
    private static final Pattern GENERATION = Pattern.compile("[1-9][0-9]{0,17}");

    private final Path directory;
    private final Path rings;
    private final String suffix;
    private final int maxBytes;
    private final WriterLock lock;
    private final DurableFiles files = new DurableFiles();
    private final AtomicBoolean trusted = new AtomicBoolean();
    private final AtomicBoolean tidied = new AtomicBoolean();

    /** A record, or a claim, as it stood when it was read. */
    public static final class Entry {
        private final String name;
        private final byte[] content;

        Entry(String name, byte[] content) {
            this.name = name;
            this.content = content;
        }

        /**
         * The name.
         *
         * @return without suffix
         */
        public String name() {
            return name;
        }

        /**
         * What was written.
         *
         * @return a copy
         */
        public byte[] content() {
            return content.clone();
        }

        /**
         * What tells this content from another.
         *
         * @return its SHA-256, in hexadecimal digits
         */
        public String version() {
            return Sha256.hex(content);
        }
    }

    /** Some work on files. */
    private interface Task<T> {
        T run() throws IOException;
    }

    /**
     * Opens a directory that is there.
     *
     * @param directory the directory
     * @param suffix what the names of its files end in, such as {@code .json}
     * @param maxBytes how long a record may be
     * @throws ConfigurationException if there is no directory, or a symbolic link in its place
     * @throws KeyAccessException if other users can write it, or a stranger owns it
     */
    public RecordDirectory(Path directory, String suffix, int maxBytes) {
        this(directory.toAbsolutePath().normalize(), suffix, maxBytes, PATIENCE);
        requireDirectory();
        io("Opening the records", () -> directory);
    }

    private RecordDirectory(Path directory, String suffix, int maxBytes, Duration patience) {
        this.directory = directory;
        this.rings = directory.resolve("rings");
        this.suffix = suffix;
        this.maxBytes = maxBytes;
        this.lock = new WriterLock(directory.resolve(".lock"), patience);
    }

    /**
     * Opens a directory that the first write makes, its owner's alone, if it is not there by then. Until then there is nothing to read in it.
     *
     * @param directory the directory, in one that exists when the first write comes
     * @param suffix what the names of its files end in, such as {@code .json}
     * @param maxBytes how long a record may be
     * @return the directory
     * @throws ConfigurationException if something else is in its place, or a symbolic link
     * @throws KeyAccessException if other users can write it, or a stranger owns it
     */
    public static RecordDirectory createOnWrite(Path directory, String suffix, int maxBytes) {
        RecordDirectory created =
                new RecordDirectory(directory.toAbsolutePath().normalize(), suffix, maxBytes, PATIENCE);
        return created.io("Opening the records", () -> created);
    }

    /**
     * The same directory for a writer of other patience.
     *
     * @param patience how long it waits for the lock
     * @return another opening
     */
    public RecordDirectory withPatience(Duration patience) {
        RecordDirectory same = new RecordDirectory(directory, suffix, maxBytes, patience);
        same.trusted.set(trusted.get());
        return same;
    }

    /** Looks at the directory once: one that was not there when it was opened may come from another hand. */
    private void requireTrust() throws IOException {
        if (!trusted.get() && Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            requireDirectory();
            FileRules.of(directory.getFileSystem()).requireOwnAlone(directory);
            trusted.set(true);
        }
    }

    private void requireDirectory() {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            throw new ConfigurationException("The directory of records " + directory
                    + " is no directory. Make it, with mode 0700, and keep it as safe as the keys.");
        }
    }

    /**
     * Reads a record.
     *
     * @param name its name: ASCII letters, digits and {@code % . _ ~ -}, beginning with a letter or digit
     * @return the record, or empty if there is none
     * @throws ConfigurationException if that is no name
     */
    public Optional<Entry> read(String name) {
        return io("Reading record " + name, () -> read(file(directory, name), name));
    }

    private Optional<Entry> read(Path file, String name) throws IOException {
        try {
            return Optional.of(new Entry(name, FileContent.read(file, maxBytes).bytes()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /**
     * Reads all records, and throws if one of them cannot be believed: who lists keys reads them one by one, and tells of that one as damaged.
     *
     * @return the records, by name
     */
    public List<Entry> list() {
        return io("Listing the records", () -> {
            List<Entry> entries = new ArrayList<>();
            for (String name : names(directory, suffix)) {
                read(file(directory, name), name).ifPresent(entries::add);
            }
            return entries;
        });
    }

    /**
     * Writes a record if what stands there allows it.
     *
     * @param name its name
     * @param expected whether this may be replaced: the record that stands, or empty if there is none
     * @param content the new record
     * @return whether it was written
     * @throws ConfigurationException if it is too long
     */
    public boolean replace(String name, Predicate<Optional<Entry>> expected, byte[] content) {
        Path file = file(directory, name);
        requireRoom(content);
        return write("Writing record " + name, () -> {
            if (!expected.test(read(file, name))) {
                return false;
            }
            files.replace(file, content, FileModes.of(file, "rw-r--r--"));
            return true;
        });
    }

    /**
     * Removes a record if it is there and may go.
     *
     * @param name its name
     * @param expected whether this record may go
     * @return whether it is gone
     */
    public boolean remove(String name, Predicate<Entry> expected) {
        Path file = file(directory, name);
        return write("Removing record " + name, () -> {
            Optional<Entry> standing = read(file, name);
            if (standing.isPresent() && !expected.test(standing.get())) {
                return false;
            }
            Files.deleteIfExists(file);
            files.forceDirectory(directory);
            return true;
        });
    }

    /**
     * Claims a generation of a ring, unless it is claimed. A claim is never written again.
     *
     * @param ring the ring's name, as a record's
     * @param generation its generation, from 1
     * @param content what to write of who holds it
     * @return what stands: this content, or an earlier claim's
     * @throws ConfigurationException if it is too long
     */
    public byte[] claim(String ring, long generation, byte[] content) {
        String number = Long.toString(generation);
        Path in = rings.resolve(requireName(ring));
        Path file = file(in, number);
        requireRoom(content);
        return write("Claiming generation " + generation + " of ring " + ring, () -> {
            FileRules rules = FileRules.of(directory.getFileSystem());
            files.makeDirectory(rings, rules.directory(directory));
            files.makeDirectory(in, rules.directory(rings));
            Optional<Entry> standing = read(file, number);
            if (standing.isEmpty()) {
                files.create(file, content, FileModes.of(file, "rw-r--r--"));
            }
            return standing.map(Entry::content).orElse(content);
        });
    }

    /**
     * Reads the claims of a ring.
     *
     * @param ring the ring's name
     * @return what each claim holds, by generation, the highest first
     */
    public SortedMap<Long, byte[]> claims(String ring) {
        Path in = rings.resolve(requireName(ring));
        return io("Reading ring " + ring, () -> {
            SortedMap<Long, byte[]> claims = new TreeMap<>(Comparator.reverseOrder());
            for (String name : names(in, suffix)) {
                if (GENERATION.matcher(name).matches()) {
                    read(file(in, name), name).ifPresent(claim -> claims.put(Long.valueOf(name), claim.content()));
                }
            }
            return claims;
        });
    }

    /**
     * Reads one claim.
     *
     * @param ring the ring's name
     * @param generation its generation
     * @return what the claim holds, or empty if the generation is not claimed
     */
    public Optional<byte[]> findClaim(String ring, long generation) {
        Path in = rings.resolve(requireName(ring));
        String number = Long.toString(generation);
        return io("Reading ring " + ring, () -> read(file(in, number), number).map(Entry::content));
    }

    /**
     * Finds the rings that have a claim.
     *
     * @return their names, sorted
     */
    public List<String> rings() {
        return io("Reading the rings", () -> {
            List<String> claimed = new ArrayList<>();
            for (String ring : names(rings, "")) {
                if (names(rings.resolve(ring), suffix).stream().anyMatch(GENERATION.asMatchPredicate())) {
                    claimed.add(ring);
                }
            }
            return claimed;
        });
    }

    /**
     * Does several of these as one step that other writers wait for. It may be called inside itself, and what is done to other files of
     * the place belongs in here too. Nothing is undone if the work throws.
     *
     * @param <T> what comes of it
     * @param what what is done, for the start of a message
     * @param work what to do
     * @return what came of it
     */
    public <T> T alone(String what, Supplier<T> work) {
        return write(what, work::get);
    }

    private <T> T write(String what, Task<T> task) {
        return io(what, () -> {
            if (!trusted.get()) { // one that was there and is gone took its records with it: it is not made anew
                Path parent = directory.resolveSibling("");
                files.makeDirectory(
                        directory, FileRules.of(directory.getFileSystem()).directory(parent));
                requireTrust();
            }
            return lock.hold(afterFailure -> {
                if (!tidied.getAndSet(true) || afterFailure) {
                    tidy();
                }
                return task.run();
            });
        });
    }

    private void tidy() throws IOException {
        files.removeLeftovers(directory, name -> name.endsWith(suffix));
        for (String ring : names(rings, "")) {
            files.removeLeftovers(rings.resolve(ring), name -> name.endsWith(suffix));
        }
    }

    private <T> T io(String what, Task<T> task) {
        try {
            requireTrust();
            return task.run();
        } catch (IOException e) {
            throw FileErrors.translate(e, what + " in " + directory, directory);
        }
    }

    private Set<String> names(Path in, String ending) throws IOException {
        return files.names(in).stream()
                .filter(file -> file.endsWith(ending))
                .map(file -> file.substring(0, file.length() - ending.length()))
                .filter(NAME.asMatchPredicate())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Path file(Path in, String name) {
        return in.resolve(requireName(name) + suffix);
    }

    private static String requireName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new ConfigurationException(
                    "A record's name is made of ASCII letters, digits and % . _ ~ -, and begins"
                            + " with a letter or digit.");
        }
        return name;
    }

    private void requireRoom(byte[] content) {
        if (content.length > maxBytes) {
            throw new ConfigurationException("A record of " + content.length + " bytes does not fit into " + directory
                    + ", which takes " + maxBytes + ". Remove labels from the key.");
        }
    }
}
