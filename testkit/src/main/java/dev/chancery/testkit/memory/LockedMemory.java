package dev.chancery.testkit.memory;

import dev.chancery.key.KeyId;
import dev.chancery.key.KeyName;
import dev.chancery.spi.Abilities;
import dev.chancery.spi.CreateKey;
import dev.chancery.spi.DestroysKeys;
import dev.chancery.spi.ImportKey;
import dev.chancery.spi.ImportsKeys;
import dev.chancery.spi.MakesKeys;
import dev.chancery.spi.PutResult;
import dev.chancery.spi.Service;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.Traits;
import dev.chancery.spi.records.KeyRecord;
import dev.chancery.spi.records.StoredRecord;
import dev.chancery.spi.signing.LocalKeys;
import java.security.KeyPair;
import org.jspecify.annotations.Nullable;

/** The smallest backend that can do what a place on this machine can: names are ids, and each write compares with what was read. */
final class LockedMemory extends MemoryBackend<MemoryPlace> implements MakesKeys, ImportsKeys, DestroysKeys {
    private static final Traits TRAITS = Traits.ofLocalPlace().build();
    private static final Service GONE = new Service.Gone("has no private half any more. Sign with another key.");

    LockedMemory(MemoryPlace place, LocalKeys localKeys) {
        super(place, localKeys);
    }

    @Override
    public Traits traits() {
        return TRAITS;
    }

    @Override
    public Abilities abilities() {
        return Abilities.of(this);
    }

    @Override
    public KeyId parse(String text) {
        return new KeyId(new KeyName(text).value());
    }

    @Override
    public StoredKey create(CreateKey order) {
        return add(parse(order.name().value()), localKeys.generate(order.spec()), order.record());
    }

    @Override
    public StoredKey importKey(ImportKey order) {
        return add(parse(order.name().value()), new KeyPair(order.publicKey(), order.privateKey()), order.record());
    }

    @Override
    public PutResult put(StoredKey read, KeyRecord changed, boolean wanted) {
        StoredRecord written = present(changed);
        StoredKey standing =
                place.change(read.id(), key -> key.record().equals(read.record()) ? key.withRecord(written) : key);
        return standing.record().equals(written) ? new PutResult.Written(standing) : new PutResult.Overtaken(standing);
    }

    @Override
    public void destroy(KeyId id) {
        place.change(id, key -> {
            place.pairs.remove(id);
            return key.withService(GONE);
        });
    }

    /** Claims lock the same key. */
    @Override
    public boolean removeCandidate(KeyId id) {
        place.keys.computeIfPresent(id, (same, key) -> place.holders.containsValue(id) ? key : forget(id));
        return !place.keys.containsKey(id);
    }

    private @Nullable StoredKey forget(KeyId id) {
        place.pairs.remove(id);
        return null;
    }
}
