package dev.chancery.internal.health;

import dev.chancery.error.ChanceryException;
import dev.chancery.health.Finding;
import dev.chancery.health.HealthStatus;
import dev.chancery.health.Subject;
import dev.chancery.interception.SignPurpose;
import dev.chancery.internal.state.Snapshot;
import dev.chancery.internal.state.StoreContext;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyName;
import dev.chancery.key.KeyState;
import dev.chancery.key.RingPosition;
import dev.chancery.key.UnusableKey;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.support.ShellWord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The keys as one look found them: listed at once where that is cheap, else each when it is asked for. */
final class KeysInPlace {
    /** A key that no rotation replaces is told of so long before its end. */
    private static final Duration SOON = Duration.ofDays(30);

    private final StoreContext context;
    private final Map<KeyId, StoredKey> found = new TreeMap<>(Comparator.comparing(KeyId::value));
    private List<Judged> judged = List.of();
    private boolean all;

    KeysInPlace(StoreContext context) {
        this.context = context;
    }

    /** A usable key. */
    record Seen(KeyId id, Snapshot snapshot) {

        /** Whether it may sign now, in no ring. */
        Finding state(StoreContext context) {
            Subject subject = Subject.key(id.value());
            Instant now = context.options().clock().instant();
            Optional<Instant> end = snapshot.metadata().signUntil();
            if (end.filter(until -> !now.isBefore(until)).isPresent()) {
                return new Finding(
                                "state",
                                HealthStatus.DEGRADED,
                                "Its signing period ended at " + end.get()
                                        + ", and it is in no ring that has a next key.")
                        .withSubject(subject)
                        .withMend("chancery deactivate " + ShellWord.quote(id.value()));
            }
            try {
                context.judge().requireSigning(snapshot, SignPurpose.DATA, false);
                context.judge()
                        .requireAllowed(snapshot.metadata(), snapshot.metadata().defaultAlgorithm());
            } catch (ChanceryException e) {
                return Failures.of(context.traits(), subject, "state", e);
            }
            return end.filter(until -> now.plus(SOON).isAfter(until))
                    .map(until -> new Finding(
                                    "state",
                                    HealthStatus.DEGRADED,
                                    "It may sign until " + until + " only, and is in no ring that has a next key.")
                            .withMend("chancery ring adopt RING " + ShellWord.quote(id.value())))
                    .orElseGet(() -> new Finding("state", HealthStatus.UP, "It may sign."))
                    .withSubject(subject);
        }
    }

    void list() {
        try (Stream<StoredKey> keys = context.backend().list()) {
            keys.forEach(key -> found.put(key.id(), key));
        }
        all = true;
    }

    /** Whether all of them were looked at. */
    boolean areListed() {
        return all;
    }

    /** A key as it was found, or is found now: it may have come since. */
    Optional<StoredKey> find(KeyId id) {
        StoredKey key = found.get(id);
        return key != null ? Optional.of(key) : context.find(id);
    }

    /** A listed key, judged. */
    private record Judged(KeyId id, Optional<UnusableKey> problem, Optional<Snapshot> snapshot) {}

    /** Judging takes a public half apart, and several checks ask. */
    private List<Judged> judged() {
        if (judged.size() != found.size()) {
            judged = found.values().stream().map(this::judge).toList();
        }
        return judged;
    }

    /** A test signature proves a key: what was judged before it is no longer so. */
    void judgeAnew() {
        judged = List.of();
    }

    private Judged judge(StoredKey key) {
        Optional<UnusableKey> problem = context.judge().problem(key);
        return new Judged(
                key.id(),
                problem,
                problem.isPresent()
                        ? Optional.empty()
                        : Optional.of(context.judge().snapshot(key)));
    }

    /** The active ones that are usable. */
    List<Seen> active() {
        return judged().stream()
                .flatMap(key -> key.snapshot().stream().map(snapshot -> new Seen(key.id(), snapshot)))
                .filter(key -> key.snapshot().metadata().state() == KeyState.ACTIVE)
                .toList();
    }

    /** The active ones that are in no ring: each signs for itself. */
    Stream<Seen> loose() {
        return active().stream().filter(key -> key.snapshot().metadata().ring().isEmpty());
    }

    /** Rings that active keys say they are of. */
    Set<KeyName> namedRings() {
        return active().stream()
                .flatMap(key -> key.snapshot().metadata().ring().stream())
                .map(RingPosition::ring)
                .collect(Collectors.toSet());
    }

    /** What is not in order with any of the listed keys. */
    List<Finding> findings(Set<KeyId> shouldSign) {
        List<Finding> findings = new ArrayList<>();
        for (Judged key : judged()) {
            key.snapshot().ifPresent(snapshot -> findings.addAll(sound(snapshot.metadata())));
            key.problem()
                    .filter(problem -> !shouldSign.contains(key.id()))
                    .ifPresent(problem -> findings.add(unusable(context, problem, HealthStatus.DEGRADED)));
        }
        return findings;
    }

    /** What is damaged in a directory comes from a backup again; what a restore would do there is looked at first. */
    static Finding unusable(StoreContext context, UnusableKey key, HealthStatus status) {
        Optional<String> restore = Optional.of("chancery restore FILE --key "
                        + ShellWord.quote(key.id().value()) + " --dry-run")
                .filter(any -> key.problem() == UnusableKey.Problem.DAMAGED
                        && !context.traits().remote());
        return new Finding(
                Subject.key(key.id().value()),
                "usable",
                status,
                "It must not be used (" + key.problem() + "): " + key.reason(),
                key.mend().or(() -> restore));
    }

    private static List<Finding> sound(KeyMetadata key) {
        Subject subject = Subject.key(key.id().value());
        String id = ShellWord.quote(key.id().value());
        List<Finding> findings = new ArrayList<>();
        if (key.leftOver()) {
            findings.add(new Finding(
                            "left-over private half",
                            HealthStatus.DEGRADED,
                            "It is destroyed, and its private half is still there: a crash cut the destruction off.")
                    .withSubject(subject)
                    .withMend("chancery destroy " + id));
        }
        if (!key.proven()) {
            findings.add(new Finding(
                            "proof",
                            HealthStatus.DEGRADED,
                            "Nothing shows that the public half beside it is its own. Let it sign once, or confirm its"
                                    + " fingerprint, having it from the key's owner.")
                    .withSubject(subject)
                    .withMend("chancery trust " + id + " FINGERPRINT"));
        }
        return findings;
    }
}
