package dev.chancery.provider.gcp;

import dev.chancery.key.KeyName;
import dev.chancery.key.RingPosition;
import dev.chancery.spi.KeepsRecords;
import dev.chancery.spi.PutResult;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.VersionedId;
import dev.chancery.spi.records.KeyRecord;
import dev.chancery.spi.records.VersionLabels;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Writes records into labels. */
record KeyRecords(Place place, KmsKeys keys, LabelWriter writer) implements KeepsRecords {

    /** Where there is no room for all of it, the mark goes alone. */
    @Override
    public PutResult put(StoredKey read, KeyRecord changed, boolean wanted) {
        String name = VersionedId.name(read.id());
        long version = KeyNames.number(read.id());
        return writer.change(read.id(), labels -> record(labels, changed, name, version))
                .<PutResult>map(now -> new PutResult.Written(read.withRecord(now.record(version))))
                .orElseGet(() -> full(name));
    }

    /** A mark that was written since core read stands. */
    private Optional<VersionLabels> record(VersionLabels labels, KeyRecord changed, String name, long version) {
        Archived archived = new Archived(place);
        KeyRecord marked = labels.record(version).mark().map(changed::withMark).orElse(changed);
        return archived.fit(labels.with(version, marked, LabelWriter.EXTRA), 0, name, version)
                .or(() -> archived.fit(labels.withMark(version, marked), 0, name, version)
                        .filter(withMark -> !withMark.equals(labels)));
    }

    private PutResult full(String name) {
        return new PutResult.Full("Google takes " + VersionLabels.MOST + " labels for the CryptoKey '" + name
                + "' and all its versions. " + Archived.MAKE_ROOM);
    }

    /** A ring is the CryptoKey of its name. */
    @Override
    public List<StoredKey> members(KeyName ring) {
        return keys
                .ofCryptoKeys(place.requests().cryptoKey(ring.value()).stream().toList())
                .stream()
                .filter(key -> key.isOf(ring))
                .toList();
    }

    @Override
    public Set<KeyName> rings() {
        return place.requests().cryptoKeys().stream()
                .map(key -> new VersionLabels(key.getLabelsMap()))
                .flatMap(labels -> labels.versions().stream().map(labels::record))
                .flatMap(record -> record.legible().stream())
                .flatMap(record -> record.held().stream())
                .map(RingPosition::ring)
                .collect(Collectors.toSet());
    }
}
