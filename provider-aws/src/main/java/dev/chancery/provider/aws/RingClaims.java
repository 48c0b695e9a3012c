package dev.chancery.provider.aws;

import dev.chancery.error.KeyNotFoundException;
import dev.chancery.error.KeyStateException;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyName;
import dev.chancery.key.RingPosition;
import dev.chancery.spi.Claim;
import dev.chancery.spi.ClaimsGenerations;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Creating a generation's alias is the claim: KMS lets one of many succeed, and the alias is never re-pointed. */
record RingClaims(Place place, KmsKeys keys, WaitingKeys waiting, KeySwitches switches) implements ClaimsGenerations {
    private static final Comparator<Claim> BY_GENERATION =
            Comparator.comparing(claim -> claim.position().generation());

    @Override
    public Claim claim(RingPosition position, KeyId candidate) {
        String keyId = KeyNames.bare(candidate.value());
        String holder;
        try {
            String doing =
                    "Claiming generation " + position.generation() + " of the ring " + position.ring() + " for key";
            holder = place.aliases().make(place.names().alias(position), doing, keyId);
        } catch (KeyStateException removed) {
            throw new KeyNotFoundException(
                    "Key " + candidate + " was removed a moment ago: " + removed.getMessage(), removed);
        }
        if (!holder.equals(keyId)) {
            return new Claim(position, new KeyId(holder));
        }
        // Its maker may have begun to remove it in the same moment.
        keys.describe(candidate).filter(KmsKey::isLeaving).ifPresent(key -> switches.rescue(key.id()));
        waiting.release(keyId);
        return new Claim(position, candidate);
    }

    @Override
    public List<Claim> claims(KeyName ring) {
        return place.aliases().all().entrySet().stream()
                .flatMap(alias -> place
                        .names()
                        .position(alias.getKey())
                        .filter(position -> position.ring().equals(ring))
                        .map(position -> new Claim(position, new KeyId(alias.getValue())))
                        .stream())
                .sorted(BY_GENERATION.reversed())
                .toList();
    }

    @Override
    public Optional<KeyId> holder(RingPosition position) {
        return keys.describe(new KeyId(place.names().alias(position))).map(KmsKey::id);
    }
}
