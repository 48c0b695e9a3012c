package dev.chancery.provider.pkcs11.records;

import dev.chancery.key.CompromisedSince;
import dev.chancery.provider.pkcs11.binding.Ck;
import dev.chancery.provider.pkcs11.binding.CkAttributes;
import dev.chancery.provider.pkcs11.binding.CkException;
import dev.chancery.provider.pkcs11.sessions.TokenSession;
import dev.chancery.spi.records.KeyRecord;
import dev.chancery.spi.records.StoredRecord;
import dev.chancery.spi.support.Printable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@link Records} on the token itself: a private CKO_DATA object for each key. A token does not compare. So a change is a new object, made
 * before those that were read are destroyed: for a moment, after a crash, and where two wrote at once, there are several, and readers join
 * them.
 *
 * <pre>
 *   A reads 3      A makes 4a, destroys 3
 *   B reads 3            B makes 4b; 3 is gone already     every reader: 4a and 4b, joined
 * </pre>
 */
public final class TokenRecords implements Records {
    private static final Logger LOG = LoggerFactory.getLogger(TokenRecords.class);
    private static final String APPLICATION = "chancery";
    private static final String SEPARATOR = " ";

    /** What a token answers that takes no such objects. Anything else, such as CKR_DEVICE_MEMORY, says nothing of that. */
    private static final Set<Long> NOT_TAKEN = Set.of(
            Ck.CKR_ATTRIBUTE_READ_ONLY,
            Ck.CKR_ATTRIBUTE_TYPE_INVALID,
            Ck.CKR_ATTRIBUTE_VALUE_INVALID, // NSS
            Ck.CKR_FUNCTION_NOT_SUPPORTED,
            Ck.CKR_TEMPLATE_INCOMPLETE,
            Ck.CKR_TEMPLATE_INCONSISTENT,
            Ck.CKR_TOKEN_WRITE_PROTECTED,
            Ck.CKR_USER_TYPE_INVALID); // where only the security officer makes objects

    private final String location;
    private final RecordsMark mark = RecordsMark.here();

    /** Records on the token of a location. */
    public TokenRecords(String location) {
        this.location = location;
    }

    /** Whether a token has such objects. */
    public static boolean areThere(TokenSession session) throws CkException {
        return !session.find(template()).isEmpty();
    }

    /**
     * Whether a token takes private data objects: one that dies with the session, so that nothing is written, or else one that is destroyed at
     * once.
     *
     * @param session one that may write
     * @throws CkException if it does not tell: without its records, every retired key would be one that may sign
     */
    public static boolean areTaken(TokenSession session) throws CkException {
        return isTaken(session, false) || isTaken(session, true);
    }

    private static boolean isTaken(TokenSession session, boolean lasting) throws CkException {
        CkAttributes probe = template()
                .with(Ck.CKA_TOKEN, lasting)
                .with(Ck.CKA_PRIVATE, true)
                .with(Ck.CKA_LABEL, "probe")
                .with(Ck.CKA_VALUE, new byte[] {'?'});
        try {
            session.cryptoki().destroy(session.cryptoki().create(probe));
            return true;
        } catch (CkException e) {
            if (NOT_TAKEN.contains(e.code())) {
                return false;
            }
            throw e;
        }
    }

    /** A data object, as found. */
    private record DataObject(long handle, TokenKeyId id, StoredRecord record) {
        String version() {
            return record.version();
        }

        /** What makes no sense is older than everything, and what a newer Chancery wrote is not to be touched. */
        long revision() {
            return record instanceof StoredRecord.Newer
                    ? Long.MAX_VALUE
                    : record.legible().map(KeyRecord::revision).orElse(-1L);
        }
    }

    @Override
    public void announce(TokenSession session) throws CkException {
        mark.leave(session);
    }

    @Override
    public StoredRecord find(TokenSession session, TokenKeyId id) throws CkException {
        return join(objects(session, id));
    }

    @Override
    public Map<TokenKeyId, StoredRecord> list(TokenSession session) throws CkException {
        Map<TokenKeyId, StoredRecord> records = new LinkedHashMap<>();
        read(session, session.find(template())).stream()
                .collect(Collectors.groupingBy(DataObject::id, LinkedHashMap::new, Collectors.toList()))
                .forEach((id, objects) -> records.put(id, join(objects)));
        return records;
    }

