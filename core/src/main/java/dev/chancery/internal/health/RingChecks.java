package dev.chancery.internal.health;

import dev.chancery.error.ChanceryException;
import dev.chancery.error.PolicyViolationException;
import dev.chancery.health.Finding;
import dev.chancery.health.HealthStatus;
import dev.chancery.health.Subject;
import dev.chancery.interception.SignPurpose;
import dev.chancery.internal.lifecycle.Generations;
import dev.chancery.internal.lifecycle.Ring;
import dev.chancery.internal.lifecycle.RingRotation;
import dev.chancery.internal.lifecycle.RingView;
import dev.chancery.internal.state.Snapshot;
import dev.chancery.internal.state.StoreContext;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyName;
import dev.chancery.key.KeyState;
import dev.chancery.key.UnusableKey;
import dev.chancery.rotation.RotationPolicy;
import dev.chancery.spi.Claim;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.records.KeyRecord;
import dev.chancery.spi.records.KeyRecord.Successor;
import dev.chancery.spi.support.ShellWord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One ring: whether its current key may sign, when it is due, whether what a rotation began is finished. */
final class RingChecks {
    private final StoreContext context;
    private final KeysInPlace keys;
    private final Generations generations;
    private final RingView view;
    private final Subject subject;
    private final String rotate;
    private Optional<Snapshot> current = Optional.empty();
    private boolean maySign;

    RingChecks(StoreContext context, KeysInPlace keys, Generations generations, KeyName ring) {
        this.context = context;
        this.keys = keys;
        this.generations = generations;
        this.view = generations.read(ring);
        this.subject = Subject.ring(view.ring().value());
        this.rotate = "chancery rotate " + view.ring();
    }

    /** The current key, if it is there and usable; known after {@link #findings}. */
    Optional<KeyMetadata> current() {
        return current.map(Snapshot::metadata);
    }

    /** Whether it may sign; known after {@link #findings}. */
    boolean maySign() {
        return maySign;
    }

    List<Finding> findings() {
        if (view.claims().isEmpty()) {
            return List.of(
                    finding("current key", HealthStatus.DOWN, "Its first key is not activated yet: a crash left it so.")
                            .withMend(rotate));
        }
        KeyId id = view.current().holder();
        Optional<StoredKey> stored = keys.find(id);
        if (stored.isEmpty()) {
            return List.of(finding(
                            "current key",
                            HealthStatus.DOWN,
                            "Its current key " + id
                                    + " is gone, and it signs with no older one. Restore it, or rotate.")
                    .withMend(restore(id)));
        }
        Optional<UnusableKey> problem = context.judge().problem(stored.get());
        if (problem.isPresent()) {
            return List.of(
                    KeysInPlace.unusable(context, problem.get(), HealthStatus.DOWN),
                    finding(
                                    "current key",
                                    HealthStatus.DOWN,
                                    "Its current key " + id + " must not be used. Mend the key, or rotate.")
                            .withMend(problem.get().mend().orElse(rotate)));
        }
        Snapshot snapshot = context.judge().snapshot(stored.get());
        current = Optional.of(snapshot);
        List<Finding> findings = new ArrayList<>();
        findings.add(currentKey(snapshot));
        findings.add(due(snapshot.metadata()));
        findings.add(overlap(snapshot));
        return findings;
    }

    private Finding currentKey(Snapshot snapshot) {
        // The record may be younger than the claims: those that are read after it decide.
        Optional<Successor> lost = Ring.lost(context, snapshot, view)
                .flatMap(next -> Ring.lost(context, snapshot, generations.read(view.ring())));
        if (lost.isPresent()) {
            return finding(
                            "current key",
                            HealthStatus.DOWN,
                            "It has lost its current key: "
                                    + snapshot.metadata().id() + " names generation "
                                    + lost.get().generation()
                                    + " as its successor, and no key holds it. Restore what was"
                                    + " lost, or rotate.")
                    .withMend(rotate);
        }
        try {
            context.judge().requireSigning(snapshot, SignPurpose.DATA, true);
        } catch (ChanceryException e) {
            boolean onHold = snapshot.metadata().state() == KeyState.SUSPENDED;
            return finding("current key", HealthStatus.DOWN, String.valueOf(e.getMessage()))
                    .withMend(
                            onHold
                                    ? "chancery resume "
                                            + ShellWord.quote(
                                                    snapshot.metadata().id().value())
                                    : rotate);
        }
        try {
            context.judge()
                    .requireAllowed(snapshot.metadata(), snapshot.metadata().defaultAlgorithm());
        } catch (PolicyViolationException e) {
            return Failures.of(context.traits(), subject, "current key", e);
        }
        maySign = true;
        return finding(
                "current key",
                HealthStatus.UP,
                "Key " + snapshot.metadata().id() + " may sign, generation "
                        + view.current().position().generation() + ".");
    }

    private Finding due(KeyMetadata key) {
        RotationPolicy policy = context.options().rotationPolicy();
        Instant due = RingRotation.due(key, policy);
        if (!now().isBefore(due)) {
            return finding(
                            "due date",
                            HealthStatus.DEGRADED,
                            due.equals(Instant.MIN)
                                    ? "Its current key will never sign again: it needs the next one now."
                                    : "It has been due for its next key since " + due + ". Does what rotates it run?")
                    .withMend(rotate + " --if-due");
        }
        Instant since = key.signFrom().orElse(key.created());
        String soon = now().isBefore(policy.warnAt(since)) ? "" : " That is soon.";
        return finding("due date", HealthStatus.UP, "Its next key is due at " + due + "." + soon);
    }

    /** What the next rotation would finish first: what a crash left, or an overlap that is over. */
    private Finding overlap(Snapshot snapshot) {
        KeyMetadata key = snapshot.metadata();
        if (view.pending().isPresent()
                || key.state() == KeyState.PRE_ACTIVE
                || key.ring().isEmpty()) {
            return finding("overlap", HealthStatus.DEGRADED, "A promotion is unfinished: a crash cut it off.")
                    .withMend(rotate + " --if-due");
        }
        Optional<Claim> old = view.predecessor(view.current());
        Optional<KeyRecord> record = old.flatMap(claim -> keys.find(claim.holder()))
                .map(stored -> context.judge().record(stored))
                .filter(before -> before.attributes().state() == KeyState.ACTIVE);
        if (record.isEmpty()) {
            return finding("overlap", HealthStatus.UP, "No older key signs on.");
        }
        Optional<Instant> end = record.get().attributes().signUntil();
        boolean unfinished = record.get().successor().isEmpty()
                || end.filter(until -> !now().isBefore(until)).isPresent();
        String before = "Key " + old.get().holder();
        return unfinished
                ? finding(
                                "overlap",
                                HealthStatus.DEGRADED,
                                before + " is followed, and still ACTIVE: its overlap "
                                        + end.map(until -> "was over at " + until)
                                                .orElse("has no end")
                                        + ". The next rotation, due or not, retires it.")
                        .withMend(rotate + " --if-due")
                : finding(
                        "overlap",
                        HealthStatus.UP,
                        before + " signs on until " + end.map(Instant::toString).orElse("?") + ".");
    }

    /** A root that is rotated is another root: what a backup has comes first, in a directory. */
    private String restore(KeyId id) {
        return context.traits().remote()
                ? rotate
                : "chancery restore FILE --key " + ShellWord.quote(id.value()) + " --dry-run";
    }

    private Instant now() {
        return context.options().clock().instant();
    }

    private Finding finding(String check, HealthStatus status, String detail) {
        return new Finding(check, status, detail).withSubject(subject);
    }
}
