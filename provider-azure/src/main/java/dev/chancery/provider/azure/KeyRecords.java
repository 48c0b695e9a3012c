package dev.chancery.provider.azure;

import dev.chancery.caller.SideBySide;
import dev.chancery.error.KeyNotFoundException;
import dev.chancery.key.KeyName;
import dev.chancery.key.RingPosition;
import dev.chancery.spi.KeepsRecords;
import dev.chancery.spi.PutResult;
import dev.chancery.spi.Service;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.records.KeyRecord;
import dev.chancery.spi.records.StoredRecord;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Writes records into tags: one request with all tags, the dates, and whether the key is in service. */
record KeyRecords(Place place, VaultKeys keys, KeyUpdates updates) implements KeepsRecords {

    /** Where there is no room for all that may not be left out, the mark goes alone; where there is none for that, the key is out of service at least. */
    @Override
    public PutResult put(StoredKey read, KeyRecord changed, boolean wanted) {
        KeyTags before = tagsOf(read);
        Optional<KeyTags> after = before.with(changed).or(() -> before.withMark(changed));
        if (after.isPresent()) {
            KeyVersion now = updates.write(read.id(), after.get(), changed, wanted);
            return new PutResult.Written(read.withRecord(now.tags().record()).withService(now.service(Instant.now())));
        }
        if (!wanted && read.service() instanceof Service.In) {
            var unused = updates.disable(read.id());
        }
        return new PutResult.Full("A vault takes " + KeyTags.MOST + " tags for a key, and others than Chancery's take "
                + before.others().size() + " of them. Remove some.");
    }

    private KeyTags tagsOf(StoredKey read) {
        if (read.record() instanceof StoredRecord.Present present) {
            return KeyTags.ofVersion(present.version());
        }
        return read.record() instanceof StoredRecord.Damaged damaged
                ? KeyTags.ofVersion(damaged.version())
                : keys.version(read.id())
                        .map(KeyVersion::tags)
                        .orElseThrow(() -> KeyNotFoundException.of(read.id().value(), place.location()));
    }

    @Override
    public List<StoredKey> members(KeyName ring) {
        return keys.ofName(ring.value()).stream().filter(key -> key.isOf(ring)).toList();
    }

    @Override
    public Set<KeyName> rings() {
        return SideBySide.map(keys.names(), place.uri().inFlight(), keys::versions).stream()
                .flatMap(List::stream)
                .flatMap(version -> version.record().stream())
                .flatMap(record -> record.held().stream())
                .map(RingPosition::ring)
                .collect(Collectors.toSet());
    }
}
