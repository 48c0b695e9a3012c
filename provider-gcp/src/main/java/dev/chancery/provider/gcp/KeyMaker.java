package dev.chancery.provider.gcp;

import com.google.api.gax.rpc.StatusCode.Code;
import com.google.cloud.kms.v1.CreateCryptoKeyRequest;
import com.google.cloud.kms.v1.CreateCryptoKeyVersionRequest;
import com.google.cloud.kms.v1.CryptoKey;
import com.google.cloud.kms.v1.CryptoKey.CryptoKeyPurpose;
import com.google.cloud.kms.v1.CryptoKeyVersion;
import com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm;
import com.google.cloud.kms.v1.CryptoKeyVersionTemplate;
import com.google.cloud.kms.v1.KeyManagementServiceClient;
import com.google.cloud.kms.v1.UpdateCryptoKeyRequest;
import com.google.protobuf.FieldMask;
import dev.chancery.error.ChanceryException;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.KeyExistsException;
import dev.chancery.error.KeyStateException;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.key.KeyId;
import dev.chancery.provider.gcp.LabelWriter.Support;
import dev.chancery.provider.gcp.client.Kms.Call;
import dev.chancery.spi.CreateKey;
import dev.chancery.spi.MakesKeys;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.records.KeyRecord;
import dev.chancery.spi.records.RecordLabels;
import dev.chancery.spi.support.Deadline;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes versions. The first of a CryptoKey comes with it, and with its record, in one request; any other is made first and gets its record at once: a crash
 * between the two leaves a version that core calls damaged, and nothing signs with it.
 */
record KeyMaker(Place place, KmsKeys keys, LabelWriter writer, KeySwitches switches) implements MakesKeys {
    private static final Logger LOG = LoggerFactory.getLogger(KeyMaker.class);
    private static final Set<Code> TAKEN = Set.of(Code.ALREADY_EXISTS, Code.ABORTED);
    private static final String ORDER = "order";

    /** A record grows: it gets a claim, a successor and, in an emergency, a mark. */
    private static final int SPARE = 4;

    private static final Duration FIRST_LOOK = Duration.ofMillis(25);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    @Override
    public StoredKey create(CreateKey order) {
        String name = order.name().value();
        CryptoKeyVersionAlgorithm algorithm = Algorithms.of(
                order.spec(),
                order.record()
                        .attributes()
                        .defaultAlgorithm()
                        .orElse(order.spec().defaultAlgorithm()));
        KeyRecord record = withOrder(order.record());
        RecordLabels.requireRoom(record, KeyLabels.EXTRA);
        Optional<CryptoKey> standing = keys.cryptoKey(name);
        if (standing.isEmpty()) {
            standing = makeFirst(name, algorithm, record);
            if (standing.isPresent()) {
                return complete(
                        KeyNames.version(name, 1), new KeyLabels(standing.get().getLabelsMap()), record);
            }
            standing = keys.cryptoKey(name); // another process made it a moment ago
        }
        CryptoKey cryptoKey = requireOpen(standing.orElseThrow(() -> unknownFate(name, null)), order);
        return complete(addVersion(name, cryptoKey, algorithm, record), new KeyLabels(Map.of()), record);
    }

    /** What tells this creation from all others, should its answer be lost. */
    private static KeyRecord withOrder(KeyRecord record) {
        Map<String, String> notes = new HashMap<>(record.notes());
        notes.put(ORDER, UUID.randomUUID().toString().substring(0, 8));
        return record.toBuilder().notes(notes).build();
    }

    /** Another version of a ring is what a rotation wants; a name of a key of its own is taken. */
    private CryptoKey requireOpen(CryptoKey standing, CreateKey order) {
        if (order.record().attributes().ring().isEmpty()) {
            throw new KeyExistsException("There is a CryptoKey '" + order.name() + "' in " + place.location()
                    + " already. It was left alone: choose another name.");
        }
        if (standing.getPurpose() != CryptoKeyPurpose.ASYMMETRIC_SIGN) {
            throw new UnsupportedException("The CryptoKey '" + order.name() + "' in " + place.location() + " is for "
                    + standing.getPurpose() + ", not for signing. Choose another name for the ring.");
        }
        return standing;
    }

    // --- the first version, with its CryptoKey

