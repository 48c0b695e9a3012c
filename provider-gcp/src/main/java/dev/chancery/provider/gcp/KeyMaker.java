package dev.chancery.provider.gcp;

import com.google.cloud.kms.v1.CryptoKey;
import com.google.cloud.kms.v1.CryptoKey.CryptoKeyPurpose;
import com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm;
import com.google.cloud.kms.v1.CryptoKeyVersionTemplate;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.ChanceryException;
import dev.chancery.error.KeyExistsException;
import dev.chancery.error.KeyStateException;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.key.KeyId;
import dev.chancery.provider.gcp.LabelWriter.Support;
import dev.chancery.spi.CreateKey;
import dev.chancery.spi.MakesKeys;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.VersionedId;
import dev.chancery.spi.records.KeyRecord;
import dev.chancery.spi.records.RecordLabels;
import dev.chancery.spi.records.VersionLabels;
import dev.chancery.spi.support.SingleOrder;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes versions. The first of a CryptoKey comes with it, and with its record, in one request; any other is made first and gets its record at once: a crash
 * between the two leaves a version that core calls damaged, and nothing signs with it.
 */
record KeyMaker(Place place, KmsKeys keys, LabelWriter writer, KeySwitches switches) implements MakesKeys {
    private static final String WHAT_MAY_BE =
            "Look with `chancery list` before you try again: a version without a record is listed as"
                    + " damaged, and `chancery destroy` removes it.";
    private static final Logger LOG = LoggerFactory.getLogger(KeyMaker.class);

    /** A record grows: it gets a claim, a successor and, in an emergency, a mark. */
    private static final int SPARE = 4;

    /**
     * Where versions come from.
     *
     * @param withKey whether the first comes with its CryptoKey
     * @param add makes a version of a CryptoKey
     */
    record Source(boolean withKey, Function<CryptoKey, KeyVersion> add) {}

    @Override
    public StoredKey create(CreateKey order) {
        String name = order.name().value();
        CryptoKey template = template(order.spec(), order.record());
        return make(
                name,
                template,
                order.record(),
                new Source(true, key -> place.requests().makeVersion(name)));
    }

    StoredKey make(String name, CryptoKey template, KeyRecord record, Source source) {
        RecordLabels.requireRoom(record, LabelWriter.EXTRA);
        Optional<CryptoKey> standing = place.requests().cryptoKey(name);
        Optional<CryptoKey> made = standing.isEmpty() ? makeFirst(name, template, record, source) : Optional.empty();
        CryptoKey cryptoKey = made.or(() ->
                        standing.or(() -> place.requests().cryptoKey(name)).map(key -> requireOpen(name, key, record)))
                .orElseThrow(() -> order(name).unknown(null)); // another process made it a moment ago, and it is gone
        KeyId id = made.isPresent() && source.withKey()
                ? KeyNames.version(name, 1)
                : addVersion(name, cryptoKey, template, record, source);
        return complete(id, new VersionLabels(cryptoKey.getLabelsMap()), record);
    }

    /** What a CryptoKey is like that makes such keys. */
    CryptoKey template(KeySpec spec, KeyRecord record) {
        CryptoKey.Builder template = CryptoKey.newBuilder()
                .setPurpose(CryptoKeyPurpose.ASYMMETRIC_SIGN)
                .setVersionTemplate(CryptoKeyVersionTemplate.newBuilder()
                        .setAlgorithm(Algorithms.of(
                                spec, record.attributes().defaultAlgorithm().orElse(spec.defaultAlgorithm())))
                        .setProtectionLevel(place.uri().protection()));
        place.uri()
                .window()
                .ifPresent(
                        window -> template.getDestroyScheduledDurationBuilder().setSeconds(window.toSeconds()));
        return template.build();
    }

    /** Another version of a ring is what a rotation wants; a name of a key of its own is taken, unless an import failed and left it bare. */
    private CryptoKey requireOpen(String name, CryptoKey standing, KeyRecord record) {
        if (record.attributes().ring().isEmpty()
                && !place.requests().versions(name).isEmpty()) {
            throw new KeyExistsException("There is a CryptoKey '" + name + "' in " + place.location()
                    + " already. It was left alone: choose another name.");
        }
        if (standing.getPurpose() != CryptoKeyPurpose.ASYMMETRIC_SIGN) {
            throw new UnsupportedException("The CryptoKey '" + name + "' in " + place.location() + " is for "
                    + standing.getPurpose() + ", not for signing. Choose another name for the ring.");
        }
        return standing;
    }

    // --- the first version, with its CryptoKey

