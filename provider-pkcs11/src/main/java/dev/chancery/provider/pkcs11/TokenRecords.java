package dev.chancery.provider.pkcs11;

import dev.chancery.IntegrityException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BinaryOperator;

/** {@link KeyRecords} on the token itself: a private CKO_DATA object for each key. */
final class TokenRecords implements KeyRecords {
    private static final String APPLICATION = "chancery";

    /** Of two processes that wrote at once, whoever took the key further in its life is believed. */
    private static final Comparator<KeyRecord> AGE = Comparator.comparing(KeyRecord::revision)
            .thenComparing(record -> record.attributes().compromisedSince().isPresent())
            .thenComparing(record -> record.attributes().state());

    private final String location;

    TokenRecords(String location) {
        this.location = location;
    }

    /** Whether a token takes private data objects: tried with one that dies with the session, so that nothing is written. */
    static boolean areTaken(TokenSession session) throws CkException {
        CkAttributes probe = new CkAttributes()
                .with(Ck.CKA_CLASS, Ck.CKO_DATA)
                .with(Ck.CKA_TOKEN, false)
                .with(Ck.CKA_PRIVATE, true)
                .with(Ck.CKA_APPLICATION, APPLICATION)
                .with(Ck.CKA_LABEL, "probe")
                .with(Ck.CKA_VALUE, new byte[] {'?'});
        try {
            session.cryptoki().destroy(session.cryptoki().create(probe));
            return true;
        } catch (CkException e) {
            if (Reaction.to(e.code()) != Reaction.GIVE_UP) {
                throw e;
            }
            return false;
        }
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
        return latest(read(session, session.cryptoki().find(template())));
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
        String where = "The data object '" + Text.printable(attributes.text(Ck.CKA_LABEL)) + "' of " + location;
        byte[] value = attributes.bytes(Ck.CKA_VALUE);
        if (value == null) {
            throw new IntegrityException(where + " has no value. Restore it from a backup.");
        }
        return KeyRecordFormat.read(value, where);
    }

    @Override
    public void put(TokenSession session, KeyRecord record) throws CkException {
        List<Long> old = objects(session, record.id());
        session.cryptoki()
                .create(template()
                        .with(Ck.CKA_TOKEN, true)
                        .with(Ck.CKA_PRIVATE, true)
                        .with(Ck.CKA_MODIFIABLE, true)
                        .with(Ck.CKA_LABEL, record.id().text())
                        .with(Ck.CKA_VALUE, KeyRecordFormat.write(record)));
        destroy(session, old);
    }

    @Override
    public void remove(TokenSession session, TokenKeyId id) throws CkException {
        destroy(session, objects(session, id));
    }

    private static void destroy(TokenSession session, List<Long> objects) throws CkException {
        for (long object : objects) {
            session.cryptoki().destroy(object);
        }
    }

    private static List<Long> objects(TokenSession session, TokenKeyId id) throws CkException {
        return session.cryptoki().find(template().with(Ck.CKA_LABEL, id.text()));
    }

    private static CkAttributes template() {
        return new CkAttributes().with(Ck.CKA_CLASS, Ck.CKO_DATA).with(Ck.CKA_APPLICATION, APPLICATION);
    }
}
