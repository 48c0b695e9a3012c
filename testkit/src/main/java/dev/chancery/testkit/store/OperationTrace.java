package dev.chancery.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.Signer;
import dev.chancery.Verifier;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.health.HealthLevel;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyState;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.rotation.RotationPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * What each operation of a store asks of the place that holds the keys, frozen in a file, so that a change of it is seen. A
 * provider's test extends this class, and says what the place was asked. {@code -Dtraces.write=true} writes the file anew.
 *
 * <p>Each operation is the first one on an empty place after what it needs; nothing but that preparation is remembered, and
 * nothing is read again for its age, unless the operation's name says so.
 */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
public abstract class OperationTrace {
    private static final KeySpec SPEC = KeySpec.EC_P256;
    private static final String RING = "certificate-signing";
    private static final String WHY = "the trace says so";
    private static final byte[] MESSAGE = {1, 2, 3};
    private static final Duration A_MONTH = Duration.ofDays(30);
    private static final RotationPolicy YEARLY = RotationPolicy.PRODUCTION;
    private static final Duration A_DAY = Duration.ofDays(1);

    /** A state TTL that no test outlives: nothing is read again for its age. Ends of overlaps are two of these away. */
    private static final Duration FOR_A_DAY = A_DAY;

    private final SettableClock clock = new SettableClock(StoreUnderTest.START);
    private final Deque<KeyStore> open = new ArrayDeque<>();
    private final List<String> trace = new ArrayList<>();

    @TempDir
    private Path seen;

    /** For subclasses. */
    protected OperationTrace() {}

    /** What an operation needs to have happened before. */
    @FunctionalInterface
    protected interface Preparation {
        /**
         * Prepares the operation.
         *
         * @param keys the store, open and empty
         * @return the operation
         */
        Runnable prepare(KeyStore keys);
    }

    /**
     * The frozen trace.
     *
     * @return a text file
     */
    protected abstract Path file();

    /** Makes an empty place, which all stores are opened on from now on. */
    protected abstract void renewPlace();

    /**
     * Opens the place.
     *
     * @param options clock and state TTL, to which the provider's own are added
     * @return the store
     */
    protected abstract KeyStore open(KeyStoreOptions.Builder options);

    /**
     * Takes what the place was asked.
     *
     * @return each call since the last time that they were taken, in order
     */
    protected abstract List<String> takeCalls();

    /** Traces what only this provider can do, with {@link #trace(String, Preparation)}. */
    protected void traceOthers() {}

    /**
     * Performs every operation.
     *
     * @throws IOException if the file can be neither read nor written
     */
    @Test
    protected final void each_operation_asks_what_the_file_says() throws IOException {
        traceKeys();
        traceSignatures();
        traceChangesOfState();
        traceRings();
        traceRotation();
        traceLooking();
        traceOthers();
        if (Boolean.getBoolean("traces.write")) {
            Files.createDirectories(file().getParent());
            Files.write(file(), trace);
        }
        Path now = Files.write(seen.resolve("now.txt"), trace);
        assertThat(now)
                .as("what is asked now; where it is meant, -Dtraces.write=true writes %s anew", file())
                .hasSameTextualContentAs(file());
    }

    private void traceKeys() {
        trace("open", keys -> {
            keys.close();
            return () -> another(FOR_A_DAY);
        });
        trace("close", keys -> keys::close);
        trace("generate", keys -> () -> key(keys));
        trace("generate, a ring's first key", keys -> () -> ringKey(keys));
        trace("generate, a ring's waiting key", keys -> {
            ringKey(keys);
            return () -> ringKey(keys);
        });
        trace("get", keys -> {
            KeyId id = key(keys);
            return () -> keys.get(id);
        });
        trace("get, by a store opened since", keys -> {
            KeyId id = key(keys);
            KeyStore since = another(FOR_A_DAY);
            return () -> since.get(id);
        });
        trace("resolve a key", keys -> {
            key(keys);
            return () -> keys.resolve("invoices");
        });
        trace("resolve a ring", keys -> {
            ringKey(keys);
            return () -> keys.resolve(RING);
        });
        trace("list, one key and a ring of two", keys -> {
            oneKeyAndARingOfTwo(keys);
            return keys::list;
        });
        trace("list unusable, one key and a ring of two", keys -> {
            oneKeyAndARingOfTwo(keys);
            return keys::unusable;
        });
    }

