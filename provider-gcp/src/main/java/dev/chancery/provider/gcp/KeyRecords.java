package dev.chancery.provider.gcp;

import dev.chancery.key.KeyName;
import dev.chancery.spi.KeepsRecords;
import dev.chancery.spi.PutResult;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.VersionedId;
import dev.chancery.spi.records.KeyRecord;
import dev.chancery.spi.records.VersionLabels;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.stream.Collectors;

/** Writes records into labels. */
record KeyRecords(Place place, KmsKeys keys, LabelWriter writer) implements KeepsRecords {

    /** Where there is no room for all of it, the mark goes alone. */
    @Override
    public PutResult put(StoredKey read, KeyRecord changed, boolean wanted) {
        String name = VersionedId.name(read.id());
        long version = KeyNames.number(read.id());
        LongFunction<Optional<KeyRecord>> archived = new Archived(place).of(name);
        return writer.change(read.id(), labels -> labels.change(version, changed, LabelWriter.EXTRA, archived))
                .<PutResult>map(now -> new PutResult.Written(read.withRecord(now.record(version))))
                .orElseGet(() -> new PutResult.Full("Google takes " + VersionLabels.MOST + " labels for the CryptoKey '"
                        + name + "' and all its versions. " + Archived.MAKE_ROOM));
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
                .flatMap(key -> new VersionLabels(key.getLabelsMap()).rings().stream())
                .collect(Collectors.toSet());
    }
}
