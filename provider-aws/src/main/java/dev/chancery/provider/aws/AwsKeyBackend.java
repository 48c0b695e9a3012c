package dev.chancery.provider.aws;

import dev.chancery.caller.SideBySide;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyState;
import dev.chancery.spi.Abilities;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.Traits;
import dev.chancery.spi.signing.LocalKeys;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A store in AWS KMS: names, records, rings, and all changes. */
final class AwsKeyBackend extends KmsBackend {
    private final Abilities abilities;

    AwsKeyBackend(Place place, LocalKeys localKeys) {
        super(new KmsKeys(place), localKeys);
        WaitingKeys waiting = new WaitingKeys(place, keys);
        KeySwitches switches = new KeySwitches(place.kms(), place.uri(), keys);
        NamelessKeys nameless = new NamelessKeys(place, keys, switches);
        abilities = Abilities.builder()
                .makesKeys(new KeyCreator(place, keys, waiting, switches, nameless))
                .keepsRecords(new KeyRecords(place, keys, waiting, switches))
                .switchesKeys(switches)
                .destroysKeys(switches)
                .claimsGenerations(new RingClaims(place, keys, waiting, switches))
                .findsOrphans(nameless)
                .build();
    }

    /** KMS gives out the public half of an enabled key only. */
    @Override
    public Traits traits() {
        return place.traits()
                .withholds(KeyState.SUSPENDED, KeyState.COMPROMISED, KeyState.DESTROYED)
                .build();
    }

    @Override
    public Abilities abilities() {
        return abilities;
    }

    /** The aliases of a candidate that was removed may be listed for a while, or for ever where its removal was cut off. */
    @Override
    public Stream<StoredKey> list() {
        List<KeyId> ids = place.aliases().all().entrySet().stream()
                .filter(alias -> place.names().isOurs(alias.getKey()))
                .map(alias -> new KeyId(alias.getValue()))
                .distinct()
                .toList();
        return SideBySide.map(ids, place.uri().limits().inFlight(), keys::findAmongOthers).stream()
                .flatMap(Optional::stream)
                .filter(key -> !key.isRemovedCandidate());
    }
}
