package dev.chancery.provider.pkcs11;

import dev.chancery.IntegrityException;
import dev.chancery.spi.support.Printable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BinaryOperator;

/** {@link KeyRecords} on the token itself: a private CKO_DATA object for each key. */
final class TokenRecords implements KeyRecords {
    private static final String APPLICATION = "chancery";

    /**
     * Of two processes that wrote at once, whoever took the key further in its life is believed; of two that did the same,
     * everybody believes the same one.
     */
    private static final Comparator<KeyRecord> AGE = Comparator.comparing(KeyRecord::revision)
            .thenComparing(record -> record.attributes().compromisedSince().isPresent())
            .thenComparing(record -> record.attributes().state())
            .thenComparing(KeyRecordFormat::write, Arrays::compare);

    /** What a token answers that takes no such objects. Anything else, such as CKR_DEVICE_MEMORY, says nothing of that. */
    private static final Set<Long> NOT_TAKEN = Set.of(
            Ck.CKR_ATTRIBUTE_READ_ONLY,
            Ck.CKR_ATTRIBUTE_TYPE_INVALID,
            Ck.CKR_ATTRIBUTE_VALUE_INVALID, // NSS
            Ck.CKR_FUNCTION_NOT_SUPPORTED,
            Ck.CKR_SESSION_READ_ONLY, // of an object that is the session's own
            Ck.CKR_TEMPLATE_INCOMPLETE,
            Ck.CKR_TEMPLATE_INCONSISTENT,
            Ck.CKR_TOKEN_WRITE_PROTECTED,
            Ck.CKR_USER_TYPE_INVALID); // where only the security officer makes objects

    private final String location;

    TokenRecords(String location) {
        this.location = location;
    }

    /**
     * Whether a token takes private data objects: it has some, or takes one that dies with the session, so that nothing is
     * written.
     *
     * @throws CkException if it does not tell: without its records, every retired key would be one that may sign
     */
    static boolean areTaken(TokenSession session) throws CkException {
        if (!session.find(template()).isEmpty()) {
            return true;
        }
        CkAttributes probe = new CkAttributes()
                .with(Ck.CKA_CLASS, Ck.CKO_DATA)
                .with(Ck.CKA_TOKEN, false)
                .with(Ck.CKA_PRIVATE, true)
                .with(Ck.CKA_APPLICATION, APPLICATION)
                .with(Ck.CKA_LABEL, "probe")
                .with(Ck.CKA_VALUE, new byte[] {'?'});
        long taken;
        try {
            taken = session.cryptoki().create(probe);
        } catch (CkException e) {
            if (NOT_TAKEN.contains(e.code())) {
                return false;
            }
            throw e;
        }
        session.cryptoki().destroy(taken);
        return true;
    }

    @Override
    public boolean keeps() {
        return true;
    }

    @Override
    public Optional<KeyRecord> find(TokenSession session, TokenKeyId id) throws CkException {
        return latest(read(session, objects(session, id))).stream().findFirst();
    }

    @Override
    public List<KeyRecord> list(TokenSession session) throws CkException {
        return latest(read(session, session.find(template())));
    }

    /** A change is a new object before the old one is destroyed: for a moment, and after a crash, there are two. */
    private static List<KeyRecord> latest(List<KeyRecord> records) {
        Map<TokenKeyId, KeyRecord> latest = new LinkedHashMap<>();
        for (KeyRecord record : records) {
            latest.merge(record.id(), record, BinaryOperator.maxBy(AGE));
        }
        return List.copyOf(latest.values());
    }

    private List<KeyRecord> read(TokenSession session, List<Long> objects) throws CkException {
        List<KeyRecord> records = new ArrayList<>();
        for (long object : objects) {
            records.add(read(session, object));
        }
        return records;
    }

    private KeyRecord read(TokenSession session, long object) throws CkException {
        CkAttributes attributes = session.cryptoki().read(object, Ck.CKA_CLASS, Ck.CKA_LABEL, Ck.CKA_VALUE);
        String where = "The data object '" + Printable.of(attributes.text(Ck.CKA_LABEL)) + "' of " + location;
        byte[] value = attributes.bytes(Ck.CKA_VALUE);
        if (value == null) {
            throw new IntegrityException(where + " has no value. Restore it from a backup.");
        }
        return KeyRecordFormat.read(value, where);
    }

    /**
     * A token does not compare. So this is written, and then looked at what else is there: of two that write at once, one at
     * least sees the other's.
     */
    @Override
    public Optional<KeyRecord> put(TokenSession session, KeyRecord record) throws CkException {
        Optional<KeyRecord> standing = find(session, record.id()).filter(found -> found.isRivalOf(record));
        if (standing.isPresent()) {
            return standing;
        }
        session.cryptoki()
                .create(template()
                        .with(Ck.CKA_TOKEN, true)
                        .with(Ck.CKA_PRIVATE, true)
                        .with(Ck.CKA_MODIFIABLE, true)
                        .with(Ck.CKA_LABEL, record.id().text())
                        .with(Ck.CKA_VALUE, KeyRecordFormat.write(record)));
        List<KeyRecord> rivals = new ArrayList<>();
        for (long object : objects(session, record.id())) {
            try {
                KeyRecord other = read(session, object);
                if (other.revision() < record.revision()) {
                    session.cryptoki().destroy(object);
                } else if (other.isRivalOf(record)) {
                    rivals.add(other);
                }
            } catch (CkException e) {
                // A rival has destroyed it first.
                if (e.code() != Ck.CKR_OBJECT_HANDLE_INVALID) {
                    throw e;
                }
            }
        }
        return rivals.stream().max(AGE);
    }

    @Override
    public void remove(TokenSession session, TokenKeyId id) throws CkException {
        for (long object : objects(session, id)) {
            session.cryptoki().destroy(object);
        }
    }

    private static List<Long> objects(TokenSession session, TokenKeyId id) throws CkException {
        return session.find(template().with(Ck.CKA_LABEL, id.text()));
    }

    private static CkAttributes template() {
        return new CkAttributes().with(Ck.CKA_CLASS, Ck.CKO_DATA).with(Ck.CKA_APPLICATION, APPLICATION);
    }
}
