package dev.chancery.provider.gcp;

import com.google.api.gax.rpc.StatusCode.Code;
import com.google.cloud.kms.v1.CryptoKey;
import com.google.cloud.kms.v1.CryptoKey.CryptoKeyPurpose;
import com.google.cloud.kms.v1.CryptoKeyVersion;
import com.google.cloud.kms.v1.GetCryptoKeyRequest;
import com.google.cloud.kms.v1.GetCryptoKeyVersionRequest;
import com.google.cloud.kms.v1.KeyManagementServiceClient;
import com.google.cloud.kms.v1.ListCryptoKeyVersionsRequest;
import com.google.cloud.kms.v1.ListCryptoKeysRequest;
import com.google.cloud.kms.v1.ListCryptoKeysResponse;
import dev.chancery.error.ChanceryException;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.KeyAccessException;
import dev.chancery.error.KeyNotFoundException;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyState;
import dev.chancery.key.UnusableKey.Problem;
import dev.chancery.provider.gcp.client.Kms.Call;
import dev.chancery.spi.PublicHalf;
import dev.chancery.spi.Service;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.records.KeyRecord;
import dev.chancery.spi.records.StoredRecord;
import dev.chancery.spi.support.Printable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** Reads keys. What never changes of one, {@link Materials} keep; all else is asked for each time. */
class KmsKeys {
    private static final Set<Code> ABSENT = Set.of(Code.NOT_FOUND);

    /** A server that lists on for ever is broken. */
    private static final int MOST_PAGES = 10_000;

    final Place place;
    final Materials materials;

    KmsKeys(Place place) {
        this.place = place;
        this.materials = new Materials(place);
    }

    // --- what Google says

    Optional<CryptoKey> cryptoKey(String name) {
        String resource = place.names().cryptoKey(name);
        return place.kms()
                .callUnless(
                        ABSENT,
                        new Call<>(
                                "Looking up CryptoKey " + name,
                                KeyManagementServiceClient::getCryptoKeyCallable,
                                GetCryptoKeyRequest.newBuilder()
                                        .setName(resource)
                                        .build(),
                                answer -> requireAsked(answer, resource, CryptoKey::getName)));
    }

    Optional<KeyVersion> version(KeyId id) {
        String resource = place.names().version(id);
        return place.kms()
                .callUnless(
                        ABSENT,
                        new Call<>(
                                "Looking up key " + id,
                                KeyManagementServiceClient::getCryptoKeyVersionCallable,
                                GetCryptoKeyVersionRequest.newBuilder()
                                        .setName(resource)
                                        .build(),
                                answer -> requireAsked(answer, resource, CryptoKeyVersion::getName)))
                .map(said -> new KeyVersion(id, said));
    }

    /** An answer about another key would be taken for this one's. */
    static <A> A requireAsked(A answer, String resource, Function<A, String> name) {
        if (!name.apply(answer).equals(resource)) {
            throw new IntegrityException("The answer is about '" + Printable.of(name.apply(answer)) + "' instead.");
        }
        return answer;
    }

    /** All versions of a CryptoKey, in any order; none if there is no such CryptoKey. */
    List<KeyVersion> versions(String name) {
        ListCryptoKeyVersionsRequest.Builder request = ListCryptoKeyVersionsRequest.newBuilder()
                .setParent(place.names().cryptoKey(name));
        return pages(token -> place.kms()
                        .callUnless(
                                ABSENT,
                                new Call<>(
                                        "Listing the versions of CryptoKey " + name,
                                        KeyManagementServiceClient::listCryptoKeyVersionsCallable,
                                        request.setPageToken(token).build()))
                        .map(page -> new Page<>(page.getCryptoKeyVersionsList(), page.getNextPageToken()))
                        .orElse(new Page<>(List.of(), "")))
                .stream()
                .flatMap(said -> versionOf(said).stream())
                .filter(version -> KeyNames.name(version.id()).equals(name))
                .toList();
    }

    private Optional<KeyVersion> versionOf(CryptoKeyVersion said) {
        return place.names()
                .ofAnswer(said.getName())
                .filter(KeyNames::hasVersion)
                .map(id -> new KeyVersion(id, said));
    }

    /** All CryptoKeys that sign. */
    List<CryptoKey> cryptoKeys() {
        ListCryptoKeysRequest.Builder request =
                ListCryptoKeysRequest.newBuilder().setParent(place.uri().keyRing());
        return pages(token -> {
                    ListCryptoKeysResponse page = place.kms()
                            .call(new Call<>(
                                    "Listing the keys",
                                    KeyManagementServiceClient::listCryptoKeysCallable,
                                    request.setPageToken(token).build()));
                    return new Page<>(page.getCryptoKeysList(), page.getNextPageToken());
                })
                .stream()
                .filter(key -> key.getPurpose() == CryptoKeyPurpose.ASYMMETRIC_SIGN)
                .filter(key -> place.names().ofAnswer(key.getName()).isPresent())
                .toList();
    }

    private record Page<T>(List<T> items, String next) {}

    private <T> List<T> pages(Function<String, Page<T>> read) {
        List<T> all = new ArrayList<>();
        Set<String> tokens = new HashSet<>();
        String token = "";
        do {
            if (!tokens.add(token) || tokens.size() > MOST_PAGES) {
                throw new IntegrityException(
                        "The list of " + place.location() + " has no end. Find out who answers there.");
            }
            Page<T> page = read.apply(token);
            all.addAll(page.items());
            token = page.next();
        } while (!token.isEmpty());
        return all;
    }

