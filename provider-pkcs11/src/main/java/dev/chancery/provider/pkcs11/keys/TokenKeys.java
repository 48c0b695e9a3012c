package dev.chancery.provider.pkcs11.keys;

import dev.chancery.key.ProtectionLevel;
import dev.chancery.key.UnusableKey.Problem;
import dev.chancery.provider.pkcs11.binding.CkException;
import dev.chancery.provider.pkcs11.records.HalfMade;
import dev.chancery.provider.pkcs11.records.Records;
import dev.chancery.provider.pkcs11.records.TokenKeyId;
import dev.chancery.provider.pkcs11.sessions.Attachment;
import dev.chancery.provider.pkcs11.sessions.TokenSession;
import dev.chancery.spi.PublicHalf;
import dev.chancery.spi.Service;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.records.StoredRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds keys: the private key's object, its public half wherever the maker left it, and the record. A half-made key is none. Wherever one
 * object is meant, anything but exactly one is refused.
 */
public final class TokenKeys {
    private final String location;
    private final Records records;

    /** When a key counts as made whose maker left no date: when this store was opened. */
    private final Instant firstSeen;

    /** Keys of a token whose records are kept there or elsewhere. */
    public TokenKeys(String location, Records records, Instant firstSeen) {
        this.location = location;
        this.records = records;
        this.firstSeen = firstSeen;
    }

    /** A key by its id, or by its label where only one key has it. */
    public Optional<StoredKey> find(TokenSession session, TokenKeyId wanted) throws CkException {
        Map<TokenKeyId, StoredRecord> known = new LinkedHashMap<>();
        if (wanted.isWhole()) {
            StoredRecord record = records.find(session, wanted);
            if (!(record instanceof StoredRecord.Absent)) {
                known.put(wanted, record);
            }
        } else {
            known.putAll(records.list(session));
            known.keySet().removeIf(id -> !wanted.means(id));
        }
        List<PrivateObject> objects = PrivateObject.find(session, wanted);
        List<StoredKey> found = join(PublicObjects.beside(session, objects), objects, known);
        if (found.size() > 1) {
            String names = String.join(
                    ", ", found.stream().map(key -> key.id().value()).sorted().toList());
            return Optional.of(unreadable(
                            wanted,
                            Problem.INACCESSIBLE,
                            "There are " + found.size() + " keys with this label in " + location
                                    + ". Name one of them: " + names + ".")
                    .created(firstSeen)
                    .build());
        }
        return found.stream().findFirst();
    }

    /** All keys. */
    public List<StoredKey> list(TokenSession session) throws CkException {
        List<PrivateObject> objects = PrivateObject.find(session, PrivateObject.any());
        return join(PublicObjects.of(session), objects, records.list(session));
    }

    private List<StoredKey> join(PublicObjects beside, List<PrivateObject> objects, Map<TokenKeyId, StoredRecord> known)
            throws CkException {
        Map<TokenKeyId, List<PrivateObject>> byId = new LinkedHashMap<>();
        known.keySet().forEach(id -> byId.put(id, new ArrayList<>()));
        objects.forEach(object ->
                byId.computeIfAbsent(object.name(), unseen -> new ArrayList<>()).add(object));
        Map<TokenKeyId, String> evidence = known.keySet().containsAll(byId.keySet()) ? Map.of() : records.evidence();
        List<StoredKey> keys = new ArrayList<>();
        for (Map.Entry<TokenKeyId, List<PrivateObject>> entry : byId.entrySet()) {
            StoredRecord record = known.getOrDefault(entry.getKey(), new StoredRecord.Absent());
            if (!HalfMade.is(record)) {
                StoredKey.Builder key = describe(beside, entry.getKey(), entry.getValue(), record);
                Optional.ofNullable(evidence.get(entry.getKey())).ifPresent(key::evidence);
                keys.add(key.build());
            }
        }
        return keys;
    }

    /** A key just made, with the record that was just written. */
    StoredKey describe(TokenSession session, TokenKeyId id, StoredRecord record) throws CkException {
        List<PrivateObject> objects = PrivateObject.find(session, id);
        return describe(PublicObjects.beside(session, objects), id, objects, record)
                .build();
    }

    private StoredKey.Builder describe(
            PublicObjects beside, TokenKeyId id, List<PrivateObject> objects, StoredRecord record) throws CkException {
        return (switch (objects.size()) {
                    case 0 ->
                        StoredKey.builder(id.keyId(), new PublicHalf.Withheld(), ProtectionLevel.HSM)
                                .service(new Service.Gone(
                                        "its private half is not on the token. Restore it from the token's backup, or"
                                                + " sign with another key."));
                    case 1 -> describe(beside, id, objects.get(0), record);
                    default ->
                        unreadable(
                                id,
                                Problem.DAMAGED,
                                "There are " + objects.size() + " private keys with this label and id in " + location
                                        + ". Give each an id of its own with `pkcs11-tool --set-id`.");
                })
                .record(record)
                .created(firstSeen);
    }

    private static StoredKey.Builder describe(
            PublicObjects beside, TokenKeyId id, PrivateObject object, StoredRecord record) throws CkException {
        Optional<String> unnameable = object.unnameable();
        PublicHalf half = unnameable.isPresent()
                ? new PublicHalf.Unreadable(Problem.UNSUPPORTED, unnameable.get())
                : PublicHalves.of(object, record, beside);
        Attachment here = beside.session().attachment();
        return StoredKey.builder(id.keyId(), half, object.protection())
                .service(object.service(here))
                .signsWith(object.algorithms(here));
    }

    private static StoredKey.Builder unreadable(TokenKeyId id, Problem problem, String why) {
        return StoredKey.builder(id.keyId(), new PublicHalf.Unreadable(problem, why), ProtectionLevel.HSM);
    }
}