    private void traceSignatures() {
        trace("make a signer", keys -> {
            KeyId id = key(keys);
            return () -> keys.signer(id);
        });
        trace("sign", keys -> {
            Signer signer = keys.signer(key(keys));
            return () -> signer.sign(MESSAGE);
        });
        trace("sign again", keys -> {
            Signer signer = keys.signer(key(keys));
            signer.sign(MESSAGE);
            return () -> signer.sign(MESSAGE);
        });
        trace("sign again, the state too old", keys -> {
            KeyId id = key(keys);
            Signer signer = another(Duration.ZERO).signer(id);
            signer.sign(MESSAGE);
            return () -> signer.sign(MESSAGE);
        });
        trace("signAll of 3", keys -> {
            Signer signer = keys.signer(key(keys));
            signer.sign(MESSAGE);
            return () -> signer.signAll(List.of(MESSAGE, MESSAGE, MESSAGE));
        });
        trace("verify", keys -> {
            KeyId id = key(keys);
            byte[] signature = keys.signer(id).sign(MESSAGE).value();
            Verifier verifier = keys.verifier(id);
            return () -> verifier.verify(MESSAGE, signature);
        });
    }

    private void traceChangesOfState() {
        traceChange("suspend", KeyState.SUSPENDED);
        traceChange("resume", KeyState.SUSPENDED, KeyState.ACTIVE);
        traceChange("deactivate", KeyState.DEACTIVATED);
        traceChange("destroy", KeyState.DEACTIVATED, KeyState.DESTROYED);
        trace("compromise", keys -> {
            KeyId id = key(keys);
            return () -> compromise(keys, id);
        });
        trace("compromise a ring's current key, which is replaced", keys -> {
            KeyId id = ringKey(keys);
            return () -> compromise(keys, id);
        });
    }

    private void traceRings() {
        trace("rings", keys -> {
            oneKeyAndARingOfTwo(keys);
            return keys::rings;
        });
        trace("a ring's current key", keys -> {
            ringOfGeneration(2, A_MONTH, keys);
            return () -> keys.ring(RING).current();
        });
        trace("a ring's keys, two", keys -> {
            ringOfGeneration(2, A_MONTH, keys);
            return () -> keys.ring(RING).keys();
        });
        trace("make a ring's signer", keys -> {
            ringKey(keys);
            return () -> keys.ring(RING).signer();
        });
        trace("a ring signs again", keys -> {
            ringKey(keys);
            Signer signer = keys.ring(RING).signer();
            signer.sign(MESSAGE);
            return () -> signer.sign(MESSAGE);
        });
        trace("a ring signs again, the state too old", keys -> {
            ringKey(keys);
            Signer signer = another(Duration.ZERO).ring(RING).signer();
            signer.sign(MESSAGE);
            return () -> signer.sign(MESSAGE);
        });
        trace("a ring signs after a rotation elsewhere, the state too old", keys -> {
            ringKey(keys);
            Signer signer = another(Duration.ZERO).ring(RING).signer();
            signer.sign(MESSAGE);
            keys.ring(RING).rotate(YEARLY);
            return () -> signer.sign(MESSAGE);
        });
        trace("a ring verifies with its first of two keys", keys -> {
            ringKey(keys);
            byte[] signature = keys.ring(RING).signer().sign(MESSAGE).value();
            keys.ring(RING).rotate(YEARLY);
            Verifier verifier = keys.ring(RING).verifier();
            return () -> verifier.verify(MESSAGE, signature);
        });
    }

