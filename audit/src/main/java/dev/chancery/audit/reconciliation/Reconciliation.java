package dev.chancery.audit.reconciliation;

import dev.chancery.KeyStore;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.audit.record.StoredRecord;
import dev.chancery.key.KeyListing;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Compares a store with a log that it is audited by: keys whose state, mark of compromise or generation is older in the store than the
 * log says, for the store was put back; keys of which the log knows nothing, and suspensions and compromises; keys of the log that are gone.
 */
public final class Reconciliation {
    private final Map<String, Known> known = new TreeMap<>();
    private final Map<String, Generation> generations = new HashMap<>();

    /** What the log says of a key last. */
    private static final class Known {
        private String id = "?";
        private Optional<KeyState> state = Optional.empty();
        private Optional<String> compromised = Optional.empty();
        private String where = "";
        private boolean removed;

        /** Whether any of it is of this store. */
        private boolean here;
    }

    /** The highest generation of a ring that the log has, and who holds it. */
    private record Generation(long number, String holder, String where) {}

    /**
     * Where store and log differ.
     *
     * @param key the key's id, or the ring's name
     * @param what the difference, a sentence
     */
    public record Difference(String key, String what) {}

    private Reconciliation() {}

    /**
     * Compares.
     *
     * @param records the log's records in the order of their time, those that vouch for nothing left out
     * @param store the store, not audited by this log: core judges the keys of such a one by the log's own marks
     * @return the differences; none where the store is what the log says
     */
    public static List<Difference> of(Stream<StoredRecord> records, KeyStore store) {
        Reconciliation reconciliation = new Reconciliation();
        records.forEach(stored -> {
            if (stored.record().isOf(store.location())) {
                reconciliation.take(stored);
            } else {
                reconciliation.takeFromElsewhere(stored);
            }
        });
        return reconciliation.compare(store.listing());
    }

    private void take(StoredRecord stored) {
        AuditRecord record = stored.record();
        String where = stored.chain() + "/" + stored.sequence();
        if (record.event() == AuditEvent.KEY_ROTATED
                && record.isDone()
                && record.number("generation").isPresent()) {
            takeGeneration(record, where);
        }
        record.field("fingerprint").ifPresent(fingerprint -> takeKey(fingerprint, record, where));
    }

    /** A compromise is the key's, wherever it lies: this store may be a copy of that one. Anything else is that store's. */
    private void takeFromElsewhere(StoredRecord stored) {
        AuditRecord record = stored.record();
        record.field("fingerprint").ifPresent(fingerprint -> {
            Known key = known.computeIfAbsent(fingerprint, unknown -> new Known());
            if (record.event() == AuditEvent.KEY_COMPROMISED) {
                key.compromised = record.field("compromised_since");
                key.where = stored.chain() + "/" + stored.sequence();
            }
        });
    }

    private void takeGeneration(AuditRecord record, String where) {
        String ring = record.field("ring").orElse("?");
        long number = record.number("generation").orElseThrow();
        Generation before = generations.get(ring);
        if (before == null || before.number() < number) {
            generations.put(ring, new Generation(number, record.field("holder").orElse("?"), where));
        }
    }

    private void takeKey(String fingerprint, AuditRecord record, String where) {
        Known key = known.computeIfAbsent(fingerprint, unknown -> new Known());
        key.here = true;
        key.id = record.field("key_id").orElse(key.id);
        boolean changed = record.event() != AuditEvent.CHANGE_INTENDED && record.event() != AuditEvent.CHANGE_FAILED;
        Optional<KeyState> state = record.field("to_state").flatMap(Reconciliation::state);
        if (changed && state.isPresent()) {
            key.state = state;
            key.where = where;
        }
        if (record.event() == AuditEvent.KEY_COMPROMISED) {
            key.compromised = record.field("compromised_since");
            key.where = where;
        }
        key.removed |= record.event() == AuditEvent.KEY_DISCARDED;
    }

    private static Optional<KeyState> state(String name) {
        for (KeyState state : KeyState.values()) {
            if (state.name().equals(name)) {
                return Optional.of(state);
            }
        }
        return Optional.empty();
    }

    private List<Difference> compare(KeyListing listing) {
        List<Difference> differences = new ArrayList<>();
        Map<String, Known> missing = new TreeMap<>(known);
        Map<String, Long> highest = new HashMap<>();
        for (KeyMetadata key : listing.usable()) {
            if (key.leftOver()) {
                differences.add(new Difference(
                        key.id().value(),
                        "It is destroyed, and its private half is still there. Destroy it again: chancery destroy "
                                + key.id() + "."));
            }
            Known said = missing.remove(key.fingerprint());
            if (said == null) {
                differences.add(new Difference(key.id().value(), "The log knows nothing of this key."));
            } else {
                compare(key, said, differences);
            }
            key.attributes()
                    .ring()
                    .ifPresent(position -> highest.merge(position.ring().value(), position.generation(), Math::max));
        }
        missing.values().stream()
                .filter(said -> said.here && !said.removed && !said.state.equals(Optional.of(KeyState.DESTROYED)))
                .filter(said -> said.state.isPresent() || said.compromised.isPresent())
                .forEach(said -> differences.add(new Difference(
                        said.id,
                        "The log has this key (" + said.where
                                + "), and the store has it no more, or no longer usable.")));
        generations.forEach((ring, said) -> {
            long there = highest.getOrDefault(ring, 0L);
            if (there < said.number()) {
                differences.add(new Difference(
                        ring,
                        "The ring is at generation " + there + ", and the log has generation " + said.number()
                                + ", held by " + said.holder() + " (" + said.where() + ")."));
            }
        });
        return differences;
    }

    private static void compare(KeyMetadata key, Known said, List<Difference> differences) {
        if (said.compromised.isPresent() && key.compromisedSince().isEmpty()) {
            differences.add(new Difference(
                    key.id().value(),
                    "The log has this key as compromised since " + said.compromised.get() + " (" + said.where
                            + "), and the store does not. Mark it again: chancery compromise " + key.id() + "."));
        } else if (said.compromised.isEmpty() && key.compromisedSince().isPresent()) {
            differences.add(new Difference(
                    key.id().value(),
                    "The store has this key as compromised since "
                            + key.compromisedSince().get() + ", and the log has no record of that."));
        } else if (said.here
                && key.state() == KeyState.SUSPENDED
                && !said.state.equals(Optional.of(KeyState.SUSPENDED))) {
            differences.add(new Difference(
                    key.id().value(), "The store has this key as SUSPENDED, and the log has no record of that."));
        } else if (said.state.isPresent() && key.state().compareTo(said.state.get()) < 0) {
            differences.add(new Difference(
                    key.id().value(),
                    "The store has this key as " + key.state() + ", and the log as " + said.state.get() + " ("
                            + said.where + ")."));
        }
    }
}