    /** All readers join alike, in any order of the token's list. One object that makes no sense may have had the mark, so it counts. */
    private static StoredRecord join(List<DataObject> objects) {
        List<DataObject> sorted = objects.stream()
                .sorted(Comparator.comparing(DataObject::version))
                .toList();
        String version = sorted.stream().map(DataObject::version).collect(Collectors.joining(SEPARATOR));
        for (DataObject object : sorted) {
            if (object.record() instanceof StoredRecord.Damaged damaged) {
                Optional<CompromisedSince> mark = sorted.stream()
                        .flatMap(one -> one.record().mark().stream())
                        .reduce(CompromisedSince::earlier);
                return new StoredRecord.Damaged(mark, damaged.why(), version);
            }
        }
        Optional<StoredRecord> newer = sorted.stream()
                .map(DataObject::record)
                .filter(StoredRecord.Newer.class::isInstance)
                .findFirst();
        return newer.or(() -> sorted.stream()
                        .flatMap(object -> object.record().legible().stream())
                        .reduce(KeyRecord::join)
                        .map(record -> new StoredRecord.Present(record, version)))
                .orElseGet(StoredRecord.Absent::new);
    }

    private List<DataObject> objects(TokenSession session, TokenKeyId id) throws CkException {
        return read(session, session.find(template().with(Ck.CKA_LABEL, id.text())));
    }

    private List<DataObject> read(TokenSession session, List<Long> handles) throws CkException {
        List<DataObject> objects = new ArrayList<>();
        for (long handle : handles) {
            CkAttributes attributes = session.cryptoki().read(handle, Ck.CKA_CLASS, Ck.CKA_LABEL, Ck.CKA_VALUE);
            String label = attributes.text(Ck.CKA_LABEL);
            byte[] text = attributes.bytes(Ck.CKA_VALUE);
            TokenKeyId.ofWhole(label)
                    .ifPresentOrElse(
                            id -> objects.add(new DataObject(handle, id, read(id, text))),
                            () -> LOG.debug("The data object '{}' of {} is no key's.", Printable.of(label), location));
        }
        return objects;
    }

    private StoredRecord read(TokenKeyId id, byte[] text) {
        return RecordText.read(id, text, "The data object '" + id + "' of " + location);
    }

    /**
     * May be done again: what is there already is not made twice. Of the objects before, only those that were read go; one that another writer
     * has made since stands beside this one.
     */
    @Override
    public Optional<StoredRecord> put(TokenSession session, TokenKeyId id, StoredRecord read, KeyRecord record)
            throws CkException {
        byte[] text = RecordText.write(id, record);
        StoredRecord written = read(id, text);
        List<DataObject> before = objects(session, id);
        if (before.stream().noneMatch(object -> object.version().equals(written.version()))) {
            session.cryptoki()
                    .create(template()
                            .with(Ck.CKA_TOKEN, true)
                            .with(Ck.CKA_PRIVATE, true)
                            .with(Ck.CKA_MODIFIABLE, true)
                            .with(Ck.CKA_LABEL, id.text())
                            .with(Ck.CKA_VALUE, text));
        }
        Set<String> known = Set.copyOf(List.of(read.version().split(SEPARATOR))); // two may have written the same
        for (DataObject object : before) {
            if (known.contains(object.version()) && object.revision() < record.revision()) {
                destroy(session, object);
            }
        }
        return Optional.of(written);
    }

    private static void destroy(TokenSession session, DataObject object) throws CkException {
        try {
            session.cryptoki().destroy(object.handle());
        } catch (CkException e) {
            if (e.code() != Ck.CKR_OBJECT_HANDLE_INVALID) { // another writer has destroyed it first
                throw e;
            }
        }
    }

    @Override
    public boolean withdraw(TokenSession session, TokenKeyId id) throws CkException {
        StoredRecord standing = find(session, id);
        // A claim that core has withdrawn lost its election, and holds nothing.
        Optional<KeyRecord> record =
                standing.legible().filter(legible -> legible.held().isEmpty() || legible.withdrawn());
        if (record.isPresent()) {
            KeyRecord halfMade = HalfMade.mark(record.get().toBuilder()
                    .revision(record.get().revision() + 1)
                    .build());
            put(session, id, standing, halfMade);
        }
        return record.isPresent();
    }

    @Override
    public void remove(TokenSession session, TokenKeyId id) throws CkException {
        for (DataObject object : objects(session, id)) {
            destroy(session, object);
        }
    }

    static CkAttributes template() {
        return new CkAttributes().with(Ck.CKA_CLASS, Ck.CKO_DATA).with(Ck.CKA_APPLICATION, APPLICATION);
    }
}
