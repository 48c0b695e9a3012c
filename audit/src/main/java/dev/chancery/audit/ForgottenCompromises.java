package dev.chancery.audit;

import dev.chancery.audit.internal.writing.Marks;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.interception.Operation;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys that the log has as compromised. Where the store has forgotten one, for it was put back to an older state, core judges by what the
 * log knows, and a person is told. Marking the key again in the store ends that.
 */
final class ForgottenCompromises implements KeyMemory {
    private static final Logger LOG = LoggerFactory.getLogger(ForgottenCompromises.class);

    private final Recorder log;
    private final Clock clock;

    /** What the log had when it was opened. */
    private final Marks remembered;

    /** That, and what has been marked since. */
    private final Map<String, CompromisedSince> known;

    private final Set<String> told = ConcurrentHashMap.newKeySet();

    ForgottenCompromises(Recorder log, Marks remembered, Clock clock) {
        this.log = log;
        this.remembered = remembered;
        this.known = new ConcurrentHashMap<>(remembered.all());
        this.clock = clock;
    }

    @Override
    public void begin(Operation change) {
        // What the log knows does not change by it.
    }

    @Override
    public void end(Operation change, Optional<KeyMetadata> changed) {
        changed.ifPresent(key -> key.compromisedSince()
                .ifPresent(since -> known.merge(key.fingerprint(), since, CompromisedSince::earlier)));
    }

    @Override
    public Optional<CompromisedSince> compare(String store, KeyId key, String fingerprint, KeyAttributes stored) {
        // A mark of a moment ago may be younger than what was read of the store: that is no reason for an alarm.
        remembered
                .of(fingerprint)
                .filter(since -> stored.compromisedSince()
                        .filter(mark -> mark.earlier(since).equals(mark))
                        .isEmpty())
                .filter(since -> told.add(fingerprint))
                .ifPresent(since -> tell(store, key, fingerprint, since));
        return Optional.ofNullable(known.get(fingerprint));
    }

    private void tell(String store, KeyId key, String fingerprint, CompromisedSince since) {
        String reason = "Key " + key + " in " + store + " is compromised since " + since
                + ", says the audit log, and the store has forgotten it: it was put back to an older state. Mark the key again:"
                + " chancery compromise " + key + ".";
        LOG.error(reason);
        log.writeEventually(List.of(AuditRecord.builder(clock.instant(), AuditEvent.ALERT)
                .text("rule", "forgotten_compromise")
                .text("outcome", "begun")
                .text("reason", reason)
                .text("store", store)
                .text("key_id", key.value())
                .text("fingerprint", fingerprint)
                .text("compromised_since", since.toString())
                .build()));
    }
}