    /** Empty if there is such a CryptoKey after all; racing requests are sometimes told so by ABORTED. */
    private Optional<CryptoKey> makeFirst(String name, CryptoKeyVersionAlgorithm algorithm, KeyRecord record) {
        CryptoKey.Builder cryptoKey = CryptoKey.newBuilder()
                .setPurpose(CryptoKeyPurpose.ASYMMETRIC_SIGN)
                .setVersionTemplate(CryptoKeyVersionTemplate.newBuilder()
                        .setAlgorithm(algorithm)
                        .setProtectionLevel(place.uri().protection()));
        place.uri()
                .window()
                .ifPresent(window -> cryptoKey.setDestroyScheduledDuration(
                        com.google.protobuf.Duration.newBuilder().setSeconds(window.toSeconds())));
        if (writer.support() == Support.KEPT) { // elsewhere the request might be refused for its labels
            cryptoKey.putAllLabels(
                    new KeyLabels(Map.of()).with(1, record, KeyLabels.EXTRA).all());
        }
        try {
            return place.kms().callOnceUnless(TAKEN, place.uri().deadline(), create(name, cryptoKey));
        } catch (StoreUnavailableException e) {
            if (e.retryAfter().isPresent()) {
                throw e; // too many requests: nothing was made
            }
            LOG.warn("It is unknown whether Google has made the CryptoKey '{}': looking for it.", name, e);
            return Optional.of(ofOrder(name, record).orElseThrow(() -> unknownFate(name, e)));
        }
    }

    private Call<CreateCryptoKeyRequest, CryptoKey> create(String name, CryptoKey.Builder cryptoKey) {
        String resource = place.names().cryptoKey(name);
        return new Call<>(
                "Making CryptoKey '" + name + "'",
                KeyManagementServiceClient::createCryptoKeyCallable,
                CreateCryptoKeyRequest.newBuilder()
                        .setParent(place.uri().keyRing())
                        .setCryptoKeyId(name)
                        .setCryptoKey(cryptoKey)
                        .build(),
                answer -> KmsKeys.requireAsked(answer, resource, CryptoKey::getName));
    }

    /** The CryptoKey of an order whose answer was lost. */
    private Optional<CryptoKey> ofOrder(String name, KeyRecord order) {
        try {
            return keys.cryptoKey(name)
                    .filter(key -> new KeyLabels(key.getLabelsMap())
                            .record(1)
                            .legible()
                            .filter(record -> record.notes().equals(order.notes()))
                            .isPresent());
        } catch (ChanceryException e) {
            LOG.warn("The look for the CryptoKey '{}' failed: {}", name, e.getMessage());
            return Optional.empty();
        }
    }

    private StoreUnavailableException unknownFate(String name, @org.jspecify.annotations.Nullable Throwable cause) {
        return new StoreUnavailableException(
                "Making a key '" + name + "' in " + place.location()
                        + " failed, and whether Google has made a version is not known. Look with `chancery list` before you"
                        + " try again: a version without a record is listed as damaged, and `chancery destroy` removes it.",
                cause);
    }

    // --- any other version

    private KeyId addVersion(String name, CryptoKey cryptoKey, CryptoKeyVersionAlgorithm algorithm, KeyRecord record) {
        requireRoom(name, new KeyLabels(cryptoKey.getLabelsMap()), record);
        if (cryptoKey.getVersionTemplate().getAlgorithm() != algorithm) {
            setTemplate(name, algorithm);
        }
        KeyVersion made = make(name);
        if (made.algorithm() != algorithm) {
            discard(made.id());
            throw new StoreUnavailableException(
                    "Making a key '" + name + "' in " + place.location() + " failed: another process changed what the"
                            + " CryptoKey makes at the same time. Try again.",
                    null);
        }
        return made.id();
    }

    /** A version without a record would be a damaged one for ever. */
    private void requireRoom(String name, KeyLabels labels, KeyRecord record) {
        long next = labels.versions().isEmpty() ? 1 : labels.versions().last() + 1;
        if (new LabelRoom(place)
                .make(labels.with(next, record, 0), SPARE, name, next)
                .isEmpty()) {
            throw new KeyStateException("No key is made in '" + name + "' of " + place.location() + ": Google takes "
                    + KeyLabels.MOST
                    + " labels for a CryptoKey and all its versions, and there is no room for the record"
                    + " of another. Destroy versions that nothing verifies with any more (with CHANCERY_ARCHIVE set, their"
                    + " labels move there), remove labels that are not Chancery's, or begin another ring.");
        }
    }

