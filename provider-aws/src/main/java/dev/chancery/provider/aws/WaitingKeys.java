package dev.chancery.provider.aws;

import dev.chancery.error.ChanceryException;
import dev.chancery.error.KeyStateException;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyName;
import dev.chancery.key.KeyState;
import dev.chancery.spi.Service;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.records.KeyRecord;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of a ring that wait for their generation, found without a list of the region's aliases: each has one of five places,
 * {@code alias/<prefix>/ring/<ring>/waiting-1} to {@code waiting-5}, and all five are looked at each time. So an empty place
 * hides no other, be it emptied by a promotion, a removal, or KMS, which removes aliases together with their key.
 *
 * <pre>
 *   create   CreateKey → CreateAlias name → CreateAlias waiting-1 (2, 3 … where that is taken)
 *   claim    CreateAlias generation → DeleteAlias waiting-1
 *   remove   ScheduleKeyDeletion → no claim? → DeleteAlias name, waiting-1
 * </pre>
 *
 * A crash after the name leaves a key that {@code list} has and no rotation takes; one after a claim leaves a place to a key that
 * waits no more, which is emptied when all five are taken.
 */
final class WaitingKeys {
    static final int PLACES = 5;
    private static final Logger LOG = LoggerFactory.getLogger(WaitingKeys.class);

    private final Place place;
    private final KmsKeys keys;

    /** The places of keys that were seen here, so that a claim need not look for them. */
    private final Map<String, String> seen = new ConcurrentHashMap<>();

    WaitingKeys(Place place, KmsKeys keys) {
        this.place = place;
        this.keys = keys;
    }

    private List<String> places(KeyName ring) {
        return IntStream.rangeClosed(1, PLACES)
                .mapToObj(number -> place.names().waiting(ring, number))
                .toList();
    }

    /** The keys in a ring's places. */
    List<StoredKey> of(KeyName ring) {
        Map<KeyId, StoredKey> found = places(ring).stream()
                .flatMap(alias -> at(alias).stream())
                .filter(key -> attributes(key)
                        .flatMap(KeyAttributes::ring)
                        .filter(at -> at.ring().equals(ring))
                        .isPresent())
                .collect(Collectors.toMap(StoredKey::id, key -> key, (one, same) -> one));
        return List.copyOf(found.values());
    }

    /** The key in a place; none if it is on its way out, as one whose removal was cut off. */
    private Optional<StoredKey> at(String alias) {
        Optional<StoredKey> key =
                keys.findAmongOthers(new KeyId(alias)).filter(there -> !(there.service() instanceof Service.Leaving));
        key.ifPresent(there -> seen.put(there.id().value(), alias));
        return key;
    }

    /** Whether a key's record says that it waits. */
    static boolean isWaiting(StoredKey key) {
        return attributes(key).filter(is -> is.state() == KeyState.PRE_ACTIVE).isPresent();
    }

    private static Optional<KeyAttributes> attributes(StoredKey key) {
        return key.record().legible().map(KeyRecord::attributes);
    }

    /**
     * Gives a new key a place.
     *
     * @throws KeyStateException if five keys of the ring wait already
     */
    void add(KeyName ring, String keyId) {
        boolean added = places(ring).stream().anyMatch(alias -> take(alias, keyId))
                || places(ring).stream().anyMatch(alias -> empty(alias) && take(alias, keyId));
        if (!added) {
            throw new KeyStateException("The ring '" + ring + "' has " + PLACES
                    + " keys already that wait to become its current one. Rotate it, or destroy some of them.");
        }
    }

    private boolean take(String alias, String keyId) {
        boolean taken = place.aliases().makeNew(alias, "Giving a place among waiting keys to key", keyId);
        if (taken) {
            seen.put(keyId, alias);
        }
        return taken;
    }

    /** Empties a place whose key waits no more. */
    private boolean empty(String alias) {
        boolean waits = at(alias).filter(WaitingKeys::isWaiting).isPresent();
        if (!waits) {
            place.aliases().remove(alias);
        }
        return !waits;
    }

    /** A key holds a generation now, and waits no more. */
    void release(String keyId) {
        String alias = seen.remove(keyId);
        try {
            if (alias != null) {
                place.aliases().remove(alias);
            }
        } catch (ChanceryException e) {
            LOG.info("The alias {} stays: {}", alias, e.getMessage());
        }
    }
}
