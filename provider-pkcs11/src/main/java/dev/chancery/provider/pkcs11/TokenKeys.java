package dev.chancery.provider.pkcs11;

import dev.chancery.ChanceryException;
import dev.chancery.IntegrityException;
import dev.chancery.KeyAttributes;
import dev.chancery.KeyId;
import dev.chancery.KeyMetadata;
import dev.chancery.KeyNotFoundException;
import dev.chancery.KeyOrigin;
import dev.chancery.KeyState;
import dev.chancery.KeyStateException;
import dev.chancery.ProtectionLevel;
import dev.chancery.UnsupportedException;
import dev.chancery.UnusableKey;
import dev.chancery.UnusableKey.Problem;
import dev.chancery.spi.StoredKey;
import java.security.PublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds keys: the private key's object, its public half wherever the maker left it, and the record. A private key that has no
 * record is a foreign one, and usable. Wherever one object is meant, anything but exactly one is refused.
 */
final class TokenKeys {
    private static final long[] PRIVATE_ATTRIBUTES = {
        Ck.CKA_CLASS,
        Ck.CKA_LABEL,
        Ck.CKA_ID,
        Ck.CKA_KEY_TYPE,
        Ck.CKA_SIGN,
        Ck.CKA_SENSITIVE,
        Ck.CKA_EXTRACTABLE,
        Ck.CKA_ALWAYS_SENSITIVE,
        Ck.CKA_NEVER_EXTRACTABLE,
        Ck.CKA_ALWAYS_AUTHENTICATE
    };

    private static final byte[] NONE = {};

    private final String location;
    private final KeyRecords records;

    /** When a key counts as made whose maker left no date: when this store was opened. */
    private final Instant firstSeen;

    TokenKeys(String location, KeyRecords records, Instant firstSeen) {
        this.location = location;
        this.records = records;
        this.firstSeen = firstSeen;
    }

    /** A private key's object, as found. */
    private record PrivateObject(long handle, CkAttributes attributes) {
        String label() {
            return attributes.text(Ck.CKA_LABEL);
        }

        byte[] id() {
            byte[] id = attributes.bytes(Ck.CKA_ID);
            return id == null ? NONE : id;
        }

        long keyType() {
            return attributes.number(Ck.CKA_KEY_TYPE).orElse(-1L);
        }
    }

    // --- looking up

    /** A key by its id, or by its label where only one key has it. */
    Optional<StoredKey> find(TokenSession session, TokenKeyId wanted) throws CkException {
        Map<TokenKeyId, List<PrivateObject>> objects = byId(privateObjects(session, search(wanted)));
        objects.keySet().removeIf(id -> !wanted.means(id)); // an empty label or id cannot be searched for
        List<KeyRecord> known = wanted.isWhole()
                ? records.find(session, wanted).stream().toList()
                : records.list(session).stream()
                        .filter(record -> wanted.means(record.id()))
                        .toList();
        List<StoredKey> found = join(session, objects, known);
        if (found.size() > 1) {
            String names = String.join(
                    ", ", found.stream().map(key -> key.id().value()).sorted().toList());
            return Optional.of(unusable(
                    wanted.keyId(),
                    Problem.INACCESSIBLE,
                    "there are " + found.size() + " keys with this label in " + location + ". Name one of them: "
                            + names + "."));
        }
        return found.stream().findFirst();
    }

    List<StoredKey> list(TokenSession session) throws CkException {
        return join(
                session,
                byId(privateObjects(session, new CkAttributes().with(Ck.CKA_CLASS, Ck.CKO_PRIVATE_KEY))),
                records.list(session));
    }

    private static CkAttributes search(TokenKeyId wanted) {
        CkAttributes template = new CkAttributes().with(Ck.CKA_CLASS, Ck.CKO_PRIVATE_KEY);
        if (!wanted.label().isEmpty()) {
            template.with(Ck.CKA_LABEL, wanted.label());
        }
        return wanted.idBytes().length > 0 ? template.with(Ck.CKA_ID, wanted.idBytes()) : template;
    }

