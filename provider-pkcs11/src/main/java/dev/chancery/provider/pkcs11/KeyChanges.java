package dev.chancery.provider.pkcs11;

import dev.chancery.KeyAttributes;
import dev.chancery.KeyId;
import dev.chancery.KeyName;
import dev.chancery.KeyState;
import dev.chancery.RingPosition;
import dev.chancery.StoreUnavailableException;
import dev.chancery.spi.Claim;
import dev.chancery.spi.StoredKey;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Changes what is kept of a key: read and written again under the library's lock, so that two writers of this process do not
 * undo each other. Between processes a token has no lock: whoever finds that another wrote meanwhile makes its own change again,
 * on top. Of two that claim one generation at once, everybody who reads afterwards takes the same one.
 */
final class KeyChanges {
    /** Who holds a generation that two processes claimed: whoever reads decides alike. */
    private static final Comparator<KeyRecord> FIRST = Comparator.comparing(
                    (KeyRecord record) -> record.attributes().created())
            .thenComparing(record -> record.id().text());

    /** Two that write at once are done after two: then each has seen the other's. */
    private static final int ROUNDS = 10;

    private final TokenConnection token;
    private final TokenKeys keys;
    private final KeyRecords records;
    private final SigningKeys signing;

    KeyChanges(TokenConnection token, TokenKeys keys, KeyRecords records, SigningKeys signing) {
        this.token = token;
        this.keys = keys;
        this.records = records;
        this.signing = signing;
    }

    StoredKey update(KeyId id, UnaryOperator<KeyAttributes> change) {
        return token.change(changing(id), session -> update(session, id, change));
    }

    private static String changing(KeyId id) {
        return "Changing key " + id;
    }

    private StoredKey.Sound update(TokenSession session, KeyId id, UnaryOperator<KeyAttributes> change)
            throws CkException {
        StoredKey.Sound key = keys.requireSound(session, TokenKeyId.parse(id));
        KeyRecord changed = change(session, key, standing -> standing.with(change.apply(standing.attributes())));
        return new StoredKey.Sound(
                key.id(), key.publicKey(), key.protection(), changed.attributes(), key.signingRefusal());
    }

    /** Read once, changed and written; if somebody else wrote meanwhile, again on top of that. */
    private KeyRecord change(TokenSession session, StoredKey.Sound key, UnaryOperator<KeyRecord> change)
            throws CkException {
        KeyRecord standing = keys.record(session, key);
        for (int round = 0; round < ROUNDS; round++) {
            KeyRecord changed = change.apply(standing);
            if (changed.equals(standing)) {
                return standing;
            }
            Optional<KeyRecord> rival = records.put(session, changed);
            if (rival.isEmpty()) {
                return changed;
            }
            standing = rival.get();
        }
        throw new StoreUnavailableException(
                changing(key.id()) + " in " + token.location()
                        + " failed: others change it at the same time. Try again.",
                null);
    }

    /** First the record that forbids signing, then the private half; the public half and the record stay for ever. */
    StoredKey destroy(KeyId id, UnaryOperator<KeyAttributes> change) {
        StoredKey destroyed = token.change(changing(id), session -> {
            StoredKey.Sound key = keys.requireSound(session, TokenKeyId.parse(id));
            if (key.attributes().state() == KeyState.DESTROYED) {
                keys.destroyPrivate(
                        session, TokenKeyId.parse(key.id())); // whoever destroyed it was cut off before this
            }
            StoredKey.Sound marked = update(session, id, change);
            keys.destroyPrivate(session, TokenKeyId.parse(marked.id()));
            return keys.requireSound(session, TokenKeyId.parse(marked.id()));
        });
        signing.forget(id);
        return destroyed;
    }

    void discard(KeyId id) {
        token.change("Discarding key " + id, session -> {
            Optional<StoredKey> found = keys.find(session, TokenKeyId.parse(id));
            if (found.isPresent()
                    && found.get() instanceof StoredKey.Sound key
                    && key.attributes().state() == KeyState.PRE_ACTIVE
                    && keys.record(session, key).claims().isEmpty()) {
                TokenKeyId whole = TokenKeyId.parse(key.id());
                keys.destroyPair(session, whole);
                records.remove(session, whole);
            }
            return id;
        });
        signing.forget(id);
    }

    // --- rings

    Claim claim(RingPosition position, KeyId candidate) {
        return token.change("Claiming generation " + position.generation() + " of ring " + position.ring(), session -> {
            StoredKey.Sound key = keys.requireSound(session, TokenKeyId.parse(candidate));
            List<KeyRecord> all = records.list(session);
            Optional<Claim> standing = holder(all, position);
            if (standing.isPresent()) {
                return standing.get();
            }
            change(session, key, record -> record.with(position));
            return holder(records.list(session), position).orElse(new Claim(position, key.id()));
        });
    }

    private static Optional<Claim> holder(List<KeyRecord> all, RingPosition position) {
        return all.stream()
                .filter(record -> record.claims().contains(position))
                .min(FIRST)
                .map(record -> new Claim(position, record.id().keyId()));
    }

    List<Claim> claims(KeyName ring) {
        List<KeyRecord> all = token.call("Reading ring " + ring, records::list);
        TreeMap<Long, Claim> byGeneration = new TreeMap<>(Comparator.reverseOrder());
        all.stream()
                .flatMap(record -> record.claims().stream())
                .filter(position -> position.ring().equals(ring))
                .distinct()
                .forEach(position ->
                        holder(all, position).ifPresent(claim -> byGeneration.put(position.generation(), claim)));
        return List.copyOf(byGeneration.values());
    }

    Set<KeyName> rings() {
        return token.call("Reading the rings", records::list).stream()
                .flatMap(record -> record.claims().stream())
                .map(RingPosition::ring)
                .collect(Collectors.toSet());
    }
}
