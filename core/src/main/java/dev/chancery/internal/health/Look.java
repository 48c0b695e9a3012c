package dev.chancery.internal.health;

import dev.chancery.KeyStore;
import dev.chancery.Signer;
import dev.chancery.error.ChanceryException;
import dev.chancery.health.Finding;
import dev.chancery.health.HealthLevel;
import dev.chancery.health.HealthStatus;
import dev.chancery.health.Subject;
import dev.chancery.internal.lifecycle.Generations;
import dev.chancery.internal.signing.SelfTesting;
import dev.chancery.internal.state.StoreContext;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyName;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.spi.KeepsRecords;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/** One look at a store. Each check adds what it found; one that fails keeps no other from being made. */
final class Look {
    private final StoreContext context;
    private final KeyStore store;
    private final Generations generations;
    private final List<Finding> findings;
    private final Set<KeyId> tried = new HashSet<>();

    Look(StoreContext context, KeyStore store, Generations generations, List<Finding> findings) {
        this.context = context;
        this.store = store;
        this.generations = generations;
        this.findings = findings;
    }

    void look(HealthLevel level) {
        findings.add(RandomSource.check());
        findings.addAll(new ConfigurationChecks(context).findings());
        if (level == HealthLevel.CONFIG) {
            if (!context.traits().remote()) {
                askPlace(level);
            }
            return;
        }
        Optional<Set<KeyName>> rings = answer();
        if (rings.isPresent()) {
            lookAtKeys(level, rings.get());
        }
        findings.addAll(new SigningChecks(context).findings());
        askPlace(level); // last: by now it has read the keys that sign
    }

    /** What only the place knows; where it names no command, its own tool shows more. */
    private void askPlace(HealthLevel level) {
        attempt(
                "place",
                () -> context.backend().probe(level).stream()
                        .map(found -> found.status() == HealthStatus.UP
                                        || found.mend().isPresent()
                                ? found
                                : found.withMend(context.traits().diagnosis()))
                        .forEach(findings::add));
    }

    /** The rings, if the store answers. */
    private Optional<Set<KeyName>> answer() {
        try {
            Set<KeyName> rings = rings();
            findings.add(new Finding("answer", HealthStatus.UP, "It answers: " + rings.size() + " rings."));
            return Optional.of(rings);
        } catch (ChanceryException e) {
            findings.add(Failures.of(context.traits(), Subject.STORE, "answer", e));
            return Optional.empty();
        }
    }

    private Set<KeyName> rings() {
        return context.abilities().keepsRecords().map(KeepsRecords::rings).orElse(Set.of());
    }

    /** A ring may have come since the rings were read: those that are read after the keys decide. */
    private void lookForLostRings(Set<KeyName> before, KeysInPlace keys) {
        Set<KeyName> missing = new TreeSet<>(Comparator.comparing(KeyName::value));
        missing.addAll(keys.namedRings());
        missing.removeAll(before);
        if (!missing.isEmpty()) {
            missing.removeAll(rings());
        }
        missing.forEach(ring -> findings.add(new Finding(
                        "current key",
                        HealthStatus.DOWN,
                        "It is gone, and active keys say that they are of it. Restore it from a backup.")
                .withSubject(Subject.ring(ring.value()))
                .withMend("chancery restore FILE --dry-run")));
    }

