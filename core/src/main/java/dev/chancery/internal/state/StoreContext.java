package dev.chancery.internal.state;

import dev.chancery.Capability;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.error.ChanceryException;
import dev.chancery.error.KeyNotFoundException;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.internal.jca.JcaProviders;
import dev.chancery.key.KeyId;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.spi.Abilities;
import dev.chancery.spi.KeepsRecords;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.Traits;
import dev.chancery.spi.signing.SignResult;
import dev.chancery.spi.signing.SigningInput;
import dev.chancery.spi.support.Deadline;
import dev.chancery.spi.support.PausingClock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** What the parts of one open store share. */
public final class StoreContext implements AutoCloseable {
    private static final Duration REMOTE_OVERLAP = Duration.ofMinutes(5);

    private final KeyBackend backend;
    private final String location;
    private final Traits traits;
    private final Abilities abilities;
    private final Set<Capability> capabilities;
    private final KeyStoreOptions options;
    private final JcaProviders providers;
    private final Operations operations;
    private final KeyHandles handles;
    private final Judge judge;
    private final Recent recent;
    private final Steps steps;
    private final SigningRecord signingRecord = new SigningRecord();
    private final Duration stateTtl;
    private final Duration maxStale;
    private final LongSupplier ticker;
    private final ExecutorService background;
    private volatile boolean closed;

    public StoreContext(KeyBackend backend, KeyStoreOptions options, JcaProviders providers, LongSupplier ticker) {
        this.backend = backend;
        // Asked once: every signature names it, and a backend may have to ask the operating system.
        this.location = backend.location();
        this.traits = backend.traits();
        this.abilities = backend.abilities();
        this.capabilities = capabilities(traits, abilities);
        this.options = options;
        this.providers = providers;
        this.operations = new Operations(location, traits.callTimeout());
        this.handles = new KeyHandles(this);
        this.recent = new Recent(traits.settle(), settling(options.clock(), ticker));
        this.judge = new Judge(this);
        this.steps = new Steps(this);
        this.stateTtl = countable(options.stateTtl().orElse(traits.stateTtl()));
        Duration stale = countable(options.maxStale());
        // Within its time to live a state is served without asking, so it cannot be too old before.
        this.maxStale = stale.compareTo(stateTtl) > 0 ? stale : stateTtl;
        this.ticker = ticker;
        this.background = oneDaemonThread();
    }

    /** A place settles on the store's clock, where that says how its time passes. */
    private static LongSupplier settling(Clock clock, LongSupplier ticker) {
        return clock instanceof PausingClock ? () -> TimeUnit.MILLISECONDS.toNanos(clock.millis()) : ticker;
    }

    /** What applications see of abilities and traits. */
    private static Set<Capability> capabilities(Traits traits, Abilities abilities) {
        Set<Capability> can = EnumSet.noneOf(Capability.class);
        abilities.makesKeys().ifPresent(ability -> can.add(Capability.GENERATE));
        abilities.importsKeys().ifPresent(ability -> can.add(Capability.IMPORT));
        abilities.findsOrphans().ifPresent(ability -> can.add(Capability.ORPHANS));
        abilities.reencryptsKeys().ifPresent(ability -> can.add(Capability.REENCRYPT));
        abilities.backsUpKeys().ifPresent(ability -> can.add(Capability.BACKUP));
        abilities.attestsKeys().ifPresent(ability -> can.add(Capability.ATTESTATION));
        if (abilities.keepsRecords().isPresent()) {
            can.add(Capability.LIFECYCLE);
            if (traits.deletes()) {
                can.add(Capability.DELETE_MATERIAL);
            }
            can.add(abilities.claimsGenerations().isPresent() ? Capability.CLAIM_ATOMIC : Capability.CLAIM_BY_ELECTION);
        }
        if (traits.signsMessages() && !traits.remote()) {
            can.add(Capability.LOCAL_SIGNING);
        }
        return Set.copyOf(can);
    }

    /** Ages are counted in nanoseconds, of which a long holds 292 years: who says more means for ever. */
    private static Duration countable(Duration time) {
        return Duration.ofNanos(TimeUnit.NANOSECONDS.convert(time));
    }