    /** Empty if there is such a CryptoKey after all. */
    private Optional<CryptoKey> makeFirst(String name, CryptoKey template, KeyRecord record, Source source) {
        VersionLabels labels = VersionLabels.NONE.with(1, record, LabelWriter.EXTRA);
        CryptoKey.Builder wanted = template.toBuilder();
        if (writer.support() == Support.KEPT) { // elsewhere the request might be refused for its labels
            wanted.putAllLabels(labels.all());
        }
        // No other CryptoKey has this record, with its instant.
        return order(name)
                .give(
                        () -> place.requests().makeCryptoKey(name, wanted.build(), source.withKey()),
                        () -> Optional.of(place.requests()
                                        .cryptoKey(name)
                                        .filter(key -> key.getLabelsMap().equals(labels.all())))
                                .filter(Optional::isPresent));
    }

    private SingleOrder order(String name) {
        return new SingleOrder("Making a key '" + name + "' in " + place.location(), WHAT_MAY_BE);
    }

    // --- any other version

    private KeyId addVersion(String name, CryptoKey cryptoKey, CryptoKey template, KeyRecord record, Source source) {
        requireRoom(name, new VersionLabels(cryptoKey.getLabelsMap()), record);
        CryptoKeyVersionAlgorithm algorithm = template.getVersionTemplate().getAlgorithm();
        CryptoKey ready = cryptoKey.getVersionTemplate().getAlgorithm() == algorithm
                ? cryptoKey
                : place.requests().setTemplate(name, template);
        KeyVersion made = order(name).give(() -> source.add().apply(ready), Optional::empty);
        if (made.algorithm() != algorithm) {
            order(name).undo(made.id(), switches::destroy);
            throw new StoreUnavailableException(
                    "Making a key '" + name + "' in " + place.location() + " failed: another process changed what the"
                            + " CryptoKey makes at the same time. Try again.",
                    null);
        }
        return made.id();
    }

    /** A version without a record would be a damaged one for ever. */
    private void requireRoom(String name, VersionLabels labels, KeyRecord record) {
        if (!labels.withNext(record).hasRoom(SPARE, new Archived(place).of(name))) {
            throw new KeyStateException("No key is made in '" + name + "' of " + place.location() + ": Google takes "
                    + VersionLabels.MOST
                    + " labels for a CryptoKey and all its versions, and there is no room for another"
                    + " record. Begin another ring, or make room. " + Archived.MAKE_ROOM);
        }
    }

    // --- until it is whole

    /** Its record, where it does not stand there yet, and the version itself when Google has made it. */
    private StoredKey complete(KeyId id, VersionLabels standing, KeyRecord record) {
        boolean whole =
                standing.with(KeyNames.number(id), record, LabelWriter.EXTRA).equals(standing);
        VersionLabels labels = whole ? standing : label(id, record);
        return keys.facts(awaitMade(id), labels);
    }

    /** A server without labels still makes keys, though none of a ring. */
    private VersionLabels label(KeyId id, KeyRecord record) {
        try {
            return writer.change(id, labels -> add(labels, id, record))
                    .orElseThrow(() -> new KeyStateException("Key " + id + " in " + place.location()
                            + " has no room for its record among the labels of its CryptoKey, and is removed again."));
        } catch (ChanceryException e) {
            if (!(e instanceof UnsupportedException)
                    || record.attributes().ring().isPresent()) {
                order(VersionedId.name(id)).undo(id, switches::destroy);
                throw e;
            }
            LOG.warn("Key {} has no record: {}", id, e.getMessage());
            return VersionLabels.NONE;
        }
    }

    private Optional<VersionLabels> add(VersionLabels labels, KeyId id, KeyRecord record) {
        long number = KeyNames.number(id);
        return labels.with(number, record, LabelWriter.EXTRA)
                .fit(SPARE, number, new Archived(place).of(VersionedId.name(id)));
    }

    private KeyVersion awaitMade(KeyId id) {
        KeyVersion version = place.awaitMade(
                "Key " + id,
                "It has its record, and can be used once `chancery list` shows it",
                () -> place.requests().requireVersion(id),
                KeyVersion::isPending);
        if (version.isLeaving()) {
            throw new KeyStateException("Key " + id + " in " + place.location() + " was not made: Google says "
                    + version.failure() + ". Make another.");
        }
        return version;
    }

    /** Core has withdrawn its record, so that no generation is claimed for it any more. */
    @Override
    public boolean removeCandidate(KeyId id) {
        Optional<StoredKey> found = keys.find(id);
        boolean holds = found.filter(key -> key.record().holdsGeneration()).isPresent();
        if (found.isPresent() && !holds) {
            switches.destroy(id);
        }
        return !holds;
    }
}
