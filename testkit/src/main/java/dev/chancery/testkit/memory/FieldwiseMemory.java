package dev.chancery.testkit.memory;

import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.algorithm.SignatureEncoding;
import dev.chancery.error.KeyExistsException;
import dev.chancery.error.KeyNotFoundException;
import dev.chancery.error.KeyStateException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyName;
import dev.chancery.key.KeyState;
import dev.chancery.key.Orphan;
import dev.chancery.key.RingPosition;
import dev.chancery.spi.Abilities;
import dev.chancery.spi.Claim;
import dev.chancery.spi.CreateKey;
import dev.chancery.spi.DestroysKeys;
import dev.chancery.spi.FindsOrphans;
import dev.chancery.spi.MakesKeys;
import dev.chancery.spi.PublicHalf;
import dev.chancery.spi.PutResult;
import dev.chancery.spi.Service;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.SwitchesKeys;
import dev.chancery.spi.Traits;
import dev.chancery.spi.records.KeyRecord;
import dev.chancery.spi.records.RecordFields;
import dev.chancery.spi.signing.LocalKeys;
import dev.chancery.spi.signing.SignResult;
import dev.chancery.spi.signing.SigningInput;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A backend as a cloud's key service asks for one: few short fields, a switch, names that are made after the keys. */
final class FieldwiseMemory extends MemoryBackend<FieldwisePlace>
        implements MakesKeys, SwitchesKeys, DestroysKeys, FindsOrphans {
    /** How many fields a key has, other people's among them. */
    static final int FIELDS = 50;
    /** What begins with it is the record's; the other fields are their writers'. */
    static final String PREFIX = "chancery:";
    /** The field with the name that a key was made for. */
    static final String MADE_FOR = "made-for";

    static final Duration DELAY = Duration.ofDays(7);

    private static final int LENGTH = 256;
    private static final String ID = "key/";
    private static final Traits TRAITS = Traits.ofRemotePlace()
            .withholds(KeyState.SUSPENDED, KeyState.COMPROMISED, KeyState.DESTROYED)
            .build();
    private static final Service DISABLED = new Service.Out("is disabled. Resume it, or sign with another key.");

    private final Clock clock;

    FieldwiseMemory(FieldwisePlace place, LocalKeys localKeys, Clock clock) {
        super(place, localKeys);
        this.clock = clock;
    }

    @Override
    public Traits traits() {
        return TRAITS;
    }

    @Override
    public Abilities abilities() {
        return Abilities.of(this);
    }

    private <T extends @Nullable Object> T runLocked(Supplier<T> steps) {
        return place.runLocked(clock.instant(), steps);
    }

    // --- facts

    /** Ids are the place's own and none can be a name. */
    @Override
    public KeyId parse(String text) {
        return new KeyId(text.startsWith(ID) ? text : new KeyName(text).value());
    }

    @Override
    public Optional<StoredKey> find(KeyId id) {
        return runLocked(() -> {
            KeyId named = id.value().startsWith(ID) ? null : place.names.get(new KeyName(id.value()));
            return super.find(named == null ? id : named).map(this::facts);
        });
    }

    /** A key without a name is none of ours, or not yet. */
    @Override
    public Stream<StoredKey> list() {
        return runLocked(
                () -> place.names.values().stream().map(id -> facts(get(id))).toList())
                .stream();
    }

    private StoredKey get(KeyId id) {
        return place.change(id, UnaryOperator.identity());
    }

    private StoredKey facts(StoredKey key) {
        boolean out = key.service().refusal().isPresent();
        StoredKey.Builder facts = StoredKey.builder(
                        key.id(), out ? new PublicHalf.Withheld() : key.publicHalf(), key.protection())
                .record(RecordFields.decode(ours(key.id()), "0"))
                .service(key.service())
                .created(key.created());
        key.spec().ifPresent(facts::spec);
        place.nameOf(key.id()).ifPresent(name -> facts.evidence("it has the name '" + name + "'"));
        return facts.build();
    }

    private Map<String, String> fields(KeyId id) {
        return place.fields.getOrDefault(id, Map.of());
    }

    private Map<String, String> ours(KeyId id) {
        Map<String, String> ours = new TreeMap<>();
        fields(id).forEach((field, value) -> {
            if (field.startsWith(PREFIX)) {
                ours.put(field.substring(PREFIX.length()), value);
            }
        });
        return ours;
    }

    @Override
    public SignResult sign(KeyId id, SignatureAlgorithm algorithm, SigningInput input) {
        byte[] signature = super.sign(id, algorithm, input).signature();
        return SignResult.remote(signature, SignatureEncoding.DER, "request-1");
    }

    // --- keys come and go

    /** First the key with its fields, then its name: what is cut off in between is an orphan. */
    @Override
    public StoredKey create(CreateKey order) {
        KeyId id = makeNameless(order);
        return runLocked(() -> {
            if (place.names.putIfAbsent(order.name(), id) != null) {
                leave(id);
                throw new KeyExistsException("There is a key '" + order.name() + "' in " + location()
                        + " already. It was left alone: choose another name.");
            }
            return facts(get(id));
        });
    }

    /** The first half of a creation. */
    KeyId makeNameless(CreateKey order) {
        RecordFields.requireRoom(order.record(), FIELDS - 1, LENGTH);
        KeyId id = new KeyId(ID + UUID.randomUUID());
        add(id, localKeys.generate(order.spec()), order.record());
        Map<String, String> fields = new TreeMap<>(Map.of(MADE_FOR, order.name().value()));
        RecordFields.encode(order.record(), FIELDS - 1, LENGTH)
                .forEach((field, value) -> fields.put(PREFIX + field, value));
        return runLocked(() -> {
            place.fields.put(id, fields);
            return id;
        });
    }

    /** A key that leaves can no longer be claimed for; one lock makes a single step of looking and leaving. */
    @Override
    public boolean removeCandidate(KeyId id) {
        return runLocked(() -> {
            boolean holds = place.holders.containsValue(id);
            if (!holds) {
                leave(id);
                place.names.values().remove(id);
            }
            return !holds;
        });
    }

    @Override
    public void destroy(KeyId id) {
        runLocked(() -> leave(id));
    }

    private StoredKey leave(KeyId id) {
        Instant when = clock.instant().plus(DELAY);
        return switchTo(
                id,
                new Service.Leaving(
                        Optional.of(when),
                        "leaves " + location() + " for good at " + when + ". Sign with another key."));
    }

    @Override
    public List<Orphan> orphans() {
        return runLocked(() -> place.keys.values().stream()
                .filter(this::isOrphan)
                .map(key -> new Orphan(key.id(), key.created(), new KeyName(madeFor(key)), "request-1"))
                .toList());
    }

    @Override
    public void removeOrphan(KeyId id) {
        runLocked(() -> {
            if (!isOrphan(get(id))) {
                throw new KeyNotFoundException("The key '" + id + "' in " + location() + " is no orphan (any more).");
            }
            return leave(id);
        });
    }

    private boolean isOrphan(StoredKey key) {
        return !madeFor(key).isEmpty()
                && place.nameOf(key.id()).isEmpty()
                && !(key.service() instanceof Service.Leaving);
    }

    private String madeFor(StoredKey key) {
        return fields(key.id()).getOrDefault(MADE_FOR, "");
    }

    // --- records and switches

    /** Sends the fields that differ from those that were read, over what stands there now. */
    @Override
    public PutResult put(StoredKey read, KeyRecord changed, boolean wanted) {
        return runLocked(() -> {
            StoredKey standing = get(read.id());
            Map<String, String> ours = ours(standing.id());
            int room = FIELDS - (fields(standing.id()).size() - ours.size());
            Map<String, String> after;
            try {
                after = RecordFields.encode(changed, room, LENGTH);
            } catch (UnsupportedException e) {
                return new PutResult.Full(e.getMessage());
            }
            Map<String, String> before = read.record()
                    .legible()
                    .map(record -> RecordFields.encode(record, room, LENGTH))
                    .orElse(ours);
            write(standing.id(), before, after);
            return new PutResult.Written(facts(standing));
        });
    }

    private void write(KeyId id, Map<String, String> before, Map<String, String> after) {
        Map<String, String> fields = new TreeMap<>(fields(id));
        // No writer takes a mark away, not even one that writes a damaged record anew.
        RecordFields.dropped(before, after).stream()
                .filter(field -> !field.equals(RecordFields.COMPROMISED_SINCE))
                .forEach(field -> fields.remove(PREFIX + field));
        after.forEach((field, value) -> {
            if (!value.equals(before.get(field))) {
                fields.put(PREFIX + field, value);
            }
        });
        place.fields.put(id, fields);
    }

    @Override
    public void disable(KeyId id) {
        runLocked(() -> switchTo(id, DISABLED));
    }

    @Override
    public void enable(KeyId id) {
        runLocked(() -> switchTo(id, new Service.In())).service().refusal().ifPresent(why -> {
            throw new KeyStateException("The key '" + id + "' in " + location() + " stays out of service: it " + why);
        });
    }

    /** What leaves stays on its way. */
    private StoredKey switchTo(KeyId id, Service service) {
        return place.change(id, key -> key.service() instanceof Service.Leaving ? key : key.withService(service));
    }

    // --- generations

    @Override
    public Claim claim(RingPosition position, KeyId candidate) {
        return runLocked(() -> {
            if (get(candidate).service() instanceof Service.Leaving) {
                throw new KeyNotFoundException("The key '" + candidate + "' leaves " + location() + ".");
            }
            return super.claim(position, candidate);
        });
    }

    @Override
    public Set<KeyName> rings() {
        return runLocked(super::rings);
    }

    @Override
    public List<Claim> claims(KeyName ring) {
        return runLocked(() -> super.claims(ring));
    }

    @Override
    public Optional<KeyId> holder(RingPosition position) {
        return runLocked(() -> super.holder(position));
    }
}