    /** One thread that ends when there is nothing to do, so that a forgotten store keeps no thread. */
    private static ExecutorService oneDaemonThread() {
        ThreadPoolExecutor executor =
                new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "chancery-state");
                    thread.setDaemon(true);
                    return thread;
                });
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }

    /** A closed store serves nothing, not even what it remembers. */
    public void requireOpen() {
        if (closed) {
            throw new IllegalStateException("The key store " + location + " is closed.");
        }
    }

    /** A call that has used up its time takes no further step; those that it has taken stand, and the next call goes on from there. */
    private void requireTime() {
        if (Deadline.isCallOver()) {
            throw new StoreUnavailableException(
                    "The store " + location + " took longer than "
                            + traits.callTimeout().toSeconds()
                            + " seconds for the steps of one call, which was given up. What was done stands. Try again.",
                    null);
        }
    }

    /** The place, for what changes nothing; changes go through {@link #steps()}. */
    public KeyBackend backend() {
        requireOpen();
        requireTime();
        return backend;
    }

    public Traits traits() {
        return traits;
    }

    public Abilities abilities() {
        return abilities;
    }

    public Set<Capability> capabilities() {
        return capabilities;
    }

    /** An ability that a call needs. */
    public <T> T ability(Optional<T> ability, Capability name) {
        requireOpen();
        requireTime();
        return ability.orElseThrow(
                () -> new UnsupportedException("The store " + location + " cannot do this: it lacks " + name + "."));
    }

    public KeepsRecords recordsOf() {
        return ability(abilities.keepsRecords(), Capability.LIFECYCLE);
    }

    /** Signs in the place, which keeps the time where that is worth knowing. */
    public SignResult sign(KeyId id, SignatureAlgorithm algorithm, SigningInput input) {
        KeyBackend place = backend();
        long started = traits.remote() ? System.nanoTime() : 0;
        SignResult result;
        try {
            result = place.sign(id, algorithm, input);
        } catch (ChanceryException e) {
            signingRecord.recordFailure(e);
            throw e;
        }
        if (traits.remote()) {
            signingRecord.recordTime(System.nanoTime() - started);
        }
        return result;
    }

    /** How signing in the place went lately. */
    public SigningRecord signingRecord() {
        return signingRecord;
    }

    /** A key as it is in its place now; one that was made here a moment ago, if not every reader finds it yet; one that the place has deleted for good, as the archive keeps it. */
    public Optional<StoredKey> find(KeyId id) {
        Optional<StoredKey> found = backend().find(id);
        if (found.isPresent()) {
            recent.forgetMade(id); // from now on it is missing only if it is gone
            return found;
        }
        return recent.made(id).or(() -> judge.findDeleted(id));
    }

    public StoredKey require(KeyId id) {
        return find(id).orElseThrow(() -> notFound(id));
    }

    public KeyNotFoundException notFound(KeyId id) {
        return KeyNotFoundException.of(id.value(), location);
    }

    /** The keys that this process has touched. */
    public KeyHandles handles() {
        return handles;
    }

    /** What stands around each step. */
    public Operations operations() {
        return operations;
    }

    public Judge judge() {
        return judge;
    }

    Recent recent() {
        return recent;
    }

    public Steps steps() {
        return steps;
    }

    public KeyStoreOptions options() {
        return options;
    }

    public JcaProviders providers() {
        return providers;
    }

    public String location() {
        return location;
    }

    public Duration stateTtl() {
        return stateTtl;
    }

    /** The age from which on the last known state of a key is not enough to sign. */
    Duration maxStale() {
        return maxStale;
    }

    /** The monotonic time that ages are measured with. */
    public long ticks() {
        return ticker.getAsLong();
    }

    /** Whether half the time that the place takes to settle has passed since some ticks: on a clock that has to be asked to pass, none has. */
    boolean isHalfSettledSince(long ticks) {
        return !(options.clock() instanceof PausingClock)
                && ticks() - ticks > traits().settle().toNanos() / 2;
    }

    /** Now, in whole seconds: every store can keep them. */
    public Instant now() {
        return options.clock().instant().truncatedTo(ChronoUnit.SECONDS);
    }

    /** Waits on the store's clock; that does not count against the time of the call. An interrupt does not cut it short, and is kept: half a wait decides nothing. */
    public void pause(Duration time) {
        Deadline.apart(() -> {
            wait(time);
            return time;
        });
    }

    private void wait(Duration time) {
        if (options.clock() instanceof PausingClock clock) {
            clock.pause(time);
            return;
        }
        boolean interrupted = false;
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    public <T> Refreshing<T> refreshing(Supplier<T> source) {
        return Refreshing.reading(source, stateTtl, ticker, this::runInBackground);
    }

    /** As {@link #refreshing(Supplier)}, beginning with what was read already. */
    public <T> Refreshing<T> refreshing(Supplier<T> source, T first, long readAt) {
        return new Refreshing<>(
                source, new Refreshing.Reading<>(first, readAt), stateTtl, ticker, this::runInBackground);
    }

    /** How long a key signs on after another one became current: long enough for every other instance, even with a short time to live here. */
    public Duration overlap() {
        Duration ttl = longer(stateTtl, traits.stateTtl());
        Duration settled = ttl.plus(traits.settle()).multipliedBy(2);
        return longer(settled, traits.remote() ? REMOTE_OVERLAP : Duration.ZERO);
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) > 0 ? a : b;
    }

    private void runInBackground(Runnable task) {
        if (!background.isShutdown()) {
            background.execute(task);
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            background.shutdown();
            backend.close();
        }
    }
}
