package dev.chancery.backup.internal.restoring;

import dev.chancery.KeyStore;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.audit.record.StoredRecord;
import dev.chancery.backup.internal.layout.KeyDocument;
import dev.chancery.backup.internal.layout.KeyFacts;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyState;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What live stores and audit logs know of keys, which an archive may have missed: it stands. A key is known by its fingerprint, wherever it is; one whose
 * archive has no fingerprint, by its id. Not thread-safe.
 */
public final class Knowledge {
    private final Map<String, Known> byFingerprint = new HashMap<>();
    private final Map<String, Known> byId = new HashMap<>();
    private final Map<String, Generation> rings = new HashMap<>();

    /**
     * What is known of a key.
     *
     * @param facts its state and mark
     * @param where who knows it, for people
     */
    public record Known(KeyFacts facts, String where) {
        private Known join(Known other) {
            KeyFacts joined = facts.join(other.facts);
            return new Known(joined, joined.equals(facts) ? where : other.where);
        }
    }

    /** How far a ring has come. */
    public record Generation(long number, String where) {}

    /** Takes in what a store has. */
    public void take(KeyStore store) {
        for (KeyMetadata key : store.listing().usable()) {
            Known known = new Known(KeyFacts.of(key), store.location());
            add(Optional.of(key.fingerprint()), key.id().value(), known);
            key.ring()
                    .ifPresent(position ->
                            raise(position.ring().value(), new Generation(position.generation(), store.location())));
        }
    }

    /**
     * Takes in what a log has.
     *
     * @param records those that something vouches for, the oldest first
     * @param stores the locations whose rings count; none means all
     */
    public void take(Stream<StoredRecord> records, java.util.Set<String> stores) {
        Map<String, Known> last = new HashMap<>();
        records.forEach(stored -> {
            AuditRecord record = stored.record();
            String where = "the audit log (" + stored.chain() + "/" + stored.sequence() + ")";
            boolean counted = stores.isEmpty()
                    || record.field("store").filter(stores::contains).isPresent();
            if (record.event() == AuditEvent.KEY_ROTATED
                    && record.isDone()
                    && counted
                    && record.number("generation").isPresent()) {
                long number = record.number("generation").orElseThrow();
                record.field("ring").ifPresent(ring -> raise(ring, new Generation(number, where)));
            }
            facts(record).ifPresent(facts -> {
                Optional<String> fingerprint = record.field("fingerprint");
                String id = record.field("key_id").orElse("");
                Known known = new Known(facts, where);
                if (facts.state().compareTo(KeyState.SUSPENDED) <= 0 && !facts.removed()) {
                    fingerprint.ifPresent(key -> last.put(key, known)); // it may be resumed: the last word counts
                } else {
                    add(fingerprint, id, known);
                }
            });
        });
        last.forEach((fingerprint, known) -> add(Optional.of(fingerprint), "", known));
    }

    private static Optional<KeyFacts> facts(AuditRecord record) {
        AuditEvent event = record.event();
        if (event == AuditEvent.KEY_COMPROMISED) {
            Optional<CompromisedSince> since = record.field("compromised_since").flatMap(KeyDocument::mark);
            return Optional.of(
                    new KeyFacts(KeyState.COMPROMISED, since.or(() -> Optional.of(CompromisedSince.UNKNOWN)), false));
        }
        if (event == AuditEvent.KEY_DISCARDED) {
            return Optional.of(new KeyFacts(KeyState.PRE_ACTIVE, Optional.empty(), true));
        }
        boolean changed = event != AuditEvent.CHANGE_INTENDED && event != AuditEvent.CHANGE_FAILED;
        return changed
                ? record.field("to_state")
                        .flatMap(KeyDocument::state)
                        .map(state -> new KeyFacts(
                                state, record.field("compromised_since").flatMap(KeyDocument::mark), false))
                : Optional.empty();
    }

    private void add(Optional<String> fingerprint, String id, Known known) {
        fingerprint.ifPresent(key -> byFingerprint.merge(key, known, Known::join));
        byId.merge(id, known, Known::join);
    }

    private void raise(String ring, Generation generation) {
        rings.merge(ring, generation, (one, other) -> one.number() >= other.number() ? one : other);
    }

    /** Takes in that a generation is claimed. */
    public void claimed(String ring, long generation, String where) {
        raise(ring, new Generation(generation, where));
    }

    /** What is known of a key. */
    public Optional<Known> of(String id, Optional<String> fingerprint) {
        return Optional.ofNullable(fingerprint.isPresent() ? byFingerprint.get(fingerprint.get()) : byId.get(id));
    }

    /** The highest generation that a ring is known to have. */
    public Optional<Generation> ring(String name) {
        return Optional.ofNullable(rings.get(name));
    }
}