    private static List<PrivateObject> privateObjects(TokenSession session, CkAttributes template) throws CkException {
        List<PrivateObject> objects = new ArrayList<>();
        for (long handle : session.find(template)) {
            objects.add(new PrivateObject(handle, session.cryptoki().read(handle, PRIVATE_ATTRIBUTES)));
        }
        return objects;
    }

    /** Keys without any name, or with one that is too long, cannot be called, and are left out. */
    private static Map<TokenKeyId, List<PrivateObject>> byId(List<PrivateObject> objects) {
        Map<TokenKeyId, List<PrivateObject>> byId = new LinkedHashMap<>();
        for (PrivateObject object : objects) {
            TokenKeyId.of(object.label(), object.id())
                    .ifPresent(id -> byId.computeIfAbsent(id, unseen -> new ArrayList<>())
                            .add(object));
        }
        return byId;
    }

    private List<StoredKey> join(
            TokenSession session, Map<TokenKeyId, List<PrivateObject>> objects, List<KeyRecord> known)
            throws CkException {
        List<StoredKey> keys = new ArrayList<>();
        Map<TokenKeyId, KeyRecord> byId = new LinkedHashMap<>();
        known.forEach(record -> byId.put(record.id(), record));
        for (Map.Entry<TokenKeyId, List<PrivateObject>> entry : objects.entrySet()) {
            Optional<KeyRecord> record = Optional.ofNullable(byId.remove(entry.getKey()));
            if (record.filter(KeyRecord::isHalfMade).isEmpty()) {
                keys.add(stored(session, entry.getKey(), entry.getValue(), record));
            }
        }
        byId.values().stream()
                .filter(record -> !record.isHalfMade())
                .map(this::withoutPrivate)
                .forEach(keys::add);
        return keys;
    }

    private StoredKey withoutPrivate(KeyRecord record) {
        return new StoredKey.Sound(
                record.id().keyId(),
                record.publicKey().orElseThrow(),
                ProtectionLevel.HSM,
                record.attributes(),
                Optional.of(
                        "its private half is not on the token. Restore it from the token's backup, or sign with another"
                                + " key."));
    }

    private StoredKey stored(
            TokenSession session, TokenKeyId id, List<PrivateObject> objects, Optional<KeyRecord> record)
            throws CkException {
        if (objects.size() != 1) {
            return unusable(
                    id.keyId(),
                    Problem.DAMAGED,
                    "there are " + objects.size() + " private keys with this label and id in " + location
                            + ". Remove the wrong ones with `pkcs11-tool --delete-object`.");
        }
        PrivateObject object = objects.get(0);
        try {
            PublicKey publicKey = publicKey(session, object, record);
            return new StoredKey.Sound(
                    id.keyId(),
                    publicKey,
                    protection(object.attributes()),
                    record.map(KeyRecord::attributes).orElseGet(this::foreign),
                    refusal(object.attributes()));
        } catch (UnsupportedException e) {
            return unusable(id.keyId(), Problem.UNSUPPORTED, e.getMessage());
        } catch (IntegrityException e) {
            return unusable(id.keyId(), Problem.DAMAGED, e.getMessage());
        }
    }

    private static StoredKey unusable(KeyId id, Problem problem, String why) {
        return new StoredKey.Unusable(new UnusableKey(id, problem, why));
    }

    /** A foreign key has no history here: it counts as in use since it was first seen. */
    private KeyAttributes foreign() {
        return KeyAttributes.builder(KeyState.ACTIVE, firstSeen, KeyOrigin.FOREIGN)
                .build();
    }

