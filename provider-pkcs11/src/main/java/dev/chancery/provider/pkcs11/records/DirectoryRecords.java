package dev.chancery.provider.pkcs11.records;

import dev.chancery.error.IntegrityException;
import dev.chancery.key.KeyName;
import dev.chancery.key.RingPosition;
import dev.chancery.provider.pkcs11.binding.CkException;
import dev.chancery.provider.pkcs11.sessions.TokenSession;
import dev.chancery.spi.files.RecordDirectory;
import dev.chancery.spi.records.KeyRecord;
import dev.chancery.spi.records.RecordLines;
import dev.chancery.spi.records.StoredRecord;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * {@link Records} in a directory, for a token that takes no data objects: a file for each key, compared and replaced under the directory's lock,
 * and one for each generation of a ring. Before there were files for generations, a key's own record said which it holds; that
 * counts where no file does.
 */
public final class DirectoryRecords implements Records {
    private static final String PREFIX = "key-";
    private static final String SUFFIX = ".key";

    private final Path path;
    private final RecordDirectory directory;
    private final RecordsMark mark;

    /**
     * Records in a directory that is there, and that its owner alone can write.
     *
     * @param mark tells on the token that they are there
     */
    public DirectoryRecords(Path path, RecordsMark mark) {
        this.path = path;
        this.mark = mark;
        this.directory = new RecordDirectory(path, SUFFIX, RecordLines.MAX_BYTES);
    }

    @Override
    public StoredRecord find(TokenSession session, TokenKeyId id) {
        return find(id);
    }

    private StoredRecord find(TokenKeyId id) {
        return read(id, directory.read(name(id)));
    }

    private StoredRecord read(TokenKeyId id, Optional<RecordDirectory.Entry> entry) {
        return entry.map(found -> read(id, found.content())).orElseGet(StoredRecord.Absent::new);
    }

    private StoredRecord read(TokenKeyId id, byte[] text) {
        return RecordText.read(id, text, "The file " + path.resolve(name(id) + SUFFIX));
    }

    @Override
    public Map<TokenKeyId, StoredRecord> list(TokenSession session) {
        return list();
    }

    private Map<TokenKeyId, StoredRecord> list() {
        Map<TokenKeyId, StoredRecord> records = new LinkedHashMap<>();
        for (RecordDirectory.Entry entry : directory.list()) {
            id(entry.name()).ifPresent(id -> records.put(id, read(id, Optional.of(entry))));
        }
        return records;
    }

    @Override
    public void announce(TokenSession session) throws CkException {
        mark.leave(session);
    }

    @Override
    public Optional<StoredRecord> put(TokenSession session, TokenKeyId id, StoredRecord read, KeyRecord record) {
        return put(id, standing -> standing.version().equals(read.version()), record);
    }

    private Optional<StoredRecord> put(TokenKeyId id, Predicate<StoredRecord> expected, KeyRecord record) {
        byte[] text = RecordText.write(id, record);
        return directory.replace(name(id), entry -> expected.test(read(id, entry)), text)
                ? Optional.of(read(id, text))
                : Optional.empty();
    }

    @Override
    public boolean withdraw(TokenSession session, TokenKeyId id) {
        return directory.alone("Withdrawing key " + id, () -> {
            Optional<KeyRecord> record = find(id).legible();
            return record.isPresent()
                    && record.get().held().isEmpty()
                    && !evidence().containsKey(id)
                    && put(id, standing -> true, HalfMade.mark(record.get())).isPresent();
        });
    }

    @Override
    public void remove(TokenSession session, TokenKeyId id) {
        directory.remove(name(id), standing -> true);
    }

    // --- generations

    /**
     * Claims a generation, unless it is claimed.
     *
     * @param read the key's record, as it was when the key was last seen on the token
     * @return the holder that stands now, or empty if the key has been withdrawn since
     */
    public Optional<TokenKeyId> claim(RingPosition position, TokenKeyId id, StoredRecord read) {
        String what = "Claiming generation " + position.generation() + " of ring " + position.ring();
        return directory.alone(what, () -> {
            TokenKeyId holder = holders(position.ring()).get(position.generation());
            if (holder != null) {
                return Optional.of(holder);
            }
            StoredRecord now = find(id);
            boolean removed = now instanceof StoredRecord.Absent && !(read instanceof StoredRecord.Absent);
            if (removed || HalfMade.is(now)) {
                return Optional.empty();
            }
            directory.claim(
                    position.ring().value(),
                    position.generation(),
                    (id.text() + "\n").getBytes(StandardCharsets.UTF_8));
            return Optional.of(id);
        });
    }

    /** The holders of a ring's generations, the highest first. */
    public SortedMap<Long, TokenKeyId> holders(KeyName ring) {
        SortedMap<Long, TokenKeyId> holders = new TreeMap<>(Comparator.reverseOrder());
        list().forEach((id, record) -> record.legible().stream()
                .flatMap(legible -> legible.held().stream())
                .filter(position -> position.ring().equals(ring))
                .forEach(position -> holders.put(position.generation(), id)));
        readClaims(ring).forEach((generation, text) -> holders.put(generation, id(text, ring, generation)));
        return holders;
    }

    /** The holder by the generation's own file, without a look at the keys' records. */
    public Optional<TokenKeyId> holder(RingPosition position) {
        return directory
                .findClaim(position.ring().value(), position.generation())
                .map(content -> id(text(content), position.ring(), position.generation()));
    }

    private Map<Long, String> readClaims(KeyName ring) {
        Map<Long, String> texts = new HashMap<>();
        directory.claims(ring.value()).forEach((generation, content) -> texts.put(generation, text(content)));
        return texts;
    }

    private static String text(byte[] content) {
        return new String(content, StandardCharsets.UTF_8).strip();
    }

    private TokenKeyId id(String text, KeyName ring, long generation) {
        return TokenKeyId.ofWhole(text)
                .orElseThrow(() -> new IntegrityException("The claim of generation " + generation + " of ring " + ring
                        + " in " + path + " names no key. Restore it from a backup."));
    }

    @Override
    public Set<KeyName> rings(TokenSession session) throws CkException {
        Set<KeyName> rings = new HashSet<>(Records.super.rings(session));
        directory.rings().forEach(ring -> rings.add(new KeyName(ring)));
        return rings;
    }

    @Override
    public Map<TokenKeyId, String> evidence() {
        Map<TokenKeyId, String> evidence = new HashMap<>();
        for (String ring : directory.rings()) {
            readClaims(new KeyName(ring))
                    .forEach((generation, text) -> TokenKeyId.ofWhole(text)
                            .ifPresent(id -> evidence.put(
                                    id, "it holds generation " + generation + " of the ring '" + ring + "'")));
        }
        return evidence;
    }

    // --- names

    /** A percent-encoded label and a hexadecimal id: no separator and no special name can be made of them. */
    private static String name(TokenKeyId id) {
        return PREFIX + id.text().replace(':', '-');
    }

    private static Optional<TokenKeyId> id(String name) {
        int dash = name.lastIndexOf('-');
        return name.startsWith(PREFIX) && dash >= PREFIX.length()
                ? TokenKeyId.ofWhole(name.substring(PREFIX.length(), dash) + ":" + name.substring(dash + 1))
                : Optional.empty();
    }
}
