package dev.chancery.testkit.memory;

import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.algorithm.SignatureEncoding;
import dev.chancery.error.KeyExistsException;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyName;
import dev.chancery.key.RingPosition;
import dev.chancery.spi.Abilities;
import dev.chancery.spi.CreateKey;
import dev.chancery.spi.DestroysKeys;
import dev.chancery.spi.MakesKeys;
import dev.chancery.spi.PublicHalf;
import dev.chancery.spi.PutResult;
import dev.chancery.spi.Service;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.Traits;
import dev.chancery.spi.records.KeyRecord;
import dev.chancery.spi.records.StoredRecord;
import dev.chancery.spi.signing.LocalKeys;
import dev.chancery.spi.signing.SignResult;
import dev.chancery.spi.signing.SigningInput;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A backend as a token asks for one: {@code label/id} is a key, its public half and its records are objects that another hand can put beside it. */
final class BesideMemory extends MemoryBackend<BesidePlace> implements MakesKeys, DestroysKeys {
    private static final Traits TRAITS = Traits.ofRemotePlace()
            .writes(Traits.Writes.BESIDE)
            .settle(Duration.ofSeconds(2))
            .names(Traits.Names.LABEL)
            .build();
    private static final Service GONE = new Service.Gone("has no private half any more. Sign with another key.");

    BesideMemory(BesidePlace place, LocalKeys localKeys) {
        super(place, localKeys);
    }

    @Override
    public Traits traits() {
        return TRAITS;
    }

    @Override
    public Abilities abilities() {
        return Abilities.builder()
                .makesKeys(this)
                .keepsRecords(this)
                .destroysKeys(this)
                .build();
    }

    @Override
    public KeyId parse(String text) {
        int slash = text.indexOf('/');
        KeyName label = new KeyName(slash < 0 ? text : text.substring(0, slash));
        return new KeyId(label + (slash < 0 ? "" : text.substring(slash)));
    }

    /** A label that several keys bear means none of them. */
    @Override
    public Optional<StoredKey> find(KeyId id) {
        if (id.value().contains("/")) {
            return super.find(id).map(this::facts);
        }
        List<StoredKey> labelled = listLabelled(id.value());
        return labelled.size() == 1 ? Optional.of(facts(labelled.get(0))) : Optional.empty();
    }

    private List<StoredKey> listLabelled(String label) {
        return super.list()
                .filter(key -> key.id().value().startsWith(label + "/"))
                .toList();
    }

    @Override
    public Stream<StoredKey> list() {
        return super.list().map(this::facts);
    }

    /** All records that are found count together, and what is written takes the place of these. */
    private StoredKey facts(StoredKey key) {
        Map<String, KeyRecord> found = Map.copyOf(place.records(key.id()));
        String handles = found.keySet().stream().sorted().collect(Collectors.joining(","));
        return key.withRecord(found.values().stream()
                .reduce(KeyRecord::join)
                .<StoredRecord>map(joined -> new StoredRecord.Present(joined, handles))
                .orElseGet(StoredRecord.Absent::new));
    }

    @Override
    public SignResult sign(KeyId id, SignatureAlgorithm algorithm, SigningInput input) {
        byte[] signature = super.sign(id, algorithm, input).signature();
        return SignResult.remote(signature, SignatureEncoding.DER, null);
    }

    /** Two that look at once both find the label free. The record names the half that was made, so that no other hand can replace it. */
    @Override
    public StoredKey create(CreateKey order) {
        if (!listLabelled(order.name().value()).isEmpty()) {
            throw new KeyExistsException("There is a key '" + order.name() + "' in " + location()
                    + " already. It was left alone: choose another name.");
        }
        KeyId id = new KeyId(order.name() + "/" + UUID.randomUUID());
        KeyPair pair = localKeys.generate(order.spec());
        KeyRecord record = order.record().toBuilder()
                .fingerprint(KeyMetadata.fingerprint(pair.getPublic()))
                .build();
        place.records(id).put(UUID.randomUUID().toString(), record);
        StoredKey added = add(id, pair, record);
        return facts(place.change(id, key -> unvouch(added)));
    }

    private static StoredKey unvouch(StoredKey key) {
        PublicHalf.Vouched half = (PublicHalf.Vouched) key.publicHalf();
        return StoredKey.builder(key.id(), new PublicHalf.Unvouched(half.key()), key.protection())
                .created(key.created())
                .build();
    }

    /** First the new record, then away with those that it follows: a crash in between leaves both. */
    @Override
    public PutResult put(StoredKey read, KeyRecord changed, boolean wanted) {
        StoredKey key = place.change(read.id(), same -> same);
        place.records(key.id()).put(UUID.randomUUID().toString(), changed);
        if (read.record() instanceof StoredRecord.Present present) {
            place.records(key.id()).keySet().removeAll(List.of(present.version().split(",")));
        }
        return new PutResult.Written(facts(key));
    }

    @Override
    public void destroy(KeyId id) {
        place.change(id, key -> {
            place.pairs.remove(id);
            return key.withService(GONE);
        });
    }

    @Override
    public boolean removeCandidate(KeyId id) {
        boolean holds = find(id).filter(BesideMemory::holdsGeneration).isPresent();
        if (!holds) {
            place.pairs.remove(id);
            place.keys.remove(id);
        }
        return !holds;
    }

    private static boolean holdsGeneration(StoredKey key) {
        return key.record()
                .legible()
                .filter(record -> !record.withdrawn() && !record.held().isEmpty())
                .isPresent();
    }

    @Override
    public Set<KeyName> rings() {
        return list().flatMap(key -> key.record().legible().stream())
                .flatMap(record -> record.held().stream())
                .map(RingPosition::ring)
                .collect(Collectors.toSet());
    }
}