    private void lookAtKeys(HealthLevel level, Set<KeyName> rings) {
        KeyStoreOptions options = context.options();
        boolean named =
                options.defaultRing().isPresent() || options.defaultKey().isPresent();
        boolean onlyKeys = rings.isEmpty() && !named;
        KeysInPlace keys = new KeysInPlace(context);
        // A remote place has a quota, and health is asked for often.
        if (onlyKeys || level == HealthLevel.SIGN || !context.traits().remote()) {
            attempt("answer", keys::list);
        }
        rings.stream().sorted(Comparator.comparing(KeyName::value)).forEach(ring -> lookAtRing(level, ring, keys));
        boolean among = rings.stream()
                .map(KeyName::value)
                .anyMatch(ring -> options.defaultRing().equals(Optional.of(ring)));
        if (named && !among) {
            // One that is named and not there fails here.
            trySigner(level, store::defaultSigner, defaultSubject(options));
        }
        if (onlyKeys) {
            keys.active().forEach(key -> tryKey(level, key));
        } else if (level == HealthLevel.SIGN) {
            keys.loose().filter(key -> !tried.contains(key.id())).forEach(key -> tryKey(level, key));
        }
        if (keys.areListed()) {
            attempt("current key", () -> lookForLostRings(rings, keys));
        }
        if (level == HealthLevel.SIGN) {
            keys.judgeAnew();
        }
        findings.addAll(keys.findings(tried));
        boolean failed = findings.stream()
                .anyMatch(finding ->
                        finding.subject().kind() != Subject.Kind.STORE && finding.status() == HealthStatus.DOWN);
        if (!tried.isEmpty()) {
            findings.add(new Finding("keys", HealthStatus.UP, "Keys that should sign: " + tried.size() + "."));
        } else if (!failed) {
            findings.add(new Finding(
                            "keys", HealthStatus.DOWN, "There is no key to sign with. `chancery generate` makes one.")
                    .withMend("chancery generate"));
        }
        if (keys.areListed()) {
            attempt("half-made key", () -> findings.addAll(OrphanChecks.findings(store)));
        }
    }

    private static Subject defaultSubject(KeyStoreOptions options) {
        return options.defaultRing()
                .map(Subject::ring)
                .orElseGet(() -> Subject.key(options.defaultKey().orElseThrow()));
    }

    private void lookAtRing(HealthLevel level, KeyName ring, KeysInPlace keys) {
        Subject subject = Subject.ring(ring.value());
        try {
            RingChecks checks = new RingChecks(context, keys, generations, ring);
            findings.addAll(checks.findings());
            Optional<KeyMetadata> current = checks.current();
            current.ifPresent(key -> tried.add(key.id()));
            if (level == HealthLevel.SIGN && current.isPresent() && checks.maySign()) {
                sign(() -> store.ring(ring.value()).signer());
            }
        } catch (ChanceryException e) {
            findings.add(Failures.of(context.traits(), subject, "current key", e));
        }
    }

    private void trySigner(HealthLevel level, Supplier<Signer> signer, Subject subject) {
        try {
            Signer found = signer.get();
            KeyId id = found.key().id();
            if (!tried.add(id)) {
                return; // it is a ring's current key, and has signed
            }
            ((SelfTesting) found).requireSigning();
            findings.add(new Finding("state", HealthStatus.UP, "It may sign.").withSubject(Subject.key(id.value())));
            if (level == HealthLevel.SIGN) {
                sign(() -> found);
            }
        } catch (ChanceryException e) {
            findings.add(Failures.of(context.traits(), subject, "state", e));
        }
    }

    private void tryKey(HealthLevel level, KeysInPlace.Seen key) {
        tried.add(key.id());
        Finding state = key.state(context);
        findings.add(state);
        if (level == HealthLevel.SIGN && state.status() != HealthStatus.DOWN) {
            sign(() -> store.signer(key.id()));
        }
    }

    /** Once a key: the signature is on record as a self-test. */
    private void sign(Supplier<Signer> signer) {
        KeyId id = null;
        try {
            Signer found = signer.get();
            id = found.key().id();
            long started = System.nanoTime();
            ((SelfTesting) found).selfTest();
            Duration took = Duration.ofNanos(System.nanoTime() - started);
            findings.add(new Finding(
                            "test signature",
                            HealthStatus.UP,
                            "It made a test signature in " + took.toMillis() + " ms, which verifies.")
                    .withSubject(Subject.key(id.value())));
        } catch (ChanceryException e) {
            Subject subject = id == null ? Subject.STORE : Subject.key(id.value());
            findings.add(Failures.of(context.traits(), subject, "test signature", e));
        }
    }

    private void attempt(String check, Runnable look) {
        try {
            look.run();
        } catch (ChanceryException e) {
            findings.add(Failures.of(context.traits(), Subject.STORE, check, e));
        }
    }
}
