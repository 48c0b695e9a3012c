package dev.chancery.provider.gcp;

import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.health.Finding;
import dev.chancery.health.HealthLevel;
import dev.chancery.health.HealthStatus;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyState;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.provider.gcp.LabelWriter.Support;
import dev.chancery.spi.Abilities;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.Traits;
import dev.chancery.spi.VersionedId;
import dev.chancery.spi.signing.SignResult;
import dev.chancery.spi.signing.SigningInput;
import dev.chancery.spi.support.HeldCredentials;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A key ring, as it is opened. */
record GcpKeyBackend(Place place, KmsKeys keys, Traits traits, Abilities abilities) implements KeyBackend {
    /**
     * Names, records, rings, and all changes. Generations are elected by core. Google gives out the public half of an enabled version only. A server that keeps
     * no labels makes keys, and that is all; without records, its own switch is a key's state.
     */
    static GcpKeyBackend ofRing(Place place) {
        KmsKeys keys = new KmsKeys(place);
        LabelWriter writer = new LabelWriter(place);
        KeySwitches switches = new KeySwitches(place);
        KeyMaker maker = new KeyMaker(place, keys, writer, switches);
        Traits.Builder traits = place.traits().withholds(KeyState.SUSPENDED, KeyState.COMPROMISED, KeyState.DESTROYED);
        Abilities.Builder can = Abilities.builder().makesKeys(maker).attestsKeys(new KeyAttestations(place));
        if (writer.probe() == Support.REFUSED) {
            traits.switchesWithRecord();
        } else {
            can.keepsRecords(new KeyRecords(place, keys, writer))
                    .switchesKeys(switches)
                    .destroysKeys(switches)
                    .importsKeys(new KeyImports(place, maker));
        }
        return new GcpKeyBackend(place, keys, traits.build(), can.build());
    }

    /** One key, of which Google's own switch is the state. */
    static GcpKeyBackend ofKey(Place place, KeyStoreOptions options) {
        Traits traits = place.traits().switchesWithRecord().build();
        return new GcpKeyBackend(
                place, new PinnedKeys(place, options), traits, Abilities.of(new KeyAttestations(place)));
    }

    @Override
    public String location() {
        return place.location();
    }

    @Override
    public KeyId parse(String text) {
        return place.names().parse(text);
    }

    /** In a ring a name leads to another key only when a version is made, by way of core. */
    @Override
    public boolean follows(KeyId id) {
        return place.uri().pinned() && !VersionedId.hasVersion(id);
    }

    @Override
    public Stream<StoredKey> list() {
        return keys.list();
    }

    @Override
    public Optional<StoredKey> find(KeyId id) {
        return keys.find(id);
    }

    @Override
    public SignResult sign(KeyId id, SignatureAlgorithm algorithm, SigningInput input) {
        return new KmsSigner(place, keys).sign(id, algorithm, input);
    }

    @Override
    public List<Finding> probe(HealthLevel level) {
        List<Finding> findings = new ArrayList<>();
        place.kms().credentials().map(HeldCredentials::finding).ifPresent(findings::add);
        if (abilities.keepsRecords().isEmpty() && !place.uri().pinned()) {
            findings.add(new Finding("labels", HealthStatus.DEGRADED, "The server" + LabelWriter.KEEPS_NONE));
        }
        if (abilities.keepsRecords().isPresent() && level == HealthLevel.SIGN) {
            findings.addAll(new Archived(place).crowded());
        }
        return findings;
    }

    @Override
    public void close() {
        place.kms().close();
    }
}
