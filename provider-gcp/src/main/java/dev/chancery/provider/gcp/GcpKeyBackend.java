package dev.chancery.provider.gcp;

import dev.chancery.health.Finding;
import dev.chancery.health.HealthLevel;
import dev.chancery.key.KeyState;
import dev.chancery.provider.gcp.LabelWriter.Support;
import dev.chancery.spi.Abilities;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.Traits;
import java.util.List;
import java.util.stream.Stream;

/** A key ring: names, records, rings, and all changes. Generations are elected by core. A server that keeps no labels makes keys, and that is all. */
final class GcpKeyBackend extends KmsBackend {
    private final Abilities abilities;
    private final boolean labelled;

    GcpKeyBackend(Place place) {
        super(new KmsKeys(place));
        LabelWriter writer = new LabelWriter(place);
        KeySwitches switches = new KeySwitches(place);
        labelled = writer.probe() != Support.REFUSED;
        KeyMaker maker = new KeyMaker(place, keys, writer, switches);
        Abilities.Builder can = Abilities.builder().makesKeys(maker).attestsKeys(new KeyAttestations(place));
        abilities = labelled
                ? can.keepsRecords(new KeyRecords(place, keys, writer))
                        .switchesKeys(switches)
                        .destroysKeys(switches)
                        .importsKeys(new KeyImports(place, maker))
                        .build()
                : can.build();
    }

    /** Google gives out the public half of an enabled version only. Without records, its own switch is a key's state. */
    @Override
    public Traits traits() {
        Traits.Builder traits = place.traits().withholds(KeyState.SUSPENDED, KeyState.COMPROMISED, KeyState.DESTROYED);
        return (labelled ? traits : traits.switchesWithRecord()).build();
    }

    @Override
    public Abilities abilities() {
        return abilities;
    }

    @Override
    public Stream<StoredKey> list() {
        return keys.list();
    }

    /** What a server lacks, and CryptoKeys that the next rotation finds full. */
    @Override
    public List<Finding> probe(HealthLevel level) {
        if (!labelled) {
            return List.of(new Finding(
                    "labels",
                    Finding.Status.WARNING,
                    "The server keeps no labels, and so no states, dates, marks and rings: it lacks LIFECYCLE."));
        }
        return level == HealthLevel.SIGNING ? new Archived(place).crowded() : List.of();
    }
}