    /**
     * What the token says of itself: {@code HSM} for a key that was made in it and can never leave, {@code TOKEN} for one that
     * can no longer leave but may have copies elsewhere, {@code SOFTWARE} for one that it would hand out.
     */
    private static ProtectionLevel protection(CkAttributes key) {
        if (key.isSet(Ck.CKA_ALWAYS_SENSITIVE) && key.isSet(Ck.CKA_NEVER_EXTRACTABLE)) {
            return ProtectionLevel.HSM;
        }
        return key.isSet(Ck.CKA_SENSITIVE) && !key.isSet(Ck.CKA_EXTRACTABLE)
                ? ProtectionLevel.TOKEN
                : ProtectionLevel.SOFTWARE;
    }

    private static Optional<String> refusal(CkAttributes key) {
        if (!key.isSet(Ck.CKA_SIGN)) {
            return Optional.of("the token does not let it sign (CKA_SIGN is not set). Sign with another key.");
        }
        if (key.isSet(Ck.CKA_ALWAYS_AUTHENTICATE)) {
            return Optional.of(
                    "the token wants the PIN for each of its signatures (CKA_ALWAYS_AUTHENTICATE), which is not"
                            + " supported. Sign with another key.");
        }
        return Optional.empty();
    }

    // --- the public half

    /**
     * From the private key's object (RSA), the public one's, the certificate's or the record, in this order. Whichever is there
     * must be the recorded one.
     */
    private PublicKey publicKey(TokenSession session, PrivateObject object, Optional<KeyRecord> record)
            throws CkException {
        Optional<PublicKey> recorded = record.flatMap(KeyRecord::publicKey);
        Optional<PublicKey> onToken =
                object.keyType() == Ck.CKK_RSA ? read(session, object, object.handle()) : Optional.empty();
        if (onToken.isEmpty()) {
            onToken = publicObject(session, object);
        }
        if (onToken.isEmpty() && recorded.isEmpty()) {
            onToken = certificate(session, object);
        }
        if (onToken.isPresent() && recorded.isPresent()) {
            requireSame(onToken.get(), recorded.get());
        }
        return onToken.or(() -> recorded)
                .orElseThrow(
                        () -> new UnsupportedException(
                                "its public half is neither on the token nor in a certificate there, so nothing could be verified."
                                        + " Add the public key with `pkcs11-tool --write-object --type pubkey`, with the same id"));
    }

    private static Optional<PublicKey> read(TokenSession session, PrivateObject object, long handle)
            throws CkException {
        return PublicKeys.of(session.cryptoki().read(handle, PublicKeys.attributes(object.keyType())));
    }

    private static void requireSame(PublicKey found, PublicKey recorded) {
        String now = KeyMetadata.fingerprint(found);
        String before = KeyMetadata.fingerprint(recorded);
        if (!now.equals(before)) {
            throw new IntegrityException("its public half on the token (fingerprint " + now
                    + ") is not the recorded one (" + before + "). Put the right key back");
        }
    }

    private static Optional<PublicKey> publicObject(TokenSession session, PrivateObject object) throws CkException {
        CkAttributes template = named(Ck.CKO_PUBLIC_KEY, object).with(Ck.CKA_KEY_TYPE, object.keyType());
        List<Long> objects = session.find(template);
        if (objects.size() > 1) {
            // Some tools give every key the same id.
            objects = session.find(template.with(Ck.CKA_LABEL, object.label()));
        }
        if (objects.size() > 1) {
            throw new IntegrityException(
                    "there are " + objects.size() + " public keys with its label and id. Remove the wrong ones");
        }
        return objects.isEmpty() ? Optional.empty() : read(session, object, objects.get(0));
    }

    private static Optional<PublicKey> certificate(TokenSession session, PrivateObject object) throws CkException {
        for (long handle : session.find(named(Ck.CKO_CERTIFICATE, object))) {
            byte[] value =
                    session.cryptoki().read(handle, Ck.CKA_CLASS, Ck.CKA_VALUE).bytes(Ck.CKA_VALUE);
            if (value != null) {
                return PublicKeys.ofCertificate(value);
            }
        }
        return Optional.empty();
    }

