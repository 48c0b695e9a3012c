package dev.chancery.audit;

import dev.chancery.audit.internal.writing.Marks;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.error.ChanceryException;
import dev.chancery.interception.Operation;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyState;
import dev.chancery.key.StateChange;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keys that the store has as suspended or compromised, of which the log says nothing. Nothing holds such a change up, so the process that was to
 * record it may have been killed before the log's disk answered; or the change was made elsewhere. The store itself keeps what is owed to the
 * log: the first look at the key pays it.
 */
final class UnrecordedChanges implements KeyMemory, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(UnrecordedChanges.class);

    /** So long the process that made the change is given to record it. */
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final Recorder log;
    private final Marks remembered;
    private final Supplier<Marks> rereading;
    private final Clock clock;
    private final Duration patience;

    /** What is on record or was looked into: a fingerprint with the mark, or with the time of the suspension. */
    private final Set<String> known = ConcurrentHashMap.newKeySet();

    /** The keys that this process is changing, by id. */
    private final Set<String> changing = ConcurrentHashMap.newKeySet();

    /** Reads the log again, so that no caller waits for its disk. */
    private final ThreadPoolExecutor reader = new ThreadPoolExecutor(
            1,
            1,
            1,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            UnrecordedChanges::daemon,
            new ThreadPoolExecutor.DiscardPolicy()); // a log that is closed leaves it to the next opening

    /**
     * Begins with what the log had when it was opened.
     *
     * @param rereading reads again what the log has
     * @param patience how long closing waits
     */
    UnrecordedChanges(Recorder log, Marks remembered, Supplier<Marks> rereading, Clock clock, Duration patience) {
        this.log = log;
        this.remembered = remembered;
        this.rereading = rereading;
        this.clock = clock;
        this.patience = patience;
        reader.allowCoreThreadTimeOut(true);
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "chancery-audit-unrecorded");
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public void begin(Operation change) {
        change.keyId().ifPresent(changing::add);
    }

    @Override
    public void end(Operation change, Optional<KeyMetadata> changed) {
        changed.filter(key -> isOutOfService(key.attributes()))
                .ifPresent(key -> known.add(name(key.fingerprint(), key.attributes())));
        change.keyId().ifPresent(changing::remove);
    }

    @Override
    public Optional<CompromisedSince> compare(String store, KeyId key, String fingerprint, KeyAttributes stored) {
        if (isOutOfService(stored)
                && !changing.contains(key.value())
                && !isOnRecord(remembered, fingerprint, stored)
                && isDue(stored)
                && known.add(name(fingerprint, stored))) {
            reader.execute(() -> record(store, key, fingerprint, stored));
        }
        return Optional.empty();
    }

    private static boolean isOutOfService(KeyAttributes key) {
        return key.compromisedSince().isPresent() || key.state() == KeyState.SUSPENDED;
    }

    private static String name(String fingerprint, KeyAttributes stored) {
        return fingerprint
                + ' '
                + stored.compromisedSince()
                        .map(CompromisedSince::toString)
                        .orElseGet(() -> last(stored)
                                .map(change -> change.at().toString())
                                .orElse(""));
    }

    private static boolean isOnRecord(Marks marks, String fingerprint, KeyAttributes stored) {
        Optional<CompromisedSince> mark = stored.compromisedSince();
        if (mark.isPresent()) {
            return marks.of(fingerprint)
                    .filter(since -> since.earlier(mark.get()).equals(since))
                    .isPresent();
        }
        Optional<Instant> recorded = Optional.ofNullable(marks.suspensions().get(fingerprint));
        Instant at = last(stored).map(StateChange::at).orElse(Instant.MIN);
        return recorded.filter(when -> !when.isBefore(at)).isPresent();
    }

    /** The change that led to the key's state, where the store has kept it. */
    private static Optional<StateChange> last(KeyAttributes stored) {
        return stored.history().stream()
                .filter(change -> change.to() == stored.state())
                .reduce((before, after) -> after);
    }

    private boolean isDue(KeyAttributes stored) {
        return last(stored)
                .filter(change -> clock.instant().isBefore(change.at().plus(GRACE)))
                .isEmpty();
    }

    private void record(String store, KeyId key, String fingerprint, KeyAttributes stored) {
        try {
            if (isOnRecord(rereading.get(), fingerprint, stored)) {
                return; // by another process, since this one opened the log
            }
            Optional<StateChange> change = last(stored);
            boolean marked = stored.compromisedSince().isPresent();
            LOG.warn(
                    "Key {} in {} is {}, and the audit log had no record of it: it has one now.",
                    key,
                    store,
                    marked ? "compromised" : "suspended");
            log.writeEventually(List.of(AuditRecord.builder(
                            clock.instant(), marked ? AuditEvent.KEY_COMPROMISED : AuditEvent.KEY_STATE_CHANGED)
                    .text("outcome", "done")
                    .text("store", store)
                    .text("key_id", key.value())
                    .text("fingerprint", fingerprint)
                    .text("from_state", change.map(StateChange::from).map(KeyState::name))
                    .text("to_state", stored.state().name())
                    .text("compromised_since", stored.compromisedSince().map(CompromisedSince::toString))
                    .text("changed_at", change.map(StateChange::at).map(Instant::toString))
                    .text("reason", change.map(StateChange::reason))
                    .flag("unrecorded", true)
                    .build()));
        } catch (ChanceryException e) {
            LOG.warn("Whether the audit log has a record of key {} could not be looked up: {}", key, e.getMessage());
            known.remove(name(fingerprint, stored)); // the next look tries again
        }
    }

    /** Waits for what is being looked into, as long as callers wait for the log. */
    @Override
    public void close() {
        reader.shutdown();
        boolean interrupted = false;
        try {
            if (!reader.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("Changes of keys that the audit log may lack are left to the next opening.");
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