    private void traceRotation() {
        trace("rotate to the 2nd generation", keys -> rotation(keys, 2, A_MONTH));
        trace("rotate to the 6th generation", keys -> rotation(keys, 6, A_MONTH));
        trace("rotate to the 2nd generation, a day after the first", keys -> rotation(keys, 2, A_DAY));
        trace("rotate to the 6th generation, each a day after the one before", keys -> rotation(keys, 6, A_DAY));
        trace("rotate to the 2nd generation, by a store opened since", keys -> {
            ringKey(keys);
            clock.advance(A_MONTH);
            return rotation(another(FOR_A_DAY));
        });
        trace("rotate to the 6th generation, by a store opened since", keys -> {
            ringOfGeneration(5, A_MONTH, keys);
            clock.advance(A_MONTH);
            return rotation(another(FOR_A_DAY));
        });
        trace("rotate, a key waiting", keys -> {
            ringKey(keys);
            ringKey(keys);
            return rotation(keys);
        });
        trace("promote a waiting key", keys -> {
            ringKey(keys);
            KeyId waiting = ringKey(keys);
            return () -> keys.ring(RING).promote(waiting, YEARLY);
        });
        trace("rotateIfDue, not due at the 1st generation", keys -> {
            ringKey(keys);
            return rotationIfDue(keys);
        });
        trace("rotateIfDue, not due at the 6th generation", keys -> {
            ringOfGeneration(6, A_MONTH, keys);
            return rotationIfDue(keys);
        });
        trace("rotateIfDue, not due at the 6th generation, each a day after the one before", keys -> {
            ringOfGeneration(6, A_DAY, keys);
            return rotationIfDue(keys);
        });
        trace("rotateIfDue, not due at the 6th generation, by a store opened since", keys -> {
            ringOfGeneration(6, A_MONTH, keys);
            return rotationIfDue(another(FOR_A_DAY));
        });
        trace("rotateIfDue, not due a month after the 6th generation", keys -> {
            ringOfGeneration(6, A_MONTH, keys);
            clock.advance(A_MONTH);
            return rotationIfDue(keys);
        });
        trace("rotateIfDue, not due once more", keys -> {
            ringOfGeneration(6, A_MONTH, keys);
            clock.advance(A_MONTH);
            rotationIfDue(keys).run();
            return rotationIfDue(keys);
        });
        trace("rotateIfDue, inside the lead time", keys -> {
            ringKey(keys);
            clock.advance(Duration.ofDays(350));
            return rotationIfDue(keys, YEARLY.withLeadTime(A_MONTH));
        });
        trace("rotateIfDue, inside the lead time again", keys -> {
            ringKey(keys);
            clock.advance(Duration.ofDays(350));
            rotationIfDue(keys, YEARLY.withLeadTime(A_MONTH)).run();
            return rotationIfDue(keys, YEARLY.withLeadTime(A_MONTH));
        });
        trace("rotateIfDue, due after a lead time", keys -> {
            ringKey(keys);
            clock.advance(Duration.ofDays(350));
            rotationIfDue(keys, YEARLY.withLeadTime(A_MONTH)).run();
            clock.advance(Duration.ofDays(20));
            return rotationIfDue(keys, YEARLY.withLeadTime(A_MONTH));
        });
        trace("rotateIfDue, due without a lead time", keys -> {
            ringKey(keys);
            clock.advance(Duration.ofDays(370));
            return rotationIfDue(keys, YEARLY);
        });
    }

    private void traceLooking() {
        for (HealthLevel level : HealthLevel.values()) {
            trace("health, " + level + ", one key", keys -> {
                key(keys);
                return () -> keys.health(level);
            });
            trace("health, " + level + ", a ring", keys -> {
                ringKey(keys);
                return () -> keys.health(level);
            });
        }
        trace("orphans, one key and a ring of two", keys -> {
            oneKeyAndARingOfTwo(keys);
            return keys::orphans;
        });
    }

