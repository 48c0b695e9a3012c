package dev.chancery.audit;

import dev.chancery.audit.internal.writing.Marks;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.error.IntegrityException;
import dev.chancery.key.KeyMetadata;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keys that the log has as compromised and the store has not: somebody has put the store back to an older state. Such a key does not
 * sign, no signature of it is called valid, and a person is told. Marking the key again in the store ends that.
 */
final class ForgottenCompromises {
    private static final Logger LOG = LoggerFactory.getLogger(ForgottenCompromises.class);

    private final Recorder log;
    private final Marks marks;
    private final Clock clock;
    private final Set<String> told = ConcurrentHashMap.newKeySet();

    ForgottenCompromises(Recorder log, Marks marks, Clock clock) {
        this.log = log;
        this.marks = marks;
        this.clock = clock;
    }

    /** Why a key is not to be used; empty if nothing is forgotten of it. */
    Optional<IntegrityException> find(Optional<KeyMetadata> key, String store) {
        Optional<KeyMetadata> unmarked =
                key.filter(known -> known.compromisedSince().isEmpty());
        Optional<String> since = unmarked.map(KeyMetadata::fingerprint).flatMap(marks::of);
        if (since.isEmpty()) {
            return Optional.empty();
        }
        KeyMetadata forgotten = unmarked.orElseThrow();
        String reason = "Key " + forgotten.id() + " in " + store + " is compromised since " + since.get()
                + ", says the audit log, and the store has forgotten it: it was put back to an older state. Mark the key again:"
                + " chancery compromise " + forgotten.id() + ".";
        if (told.add(forgotten.fingerprint())) {
            LOG.error(reason);
            log.writeWhateverHappens(List.of(AuditRecord.builder(clock.instant(), AuditEvent.ALERT)
                    .text("rule", "forgotten_compromise")
                    .text("outcome", "begun")
                    .text("reason", reason)
                    .text("store", store)
                    .text("key_id", forgotten.id().value())
                    .text("fingerprint", forgotten.fingerprint())
                    .text("compromised_since", since)
                    .build()));
        }
        return Optional.of(new IntegrityException(reason));
    }
}