    /** By CKA_ID, which is what the halves of a pair share; by the label where there is no id. */
    private static CkAttributes named(long type, PrivateObject object) {
        CkAttributes template = new CkAttributes().with(Ck.CKA_CLASS, type);
        return object.id().length > 0
                ? template.with(Ck.CKA_ID, object.id())
                : template.with(Ck.CKA_LABEL, object.label());
    }

    // --- for signing and changing

    /** The handle of a private key that must be there. */
    long requirePrivate(TokenSession session, TokenKeyId id) throws CkException {
        List<Long> handles = privateHandles(session, id);
        if (handles.isEmpty()) {
            throw new KeyStateException("Key " + id + " in " + location
                    + " cannot sign: its private half is not on the token. Sign with another key.");
        }
        if (handles.size() > 1) {
            throw new IntegrityException("Key " + id + " in " + location + " must not be used: there are "
                    + handles.size() + " private keys with its label and id.");
        }
        return handles.get(0);
    }

    private static List<Long> privateHandles(TokenSession session, TokenKeyId id) throws CkException {
        List<Long> handles = new ArrayList<>();
        for (PrivateObject object : privateObjects(session, search(id))) {
            if (TokenKeyId.of(object.label(), object.id()).filter(id::equals).isPresent()) {
                handles.add(object.handle());
            }
        }
        return handles;
    }

    /** @throws ChanceryException if there is no such key, or it must not be used */
    StoredKey.Sound requireSound(TokenSession session, TokenKeyId id) throws CkException {
        StoredKey stored = find(session, id)
                .orElseThrow(() -> new KeyNotFoundException("There is no key '" + id + "' in " + location
                        + ". `chancery list` shows the keys that are there."));
        if (stored instanceof StoredKey.Sound sound) {
            return sound;
        }
        UnusableKey why = ((StoredKey.Unusable) stored).why();
        throw new IntegrityException("Key " + why.id() + " in " + location + " must not be used: " + why.reason());
    }

    /** A key just made, whatever its record says yet. */
    StoredKey.Sound whole(TokenSession session, TokenKeyId id, KeyRecord record) throws CkException {
        Map<TokenKeyId, List<PrivateObject>> objects = byId(privateObjects(session, search(id)));
        StoredKey made = stored(session, id, objects.getOrDefault(id, List.of()), Optional.of(record));
        if (made instanceof StoredKey.Sound sound) {
            return sound;
        }
        throw new IntegrityException("Key " + id + " was made in " + location + " and is not usable: "
                + ((StoredKey.Unusable) made).why().reason());
    }

    /** Whether a label is a key's, half-made ones included. */
    boolean isTaken(TokenSession session, TokenKeyId label) throws CkException {
        return !session.find(search(label)).isEmpty()
                || records.list(session).stream().anyMatch(record -> label.means(record.id()));
    }

    /** The record of a key, or what would be in it: a foreign key gets one when it is first changed. */
    KeyRecord record(TokenSession session, StoredKey.Sound key) throws CkException {
        TokenKeyId id = TokenKeyId.parse(key.id());
        Optional<KeyRecord> record = records.find(session, id);
        return record.isPresent() ? record.get() : KeyRecord.foreign(id, key.publicKey(), key.attributes());
    }

    /** Removes the private half, and every trace of it. */
    void destroyPrivate(TokenSession session, TokenKeyId id) throws CkException {
        for (long handle : privateHandles(session, id)) {
            session.cryptoki().destroy(handle);
        }
    }

    /** Removes all that was made under an id. */
    void destroyPair(TokenSession session, TokenKeyId id) throws CkException {
        destroyPrivate(session, id);
        CkAttributes publicHalf = new CkAttributes()
                .with(Ck.CKA_CLASS, Ck.CKO_PUBLIC_KEY)
                .with(Ck.CKA_ID, id.idBytes())
                .with(Ck.CKA_LABEL, id.label());
        for (long handle : session.find(publicHalf)) {
            session.cryptoki().destroy(handle);
        }
    }
}