    // --- what that means

    /** A name without a version means the newest version with a sound record, else the newest that is not on its way out. */
    Optional<StoredKey> find(KeyId id) {
        Optional<CryptoKey> cryptoKey = cryptoKey(KeyNames.name(id));
        if (cryptoKey.isEmpty()) {
            return Optional.empty();
        }
        KeyLabels labels = new KeyLabels(cryptoKey.get().getLabelsMap());
        Optional<KeyVersion> version = KeyNames.hasVersion(id) ? version(id) : named(versions(id.value()), labels);
        return version.map(found -> facts(found, labels));
    }

    private static Optional<KeyVersion> named(List<KeyVersion> versions, KeyLabels labels) {
        return versions.stream()
                .filter(version -> labels.record(version.number())
                        .legible()
                        .filter(record -> !record.withdrawn())
                        .isPresent())
                .max(KeyVersion.BY_NUMBER)
                .or(() -> versions.stream()
                        .filter(version -> !version.isLeaving())
                        .max(KeyVersion.BY_NUMBER))
                .or(() -> versions.stream().max(KeyVersion.BY_NUMBER));
    }

    Stream<StoredKey> list() {
        return cryptoKeys().stream().flatMap(key -> ofCryptoKey(key).stream()).filter(key -> !isRemoved(key));
    }

    /** All versions of a CryptoKey as facts; one that is out of reach hides none of the others. */
    List<StoredKey> ofCryptoKey(CryptoKey key) {
        KeyLabels labels = new KeyLabels(key.getLabelsMap());
        return versions(KeyNames.name(place.names().parse(key.getName()))).stream()
                .map(version -> amongOthers(version, labels))
                .toList();
    }

    private StoredKey amongOthers(KeyVersion version, KeyLabels labels) {
        try {
            return facts(version, labels);
        } catch (KeyAccessException | KeyNotFoundException e) {
            PublicHalf half = new PublicHalf.Unreadable(Problem.INACCESSIBLE, String.valueOf(e.getMessage()));
            return describe(version, labels, half).build();
        }
    }

    /** A candidate that was removed, or a version of which nothing is left but its number. */
    private static boolean isRemoved(StoredKey key) {
        boolean waits = key.record()
                .legible()
                .filter(record -> record.attributes().state() == KeyState.PRE_ACTIVE)
                .isPresent();
        return key.service() instanceof Service.Leaving
                ? waits
                : key.service() instanceof Service.Gone && (waits || key.record() instanceof StoredRecord.Absent);
    }

    /** A version and the labels of its CryptoKey as facts. */
    StoredKey facts(KeyVersion version, KeyLabels labels) {
        return describe(version, labels, materials.half(version)).build();
    }

    private StoredKey.Builder describe(KeyVersion version, KeyLabels labels, PublicHalf half) {
        StoredKey.Builder facts = StoredKey.builder(version.id(), half, version.protection())
                .record(record(version, labels))
                .service(version.service())
                .created(version.created())
                .evidence(evidence(version, labels));
        Algorithms.kind(version.algorithm())
                .ifPresent(kind -> facts.spec(kind.spec()).signsWith(kind.signsWith()));
        return facts;
    }

    private StoredRecord record(KeyVersion version, KeyLabels labels) {
        StoredRecord record = labels.record(version.number());
        return record instanceof StoredRecord.Absent && version.isLeaving()
                ? archived(version.id())
                        .<StoredRecord>map(kept -> new StoredRecord.Present(kept, ""))
                        .orElse(record)
                : record;
    }

    /** The record of a destroyed version whose labels have moved to the archive. */
    private Optional<KeyRecord> archived(KeyId id) {
        try {
            return place.archive()
                    .flatMap(archive -> archive.find(place.location(), id))
                    .filter(kept -> kept.state() == KeyState.DESTROYED)
                    .map(kept -> new KeyRecord.Builder(kept.attributes())
                            .fingerprint(kept.fingerprint())
                            .held(held(kept.attributes()))
                            .build());
        } catch (ChanceryException e) { // core tells of an archive that cannot be read
            return Optional.empty();
        }
    }

    /** What was activated held its generation. */
    private static List<dev.chancery.key.RingPosition> held(KeyAttributes attributes) {
        return attributes.signFrom().isPresent() ? attributes.ring().stream().toList() : List.of();
    }

    /** Another tool makes no versions of a CryptoKey of ours, so that a version without a record has lost it. */
    Optional<String> evidence(KeyVersion version, KeyLabels labels) {
        return labels.versions().isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "it is a version of '" + KeyNames.name(version.id()) + "', which has versions with records");
    }

    /**
     * What signing needs of a version. Core signs only with keys that it has found, so that this is no call.
     *
     * @throws KeyNotFoundException if there is none, or Google keeps its public half back
     */
    Materials.Material material(KeyId id) {
        return materials
                .known(id)
                .or(() -> {
                    version(id).ifPresent(materials::half);
                    return materials.known(id);
                })
                .orElseThrow(() -> notFound(id));
    }

    KeyNotFoundException notFound(KeyId id) {
        return new KeyNotFoundException("There is no key '" + id + "' in " + place.location()
                + ". `chancery list` shows the keys that are there.");
    }
}
