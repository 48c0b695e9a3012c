package dev.chancery.provider.azure;

import dev.chancery.health.Finding;
import dev.chancery.health.HealthLevel;
import dev.chancery.health.HealthStatus;
import dev.chancery.key.KeyAttestation;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyName;
import dev.chancery.spi.Abilities;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.Traits;
import dev.chancery.spi.VersionedId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/** A vault: names, records, rings, and all changes. No single version can be deleted, and generations are elected by core. */
final class AzureKeyBackend extends VaultBackend {
    private final Abilities abilities;
    private final KeyRecords records;

    AzureKeyBackend(Place place) {
        super(new VaultKeys(place));
        KeyUpdates updates = new KeyUpdates(place, keys);
        records = new KeyRecords(place, keys, updates);
        Abilities.Builder can = Abilities.builder()
                .attestsKeys((id, any) -> place.vault()
                        .attestation(id, VersionedId.name(id), VersionedId.version(id))
                        .map(found -> attestation(id, found)))
                .makesKeys(new KeyMaker(place, keys, updates))
                .keepsRecords(records)
                .backsUpKeys(id -> place.vault()
                        .call("Backing up key", id.value(), client -> client.backupKey(VersionedId.name(id))));
        abilities = (place.deletesNames() ? can.destroysKeys(new NameRemover(place, keys)) : can).build();
    }

    /** Azure publishes no format of its statements: a reader who relies on them checks them with a tool of Microsoft's. */
    private static KeyAttestation attestation(KeyId id, com.azure.security.keyvault.keys.models.KeyAttestation found) {
        Map<String, byte[]> statements = new HashMap<>();
        statements.put("private", found.getPrivateKeyAttestation());
        statements.put("public", found.getPublicKeyAttestation());
        statements.put("certificates", found.getCertificatePemFile());
        statements.values().removeIf(Objects::isNull);
        return new KeyAttestation(id, "Azure Managed HSM " + found.getVersion(), statements, List.of(), Set.of());
    }

    @Override
    public Traits traits() {
        return place.traits().build();
    }

    @Override
    public Abilities abilities() {
        return abilities;
    }

    @Override
    public Stream<StoredKey> list() {
        return keys.list();
    }

    /** Rings that the vault makes versions of by itself: those wait for a rotation through Chancery. */
    @Override
    public List<Finding> probe(HealthLevel level) {
        List<Finding> findings = super.probe(level);
        if (level != HealthLevel.SIGN) {
            return findings;
        }
        VaultMade policies = new VaultMade(place);
        Stream<Finding> rotated = records.rings().stream()
                .map(KeyName::value)
                .filter(policies::rotates)
                .sorted()
                .map(ring -> new Finding(
                                "rotation policy of " + ring,
                                HealthStatus.DEGRADED,
                                "The vault makes versions of '" + ring
                                        + "' by itself. They wait as candidates, and sign"
                                        + " after `chancery rotate " + ring
                                        + "`; applications that take the newest version"
                                        + " sign with them at once.")
                        .withMend("chancery rotate " + ring));
        return Stream.concat(findings.stream(), rotated).toList();
    }
}
