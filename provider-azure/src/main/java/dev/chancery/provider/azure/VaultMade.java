package dev.chancery.provider.azure;

import com.azure.security.keyvault.keys.models.KeyRotationPolicyAction;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyOrigin;
import dev.chancery.key.KeyState;
import dev.chancery.key.RingPosition;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.VersionedId;
import dev.chancery.spi.records.KeyRecord;
import dev.chancery.spi.records.StoredRecord;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Versions that have no record of their own among others that have: the vault made them by its own rotation policy, or somebody removed their tags.
 * The first are candidates of their ring, the second damaged. What cannot be told apart is damaged.
 */
record VaultMade(Place place) {
    private static final Set<Integer> NO_POLICY = Set.of(400, 403, 404, 405, 501);

    /** Whether a version's tags are another, older version's: its fingerprint tells whose. */
    static boolean isCopy(KeyVersion version, List<KeyVersion> siblings) {
        Optional<String> named = version.record().flatMap(KeyRecord::fingerprint);
        return named.isPresent()
                && siblings.stream()
                        .filter(sibling -> KeyVersion.BY_AGE.compare(sibling, version) < 0)
                        .anyMatch(sibling ->
                                sibling.record().flatMap(KeyRecord::fingerprint).equals(named));
    }

    /** The facts of a version with what its siblings say of it. */
    StoredKey complete(
            StoredKey facts, KeyVersion version, Material material, Function<String, List<KeyVersion>> siblings) {
        boolean ownRecord = facts.record()
                .legible()
                .flatMap(KeyRecord::fingerprint)
                .map(named ->
                        material.fingerprint().map(own -> own.startsWith(named)).orElse(true))
                .orElse(!(facts.record() instanceof StoredRecord.Absent));
        if (ownRecord) {
            return facts;
        }
        List<KeyVersion> others = siblings.apply(VersionedId.name(version.id())).stream()
                .filter(sibling -> !sibling.id().equals(version.id()))
                .filter(KeyVersion::hasRecord)
                .toList();
        if (others.isEmpty()) {
            return facts;
        }
        boolean made =
                version.record().isPresent() ? isCopy(version, others) : isNewestOfPolicy(version, material, others);
        if (made) {
            return facts.withRecord(new StoredRecord.Present(
                    candidate(version, others), version.tags().version()));
        }
        return facts.withEvidence(Optional.of(VersionedId.evidence(version.id())));
    }

    /** One that lost its tags is older than another that has them, or its predecessor names it as successor. */
    private boolean isNewestOfPolicy(KeyVersion version, Material material, List<KeyVersion> others) {
        return version.enabled()
                && others.stream().allMatch(other -> other.created().isBefore(version.created()))
                && others.stream().noneMatch(other -> isSuccessor(material, other))
                && rotates(VersionedId.name(version.id()));
    }

    private static boolean isSuccessor(Material material, KeyVersion other) {
        return other.record()
                .flatMap(KeyRecord::successor)
                .filter(next -> material.fingerprint()
                        .filter(own -> own.startsWith(next.fingerprint()))
                        .isPresent())
                .isPresent();
    }

    /** Whether the vault makes versions of a name by itself; where it does not say, it makes none. */
    boolean rotates(String name) {
        return place
                .vault()
                .callUnless(
                        NO_POLICY,
                        "Reading the rotation policy of key",
                        name,
                        client -> client.getKeyRotationPolicy(name))
                .stream()
                .flatMap(policy -> Stream.ofNullable(policy.getLifetimeActions()))
                .flatMap(List::stream)
                .anyMatch(action -> KeyRotationPolicyAction.ROTATE.equals(action.getAction()));
    }

    /** It waits like any other candidate, for the ring's next generation. */
    private static KeyRecord candidate(KeyVersion version, List<KeyVersion> others) {
        KeyAttributes.Builder attributes =
                KeyAttributes.builder(KeyState.PRE_ACTIVE, version.created(), KeyOrigin.FOREIGN);
        others.stream()
                .flatMap(other -> other.record().stream())
                .flatMap(KeyRecord::positions)
                .filter(position -> position.ring().value().equals(VersionedId.name(version.id())))
                .max(Comparator.comparingLong(RingPosition::generation))
                .ifPresent(top -> attributes.ring(new RingPosition(top.ring(), top.generation() + 1)));
        return new KeyRecord.Builder(attributes.build()).revision(0).build();
    }
}