    private void setTemplate(String name, CryptoKeyVersionAlgorithm algorithm) {
        String resource = place.names().cryptoKey(name);
        var unused = place.kms()
                .call(new Call<>(
                        "Choosing the algorithm of the next version of CryptoKey " + name,
                        KeyManagementServiceClient::updateCryptoKeyCallable,
                        UpdateCryptoKeyRequest.newBuilder()
                                .setCryptoKey(CryptoKey.newBuilder()
                                        .setName(resource)
                                        .setVersionTemplate(CryptoKeyVersionTemplate.newBuilder()
                                                .setAlgorithm(algorithm)))
                                .setUpdateMask(FieldMask.newBuilder().addPaths("version_template.algorithm"))
                                .build(),
                        answer -> KmsKeys.requireAsked(answer, resource, CryptoKey::getName)));
    }

    private KeyVersion make(String name) {
        try {
            CryptoKeyVersion answer = place.kms()
                    .callOnce(
                            place.uri().deadline(),
                            new Call<>(
                                    "Making a version of CryptoKey " + name,
                                    KeyManagementServiceClient::createCryptoKeyVersionCallable,
                                    CreateCryptoKeyVersionRequest.newBuilder()
                                            .setParent(place.names().cryptoKey(name))
                                            .build()));
            return place.names()
                    .ofAnswer(answer.getName())
                    .filter(id -> KeyNames.hasVersion(id) && KeyNames.name(id).equals(name))
                    .map(id -> new KeyVersion(id, answer))
                    .orElseThrow(() -> new IntegrityException("Making a version of CryptoKey " + name + " in "
                            + place.location() + " failed: the answer is about another. Find out who answers there."));
        } catch (StoreUnavailableException e) {
            throw e.retryAfter().isPresent() ? e : unknownFate(name, e);
        }
    }

    // --- until it is whole

    /** Its record, where it does not stand there yet, and the version itself when Google has made it. */
    private StoredKey complete(KeyId id, KeyLabels standing, KeyRecord record) {
        KeyLabels labels = standing.versions().contains(KeyNames.number(id)) ? standing : label(id, record);
        return keys.facts(awaitMade(id), labels);
    }

    /** A server without labels still makes keys, though none of a ring. */
    private KeyLabels label(KeyId id, KeyRecord record) {
        try {
            String name = KeyNames.name(id);
            long version = KeyNames.number(id);
            return writer.change(
                            id,
                            labels -> new LabelRoom(place)
                                    .make(labels.with(version, record, KeyLabels.EXTRA), 0, name, version))
                    .orElseThrow(() -> new KeyStateException("Key " + id + " in " + place.location()
                            + " has no room for its record among the labels of its CryptoKey, and is removed again."));
        } catch (UnsupportedException e) {
            if (record.attributes().ring().isPresent()) {
                discard(id);
                throw e;
            }
            LOG.warn("Key {} has no record: {}", id, e.getMessage());
            return new KeyLabels(Map.of());
        } catch (ChanceryException e) {
            discard(id);
            throw e;
        }
    }

    private void discard(KeyId id) {
        try {
            switches.destroy(id);
        } catch (ChanceryException e) {
            LOG.warn(
                    "Key {} in {} was made and did not become whole: {} `chancery destroy` removes it.",
                    id,
                    place.location(),
                    e.getMessage());
        }
    }

    /** Hardware makes an RSA key in seconds, and sometimes in minutes. */
    KeyVersion awaitMade(KeyId id) {
        Deadline limit = Deadline.in(place.uri().generation());
        Duration pause = FIRST_LOOK;
        while (true) {
            KeyVersion version = keys.version(id).orElseThrow(() -> keys.notFound(id));
            if (!version.isPending()) {
                return requireMade(version);
            }
            if (limit.isOver()) {
                throw new StoreUnavailableException(
                        "Key " + id + " in " + place.location() + " is still being made, after "
                                + place.uri().generation() + ". It has its record, and can be used once `chancery list`"
                                + " shows it; wait longer with generation= in the URI.",
                        null);
            }
            LOG.info("Google is still making key {}: looking again in {}.", id, pause);
            limit.sleep(pause);
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        }
    }

    private KeyVersion requireMade(KeyVersion version) {
        if (version.isLeaving()) {
            throw new KeyStateException("Key " + version.id() + " in " + place.location()
                    + " was not made: Google says " + version.failure() + ". Make another.");
        }
        return version;
    }

    /** Core has withdrawn its record, so that no generation is claimed for it any more. */
    @Override
    public boolean removeCandidate(KeyId id) {
        Optional<StoredKey> found = keys.find(id);
        boolean holds = found.flatMap(key -> key.record().legible())
                .filter(record -> !record.withdrawn() && !record.held().isEmpty())
                .isPresent();
        if (found.isPresent() && !holds) {
            switches.destroy(id);
        }
        return !holds;
    }
}
