package dev.chancery.provider.azure;

import com.azure.core.http.rest.PagedIterable;
import com.azure.core.http.rest.PagedResponse;
import com.azure.security.keyvault.keys.KeyClient;
import com.azure.security.keyvault.keys.models.KeyProperties;
import com.azure.security.keyvault.keys.models.KeyVaultKey;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.caller.SideBySide;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.KeyAccessException;
import dev.chancery.error.KeyNotFoundException;
import dev.chancery.error.KeyStateException;
import dev.chancery.key.KeyId;
import dev.chancery.key.ProtectionLevel;
import dev.chancery.key.UnusableKey.Problem;
import dev.chancery.spi.PublicHalf;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.VersionedId;
import dev.chancery.spi.records.KeyRecord;
import dev.chancery.spi.support.Pages;
import dev.chancery.spi.support.Pages.Page;
import dev.chancery.spi.support.Printable;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;

/** Reads keys. What never changes, kind and public half, is kept; all else is asked for each time. */
class VaultKeys {
    private static final Set<Integer> ABSENT = Set.of(404);

    final Place place;
    private final Map<KeyId, Material> materials = new ConcurrentHashMap<>();

    VaultKeys(Place place) {
        this.place = place;
    }

    /** A name without a version means the newest version that Chancery made, else the newest. */
    Optional<StoredKey> find(KeyId id) {
        if (VersionedId.hasVersion(id)) {
            return version(id).map(version -> facts(version, List.of()));
        }
        List<KeyVersion> versions = versions(id.value());
        return named(versions).map(version -> facts(version, versions));
    }

    /** What the vault itself made carries a copy of what another version's tags say. */
    private static Optional<KeyVersion> named(List<KeyVersion> versions) {
        List<KeyVersion> recorded = versions.stream()
                .filter(version -> version.record().isPresent())
                .toList();
        return recorded.stream()
                .filter(version -> !VaultMade.isCopy(version, recorded))
                .max(KeyVersion.BY_AGE)
                .or(() -> versions.stream().max(KeyVersion.BY_AGE));
    }

    /** A version by its id, or the latest of a name. Azure shows disabled keys; not every server does. */
    Optional<KeyVersion> version(KeyId id) {
        try {
            return read(id);
        } catch (KeyStateException disabled) {
            return versions(VersionedId.name(id)).stream()
                    .filter(version ->
                            !VersionedId.hasVersion(id) || version.id().equals(id))
                    .max(KeyVersion.BY_AGE);
        }
    }

    private Optional<KeyVersion> read(KeyId id) {
        String version = VersionedId.hasVersion(id) ? VersionedId.version(id) : "";
        return place.vault()
                .callUnless(
                        ABSENT, "Looking up key", id.value(), client -> client.getKey(VersionedId.name(id), version))
                .map(answer -> take(id, answer));
    }

    /** What the vault's answer says of a version; its material is kept. */
    KeyVersion take(KeyId asked, KeyVaultKey answer) {
        KeyVersion version = KeyVersion.of(answer.getProperties())
                .filter(found -> VersionedId.hasVersion(found.id()))
                .filter(found -> VersionedId.hasVersion(asked)
                        ? found.id().equals(asked)
                        : VersionedId.name(found.id()).equalsIgnoreCase(asked.value()))
                .orElseThrow(() -> new IntegrityException("The vault was asked for key " + asked + " in "
                        + place.location() + " and answered with " + Printable.of(String.valueOf(answer.getId()))
                        + ". Nothing was done; find out who answers there."));
        materials.putIfAbsent(version.id(), Material.of(answer.getKey()));
        return version;
    }

    /** All versions of a name, in any order; none if there is no such name. */
    List<KeyVersion> versions(String name) {
        return pages(ABSENT, "Listing the versions of key", name, client -> client.listPropertiesOfKeyVersions(name));
    }

    /** The names of all keys. */
    List<String> names() {
        return pages(Set.of(), "Listing the keys of", "the vault", KeyClient::listPropertiesOfKeys).stream()
                .map(key -> VersionedId.name(key.id()))
                .distinct()
                .toList();
    }

    /** Each page is a call of its own, so that one which fails is all that is asked for again. */
    private List<KeyVersion> pages(
            Set<Integer> absent,
            String doing,
            String subject,
            Function<KeyClient, PagedIterable<KeyProperties>> listing) {
        return Pages.readAll(
                link -> place.vault()
                        .callUnless(absent, doing, subject, client -> page(listing.apply(client), link))
                        .map(VaultKeys::versionsOn)
                        .orElse(new Page<>(List.of(), "")),
                doing + " " + subject + " in " + place.location());
    }

    private static Page<KeyVersion> versionsOn(PagedResponse<KeyProperties> page) {
        List<KeyVersion> versions = page.getValue().stream()
                .flatMap(key -> KeyVersion.of(key).stream())
                .toList();
        return new Page<>(versions, Objects.requireNonNullElse(page.getContinuationToken(), ""));
    }

    private static PagedResponse<KeyProperties> page(PagedIterable<KeyProperties> listing, String link) {
        return (link.isEmpty() ? listing.iterableByPage() : listing.iterableByPage(link))
                .iterator()
                .next();
    }

    Stream<StoredKey> list() {
        return SideBySide.map(names(), place.uri().inFlight(), this::ofName).stream()
                .flatMap(List::stream);
    }

    /** All versions of a name as facts; one that is out of reach hides none of the others. */
    List<StoredKey> ofName(String name) {
        List<KeyVersion> versions = versions(name);
        return versions.stream().map(version -> amongOthers(version, versions)).toList();
    }

    private StoredKey amongOthers(KeyVersion version, List<KeyVersion> versions) {
        try {
            return facts(version, versions);
        } catch (KeyAccessException | IntegrityException | KeyNotFoundException e) {
            Problem problem = e instanceof KeyAccessException ? Problem.INACCESSIBLE : Problem.DAMAGED;
            return StoredKey.builder(
                            version.id(),
                            new PublicHalf.Unreadable(problem, String.valueOf(e.getMessage())),
                            ProtectionLevel.REMOTE)
                    .record(version.tags().record())
                    .build();
        }
    }

    /**
     * A version as facts.
     *
     * @param siblings all versions of its name, or none where they were not read; then they are where they matter
     */
    StoredKey facts(KeyVersion version, List<KeyVersion> siblings) {
        Material material = material(version.id());
        StoredKey.Builder facts = StoredKey.builder(version.id(), material.half(), material.protection())
                .record(version.tags().record())
                .service(version.service(Instant.now()))
                .created(version.created());
        material.spec()
                .or(() -> version.record().flatMap(KeyRecord::publicKey).map(KeySpec::of))
                .ifPresent(spec -> facts.spec(spec).signsWith(Algorithms.offered(spec)));
        return judgeOrigin(facts.build(), version, material, name -> siblings.isEmpty() ? versions(name) : siblings);
    }

    /** What the facts leave open: whether a version without a record of its own is ours, or the vault's own. */
    StoredKey judgeOrigin(
            StoredKey facts, KeyVersion version, Material material, Function<String, List<KeyVersion>> siblings) {
        return new VaultMade(place).complete(facts, version, material, siblings);
    }

    /** What never changes of a version. */
    Material material(KeyId id) {
        Material known = materials.get(id);
        if (known != null) {
            return known;
        }
        try {
            return read(id).map(version -> materials.getOrDefault(id, Material.WITHHELD))
                    .orElseThrow(() -> KeyNotFoundException.of(id.value(), place.location()));
        } catch (KeyStateException disabled) {
            return Material.WITHHELD;
        }
    }
}
