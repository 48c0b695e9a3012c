package dev.chancery.internal.lifecycle;

import dev.chancery.error.ConfigurationException;
import dev.chancery.error.KeyExistsException;
import dev.chancery.error.KeyStateException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.internal.state.RecordWriter;
import dev.chancery.internal.state.StoreContext;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyName;
import dev.chancery.key.KeyState;
import dev.chancery.key.RingPosition;
import dev.chancery.options.KeyEvent;
import dev.chancery.spi.Claim;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.Traits.Names;
import dev.chancery.spi.VersionedId;
import dev.chancery.spi.records.KeyRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How keys that are there become a ring: the oldest holds generation 1, each younger one the next, and the youngest is current. Each key gets a record,
 * claims its generation as in a rotation, and is activated by its record naming the ring; so whatever a crash leaves, the next adoption of the same keys,
 * or the ring's next rotation, finishes.
 */
public final class Adoption {
    private final StoreContext context;
    private final Generations generations;
    private final Naming naming;
    private final RingRotation rotation;
    private final Events events;

    public Adoption(StoreContext context, Generations generations, RingRotation rotation, Events events) {
        this.context = context;
        this.generations = generations;
        this.naming = new Naming(context, generations);
        this.rotation = rotation;
        this.events = events;
    }

    /**
     * Makes a ring of keys.
     *
     * @throws KeyExistsException if the ring has other keys
     * @throws KeyStateException if one of the keys cannot be of the ring, or another instance was faster
     */
    public void adopt(KeyName ring, Collection<KeyId> ids) {
        if (context.abilities().keepsRecords().isEmpty()) {
            throw new UnsupportedException("The store " + context.location()
                    + " keeps no rings: it lacks LIFECYCLE. Name the keys by their ids.");
        }
        List<KeyMetadata> keys = read(ring, ids);
        requireNoOther(ring, keys);
        List<Claim> claims = new ArrayList<>();
        for (KeyMetadata key : keys) {
            claims.add(0, claim(new RingPosition(ring, claims.size() + 1), key.id()));
        }
        rotation.retireAdopted(ring, claims);
        KeyMetadata current = context.handles().get(claims.get(0).holder()).metadata();
        events.tell(
                KeyEvent.Type.ROTATED,
                current,
                "The ring '" + ring + "' is there, of " + keys.size() + " keys, and signs with " + current.id() + ".");
    }

    /** The keys, the oldest first. */
    private List<KeyMetadata> read(KeyName ring, Collection<KeyId> ids) {
        List<KeyMetadata> keys = new LinkedHashSet<>(ids)
                .stream().map(id -> require(ring, id)).sorted(Candidates.OLDEST).toList();
        if (keys.isEmpty()) {
            throw new ConfigurationException("A ring is made of one key at least. Name those for '" + ring + "'.");
        }
        KeyMetadata newest = keys.get(keys.size() - 1);
        if (newest.state() != KeyState.ACTIVE || !Candidates.endsAfter(newest.signUntil(), context.now())) {
            throw refused(
                    newest,
                    ring,
                    "it is the youngest, with which the ring would sign, and it is " + newest.state()
                            + newest.signUntil()
                                    .map(end -> ", to sign until " + end)
                                    .orElse("")
                            + ". Name a younger key that signs too");
        }
        return keys;
    }

    private KeyMetadata require(KeyName ring, KeyId id) {
        KeyMetadata key = context.judge().snapshot(context.require(id)).metadata();
        Optional<KeyName> other = key.ring().map(RingPosition::ring).filter(name -> !name.equals(ring));
        if (other.isPresent()) {
            throw refused(key, ring, "it is of the ring '" + other.get() + "', and stays there");
        }
        if (key.state() == KeyState.PRE_ACTIVE) {
            throw refused(key, ring, "it is PRE_ACTIVE, and waits for a rotation");
        }
        if (context.traits().names() == Names.RING
                && !VersionedId.name(key.id()).equals(ring.value())) {
            throw refused(key, ring, "the keys of a ring have its name there, as its versions");
        }
        return key;
    }

    private KeyStateException refused(KeyMetadata key, KeyName ring, String why) {
        return new KeyStateException("Key " + key.id() + " in " + context.location() + " cannot be put into the ring '"
                + ring + "': " + why + ". Nothing was changed.");
    }

    /** What there is of the ring may be what an adoption of the same keys has left. */
    private void requireNoOther(KeyName ring, List<KeyMetadata> keys) {
        RingView view = generations.read(ring);
        List<KeyId> holders = Stream.concat(view.pending().stream(), view.claims().stream())
                .sorted(Comparator.comparing(claim -> claim.position().generation()))
                .map(Claim::holder)
                .toList();
        if (holders.isEmpty()) {
            naming.requireNoKey(ring);
        }
        List<KeyId> first =
                keys.stream().map(KeyMetadata::id).limit(holders.size()).toList();
        if (!holders.equals(first)) {
            throw new KeyExistsException("There is a ring '" + ring + "' in " + context.location()
                    + " already, of the keys " + holders + ", and adoption makes a new one. `chancery rotate " + ring
                    + "` gives it its next key; for the keys that were named choose another name.");
        }
    }

    private Claim claim(RingPosition position, KeyId id) {
        var unused = change(id, Adoption::dateSignatures);
        Claim claim = generations.claim(position, id);
        if (!claim.holder().equals(id)) {
            unused = change(id, record -> withdraw(record, position));
            throw new KeyStateException("Key " + id + " in " + context.location() + " was not put into the ring '"
                    + position.ring() + "': another process has given generation " + position.generation() + " to "
                    + claim.holder() + " a moment ago. See `chancery ring show " + position.ring()
                    + "`; for the keys that are not in it choose another ring.");
        }
        unused = rotation.activate(claim, context.require(id), context.ticks());
        return claim;
    }

    /** With a claim and no record a foreign key would count as damaged: now it has one, which says that it has signed since it was made. */
    private static KeyRecord dateSignatures(KeyRecord record) {
        KeyAttributes attributes = record.attributes();
        return attributes.signFrom().isPresent() ? record : record.with(dated -> dated.signFrom(attributes.created()));
    }

    /** Where core elects, the claim stands in the record of the key that lost. */
    private static KeyRecord withdraw(KeyRecord record, RingPosition lost) {
        List<RingPosition> held = record.held().stream()
                .filter(position -> !position.equals(lost))
                .toList();
        return record.toBuilder().held(held).build();
    }

    private StoredKey change(KeyId id, RecordWriter.Change change) {
        long started = context.ticks();
        return rotation.update(context.require(id), started, change);
    }
}