    /**
     * Performs an operation, and adds a section to the trace.
     *
     * @param name what it does
     * @param preparation what it needs
     */
    protected final void trace(String name, Preparation preparation) {
        clock.set(StoreUnderTest.START);
        renewPlace();
        try {
            Runnable operation = preparation.prepare(another(FOR_A_DAY));
            takeCalls();
            operation.run();
            List<String> calls = takeCalls();
            trace.add("== " + name + ": " + calls.size());
            addCalls(calls);
            trace.add("");
        } finally {
            open.forEach(KeyStore::close);
            open.clear();
            takeCalls();
        }
    }

    /** Equal calls one after the other make one line. */
    private void addCalls(List<String> calls) {
        for (int from = 0; from < calls.size(); ) {
            String call = calls.get(from);
            int to = from + 1;
            while (to < calls.size() && calls.get(to).equals(call)) {
                to++;
            }
            trace.add(to - from == 1 ? call : call + " x " + (to - from));
            from = to;
        }
    }

    private KeyStore another(Duration stateTtl) {
        return closeAfterwards(open(options(stateTtl)));
    }

    private KeyStoreOptions.Builder options(Duration stateTtl) {
        return KeyStoreOptions.builder().clock(clock).stateTtl(stateTtl);
    }

    /**
     * What a store is opened with.
     *
     * @return the clock of this trace, and a state TTL that no test outlives
     */
    protected final KeyStoreOptions.Builder options() {
        return options(FOR_A_DAY);
    }

    /**
     * Closes a store when the operation is over.
     *
     * @param store a store
     * @return the store
     */
    protected final KeyStore closeAfterwards(KeyStore store) {
        open.push(store);
        return store;
    }

    private void traceChange(String name, KeyState... states) {
        trace(name, keys -> {
            KeyId id = key(keys);
            for (int i = 0; i < states.length - 1; i++) {
                keys.changeState(id, states[i], WHY);
            }
            return () -> keys.changeState(id, states[states.length - 1], WHY);
        });
    }

    private static void compromise(KeyStore keys, KeyId id) {
        assertThat(keys.compromise(id, CompromisedSince.at(StoreUnderTest.START), WHY)
                        .isComplete())
                .isTrue();
    }

    /**
     * Makes a key outside of rings.
     *
     * @param keys the store
     * @return its id
     */
    protected static KeyId key(KeyStore keys) {
        return keys.generate(KeyRequest.of(SPEC, "invoices")).id();
    }

    /**
     * Makes a key of the ring that is rotated here: its first one becomes current, another one waits.
     *
     * @param keys the store
     * @return its id
     */
    protected static KeyId ringKey(KeyStore keys) {
        return keys.generate(KeyRequest.builder(SPEC).ring(RING).build()).id();
    }

    private void oneKeyAndARingOfTwo(KeyStore keys) {
        key(keys);
        ringOfGeneration(2, A_MONTH, keys);
    }

    /** A month apart, the overlaps of all but the last rotation are over; a day apart, those of the last two are not. */
    private void ringOfGeneration(int generation, Duration apart, KeyStore keys) {
        ringKey(keys);
        for (int i = 1; i < generation; i++) {
            clock.advance(apart);
            keys.ring(RING).rotate(YEARLY);
        }
    }

    private Runnable rotation(KeyStore keys, int toGeneration, Duration apart) {
        ringOfGeneration(toGeneration - 1, apart, keys);
        clock.advance(apart);
        return rotation(keys);
    }

    /**
     * The rotation of the ring, now.
     *
     * @param keys the store
     * @return the operation
     */
    protected static Runnable rotation(KeyStore keys) {
        return () -> keys.ring(RING).rotate(YEARLY);
    }

    /**
     * The rotation of the ring, if it is due in a year.
     *
     * @param keys the store
     * @return the operation
     */
    protected static Runnable rotationIfDue(KeyStore keys) {
        return rotationIfDue(keys, YEARLY);
    }

    private static Runnable rotationIfDue(KeyStore keys, RotationPolicy policy) {
        return () -> keys.ring(RING).rotateIfDue(policy);
    }
}
