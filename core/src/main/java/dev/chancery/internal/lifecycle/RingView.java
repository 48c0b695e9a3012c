package dev.chancery.internal.lifecycle;

import dev.chancery.key.KeyId;
import dev.chancery.key.KeyName;
import dev.chancery.spi.Claim;
import dev.chancery.spi.StoredKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A ring as it was read once. What decides is made from this; what acts is told what was read, and when.
 *
 * @param ring its name
 * @param claims who holds which generation, the current key first, generations descending; where core elects, several keys may have been
 *     activated in one
 * @param pending where core elects, the key that claims the next generation and is not activated yet
 * @param read keys that were read along the way
 * @param readAt when the reading began, in ticks
 */
public record RingView(
        KeyName ring, List<Claim> claims, Optional<Claim> pending, Map<KeyId, StoredKey> read, long readAt) {
    public RingView {
        claims = List.copyOf(claims);
        read = Map.copyOf(read);
    }

    public Claim current() {
        return claims.get(0);
    }

    /** The holder of the generation before the current one, as far as there is one. */
    public Optional<Claim> predecessor(Claim of) {
        return claims.stream()
                .filter(claim -> claim.position().generation() < of.position().generation())
                .findFirst();
    }

    boolean isHolder(KeyId id) {
        return holders().contains(id);
    }

    Set<KeyId> holders() {
        return claims.stream().map(Claim::holder).collect(Collectors.toSet());
    }

    /** The same ring after one more claim. */
    RingView with(Claim next) {
        if (claims.contains(next)) {
            return this;
        }
        List<Claim> more = new ArrayList<>();
        more.add(next);
        more.addAll(claims);
        return new RingView(ring, more, Optional.empty(), read, readAt);
    }

    /** The same ring, one more of its keys known. */
    RingView with(StoredKey key) {
        Map<KeyId, StoredKey> more = new HashMap<>(read);
        more.put(key.id(), key);
        return new RingView(ring, claims, pending, more, readAt);
    }
}
