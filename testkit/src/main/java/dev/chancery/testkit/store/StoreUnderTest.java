package dev.chancery.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.chancery.Capability;
import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.algorithm.KeyAlgorithm;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyName;
import dev.chancery.key.KeyState;
import dev.chancery.key.RingPosition;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.spi.Abilities;
import dev.chancery.spi.Claim;
import dev.chancery.spi.ClaimsGenerations;
import dev.chancery.spi.KeepsRecords;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.PutResult;
import dev.chancery.spi.Service;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.SwitchesKeys;
import dev.chancery.spi.Traits;
import dev.chancery.spi.records.KeyRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * The store of one test: open, with a clock of its own, and with a way to change a key behind its back. No rule touches a
 * backend itself: what another process would do to the store is a method here.
 */
public final class StoreUnderTest {
    /** When it is in every test until the test says otherwise. */
    public static final Instant START = Instant.parse("2026-11-23T12:00:00Z");

    private final PlaceUnderTest test;
    private final String uri;
    private final KeyStoreOptions options;
    private final Set<KeySpec> specs;
    private final SettableClock clock = new SettableClock(START);
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final KeyStore keys;
    private final KeyBackend backend;

    /**
     * Opens a store in a place.
     *
     * @param test what says where and how
     */
    public StoreUnderTest(PlaceUnderTest test) {
        this.test = test;
        this.uri = test.store();
        // A state TTL of zero: what the backend below changes is seen by the next call.
        this.options =
                test.options().toBuilder().clock(clock).stateTtl(Duration.ZERO).build();
        this.specs = Set.copyOf(test.specs());
        this.keys = open(UnaryOperator.identity());
        this.backend = closeAfterTest(test.provider().open(config()));
    }

    private KeyStoreConfig config() {
        return new KeyStoreConfig(uri, options, new NoLocalKeys());
    }

    /** Closed after the test. */
    private <T extends AutoCloseable> T closeAfterTest(T store) {
        open.push(store);
        return store;
    }

    /**
     * The store.
     *
     * @return the store, open
     */
    public KeyStore keys() {
        return keys;
    }

    /**
     * The store's clock.
     *
     * @return the clock; it stands still
     */
    public SettableClock clock() {
        return clock;
    }

    /**
     * Opens the same store once more, as another instance of a fleet does. It is closed after the test.
     *
     * @param change what to open it with besides the clock and a state TTL of zero
     * @return another opening
     */
    public KeyStore open(UnaryOperator<KeyStoreOptions.Builder> change) {
        return closeAfterTest(
                KeyStores.open(uri, change.apply(options.toBuilder()).build()));
    }

    /**
     * Whether the store claims a capability.
     *
     * @param capability the capability
     * @return whether it has it
     */
    public boolean can(Capability capability) {
        return keys.capabilities().contains(capability);
    }

    /**
     * Whether the store makes such keys.
     *
     * @param spec the kind of key
     * @return whether its test says so
     */
    public boolean makes(KeySpec spec) {
        return specs.contains(spec);
    }

    /**
     * What the store signs with.
     *
     * @param spec the kind of key
     * @return the algorithms that its test names
     */
    public Set<SignatureAlgorithm> algorithms(KeySpec spec) {
        return test.algorithms(spec);
    }

    /**
     * What opens the store, or is kept in it: what no message may tell.
     *
     * @return one secret at least
     */
    public Set<String> secrets() {
        return test.secrets();
    }

    /**
     * How long the contract waits for a call that must end by itself.
     *
     * @return the time
     */
    public Duration patience() {
        return test.patience();
    }

    /**
     * A kind of key that the store makes, where a test does not care which.
     *
     * @return the cheapest one
     */
    public KeySpec someSpec() {
        return specs.contains(KeySpec.EC_P256)
                ? KeySpec.EC_P256
                : specs.iterator().next();
    }

    /** What is asserted of a kind of key, and of one that was made for it. */
    @FunctionalInterface
    public interface KindRule {
        /**
         * Asserts it.
         *
         * @param spec the kind
         * @param key a key of the kind
         * @throws Exception if the test cannot be made
         */
        void check(KeySpec spec, KeyMetadata key) throws Exception;
    }

    /**
     * A test for each kind of key that the store makes, of which there is one at least.
     *
     * @param rule what is asserted
     * @return the tests
     */
    public Stream<DynamicTest> forEachKind(KindRule rule) {
        return forEach(EnumSet.copyOf(specs), rule);
    }

    /**
     * The same, where one size of RSA stands for the others: the smallest that the store makes.
     *
     * @param rule what is asserted
     * @return the tests
     */
    public Stream<DynamicTest> forEachKindButLargerRsa(KindRule rule) {
        Set<KeySpec> kinds = EnumSet.copyOf(specs);
        kinds.stream()
                .filter(spec -> spec.algorithm() == KeyAlgorithm.RSA)
                .skip(1)
                .toList()
                .forEach(kinds::remove);
        return forEach(kinds, rule);
    }

    private Stream<DynamicTest> forEach(Set<KeySpec> kinds, KindRule rule) {
        assertThat(kinds).isNotEmpty();
        return kinds.stream()
                .map(spec -> dynamicTest(
                        spec.name(),
                        () -> rule.check(
                                spec,
                                keys.generate(KeyRequest.of(
                                        spec,
                                        "invoices-"
                                                + spec.name()
                                                        .toLowerCase(Locale.ROOT)
                                                        .replace('_', '-'))))));
    }

    /**
     * A new key, where a test does not care which.
     *
     * @param name its name
     * @return its metadata
     */
    public KeyMetadata key(String name) {
        return keys.generate(KeyRequest.of(someSpec(), name));
    }

    /**
     * A new key in a ring.
     *
     * @param name its name; where all keys of a ring share the ring's name, it has none of its own
     * @param ring the ring
     * @return its metadata
     */
    public KeyMetadata keyInRing(String name, String ring) {
        KeyRequest.Builder request = KeyRequest.builder(someSpec()).ring(ring);
        return keys.generate((traits().names() == Traits.Names.RING ? request : request.name(name)).build());
    }

    /**
     * Which key a name leads to.
     *
     * @param name a key's name, or a ring's
     * @return the key's own id
     */
    public KeyId named(String name) {
        return keys.get(keys.resolve(name)).id();
    }

    // --- what another process does

    /**
     * Reads a key's id, without asking the store.
     *
     * @param text an id or a name
     * @return the id
     */
    public KeyId id(String text) {
        return backend.parse(text);
    }

    /**
     * Changes what is kept with a key, behind the store's back.
     *
     * @param id the key
     * @param change the change
     */
    public void change(KeyId id, UnaryOperator<KeyAttributes.Builder> change) {
        change(backend, id, change);
    }

    private void change(KeyBackend writer, KeyId id, UnaryOperator<KeyAttributes.Builder> change) {
        change(writer, id, change, () -> {});
    }

    /** Does what another process does: reads, decides, writes on top of what it read, and again if it was overtaken. */
    private void change(KeyBackend writer, KeyId id, UnaryOperator<KeyAttributes.Builder> change, Runnable onceRead) {
        KeepsRecords records = writer.abilities().keepsRecords().orElseThrow();
        StoredKey read = writer.find(id).orElseThrow();
        onceRead.run();
        if (writer.traits().writes() == Traits.Writes.BESIDE) {
            read = writer.find(id)
                    .orElseThrow(); // of two records that follow the same one, one counts: an old read is none to write
            // upon
        }
        boolean decided = false;
        while (!decided) {
            KeyRecord standing = read.record().legible().orElseThrow();
            KeyRecord changed = provable(standing.with(change), id).toBuilder()
                    .revision(standing.revision() + 1)
                    .build();
            KeyState to = changed.attributes().state();
            archive(writer, id, to);
            read = takeOut(writer, read, to);
            PutResult result = records.put(read, changed, !isOut(to));
            decided = !(result instanceof PutResult.Overtaken);
            if (result instanceof PutResult.Overtaken overtaken) {
                read = overtaken.standing();
            } else {
                finish(writer, read, to);
            }
        }
    }

    /** Once the private half is gone, no signature shows any more which public half is the right one. */
    private KeyRecord provable(KeyRecord record, KeyId id) {
        return record.attributes().state() == KeyState.DESTROYED
                ? record.toBuilder().fingerprint(keys.get(id).fingerprint()).build()
                : record;
    }

    /** What the place is about to keep back is archived first. */
    private void archive(KeyBackend writer, KeyId id, KeyState to) {
        if (writer.traits().withholds().contains(to)) {
            options.publicArchive().ifPresent(archive -> archive.put(writer.location(), keys.get(id)));
        }
    }

    private static boolean isOut(KeyState state) {
        return state == KeyState.SUSPENDED || state == KeyState.COMPROMISED || state == KeyState.DESTROYED;
    }

    private static Optional<SwitchesKeys> switchOf(KeyBackend writer) {
        return writer.abilities()
                .switchesKeys()
                .filter(place -> !writer.traits().switchesWithRecord());
    }

    private StoredKey takeOut(KeyBackend writer, StoredKey read, KeyState to) {
        if (isOut(to)
                && read.service() instanceof Service.In
                && switchOf(writer).isPresent()) {
            if (writer.traits().withholds().contains(to)) {
                config().options()
                        .publicArchive()
                        .ifPresent(archive -> archive.put(writer.location(), keys.get(read.id())));
            }
            switchOf(writer).get().disable(read.id());
            return read.withService(new Service.Out("it was disabled by the contract."));
        }
        return read;
    }

    private static void finish(KeyBackend writer, StoredKey read, KeyState to) {
        if (to == KeyState.DESTROYED) {
            writer.abilities().destroysKeys().ifPresent(place -> place.destroy(read.id()));
        } else if (!isOut(to) && read.service() instanceof Service.Out) {
            switchOf(writer).ifPresent(place -> place.enable(read.id()));
        }
    }

    /**
     * Brings a key into a state, behind the store's back.
     *
     * @param id the key
     * @param state the state, not COMPROMISED, which needs a mark
     */
    public void bring(KeyId id, KeyState state) {
        change(id, attributes -> attributes.state(state, clock.instant(), "brought here by the contract"));
    }

    /**
     * Marks a key as compromised, behind the store's back.
     *
     * @param id the key
     * @param since the first instant of doubt
     */
    public void mark(KeyId id, CompromisedSince since) {
        change(id, attributes -> mark(attributes, since));
    }

    /**
     * The change that {@link #mark} makes.
     *
     * @param attributes what is kept with the key
     * @param since the mark
     * @return the attributes, marked
     */
    public KeyAttributes.Builder mark(KeyAttributes.Builder attributes, CompromisedSince since) {
        return attributes
                .state(KeyState.COMPROMISED, clock.instant(), "marked by the contract")
                .compromisedSince(since);
    }

    /**
     * Claims a generation of a ring.
     *
     * @param position ring and generation
     * @param candidate the key that would hold it
     * @return the key that holds it now
     */
    public KeyId claim(RingPosition position, KeyId candidate) {
        Optional<ClaimsGenerations> place = backend.abilities().claimsGenerations();
        if (place.isPresent()) {
            Claim standing = place.get().claim(position, candidate);
            assertThat(standing.position()).isEqualTo(position);
            return standing.holder();
        }
        StoredKey read = backend.find(candidate).orElseThrow();
        KeyRecord record = read.record().legible().orElseThrow();
        List<RingPosition> held = new ArrayList<>(record.held());
        held.add(position);
        var unused = records()
                .put(
                        read,
                        record.toBuilder()
                                .held(held)
                                .revision(record.revision() + 1)
                                .build(),
                        read.service() instanceof Service.In);
        return candidate;
    }

    private KeepsRecords records() {
        return backend.abilities().keepsRecords().orElseThrow();
    }

    /**
     * How the place behaves.
     *
     * @return the backend's traits
     */
    public Traits traits() {
        return backend.traits();
    }

    /**
     * What the place can do.
     *
     * @return the backend's abilities
     */
    public Abilities abilities() {
        return backend.abilities();
    }

    /**
     * Who holds the generations of a ring.
     *
     * @param ring the ring's name
     * @return the holders by generation; empty if there is no such ring
     */
    public Map<Long, KeyId> claims(String ring) {
        return backend.abilities().claimsGenerations().orElseThrow().claims(new KeyName(ring)).stream()
                .collect(Collectors.toMap(claim -> claim.position().generation(), Claim::holder));
    }

    /**
     * Removes a key that was made to hold a generation, if it waits and holds none.
     *
     * @param id the key
     */
    public void removeCandidate(KeyId id) {
        boolean waits = backend.find(id)
                .flatMap(key -> key.record().legible())
                .filter(record -> record.attributes().state() == KeyState.PRE_ACTIVE)
                .isPresent();
        if (waits) { // what core decides; that it holds no generation is the place's to see
            var unused = backend.abilities().makesKeys().orElseThrow().removeCandidate(id);
        }
    }

    /**
     * Whether a key is gone, or out of service where a place deletes late or never.
     *
     * @param id the key
     * @return whether it signs no more
     */
    public boolean isRemoved(KeyId id) {
        return backend.find(id)
                .filter(key -> key.service() instanceof Service.In)
                .isEmpty();
    }

    /**
     * Two processes change one key at once: when the first has read it, the second begins, and is done or waits for the first before the
     * first goes on.
     *
     * @param id the key
     * @param first the change of the one that reads first; is made again where the place says so
     * @param second the change of the other
     * @throws Exception if one of the two fails
     */
    public void changeAtOnce(
            KeyId id, UnaryOperator<KeyAttributes.Builder> first, UnaryOperator<KeyAttributes.Builder> second)
            throws Exception {
        KeyBackend other = closeAfterTest(test.provider().open(config()));
        FutureTask<Void> task = new FutureTask<>(() -> {
            change(other, id, second);
            return null;
        });
        Thread thread = Together.daemon(task);
        change(backend, id, first, () -> {
            thread.start();
            Together.awaitEndOrWait(thread);
        });
        task.get();
    }

    /**
     * Keeps whatever lock the place has.
     *
     * @return what lets it go, on the same thread
     * @throws Exception if that fails
     */
    public AutoCloseable holdPlace() throws Exception {
        return test.holdPlace();
    }

    /** A process that has read a key in order to change it, and does not go on before it is closed. */
    public final class HangingWriter implements AutoCloseable {
        private final CountDownLatch reading = new CountDownLatch(1);
        private final CountDownLatch goOn = new CountDownLatch(1);
        private final Thread thread;

        private HangingWriter(KeyId id) throws InterruptedException {
            thread = Together.daemon(
                    () -> change(backend, id, attributes -> attributes.label("hung", "for-a-while"), this::hang));
            thread.start();
            assertThat(reading.await(patience().toNanos(), TimeUnit.NANOSECONDS))
                    .as("the writer has read the key")
                    .isTrue();
        }

        private void hang() {
            try (AutoCloseable held = test.holdPlace()) {
                assertThat(held).isNotNull();
                reading.countDown();
                Together.await(goOn);
            } catch (Exception e) {
                throw new IllegalStateException("The place cannot be held, or not be let go.", e);
            }
        }

        @Override
        public void close() throws InterruptedException {
            goOn.countDown();
            thread.join();
        }
    }

    /**
     * Lets a process hang in the middle of a change.
     *
     * @param id the key that it changes
     * @return the process
     * @throws InterruptedException if the thread is interrupted
     */
    public HangingWriter hang(KeyId id) throws InterruptedException {
        return new HangingWriter(id);
    }

    /**
     * Changes what is kept with a key, by a process that waits for the place no longer than it must.
     *
     * @param id the key
     * @param change the change
     */
    public void changeHurried(KeyId id, UnaryOperator<KeyAttributes.Builder> change) {
        change(closeAfterTest(test.openHurried(config())), id, change);
    }

    /**
     * Closes everything that the test has opened.
     *
     * @throws Exception if something does not close
     */
    public void close() throws Exception {
        for (AutoCloseable store : open) {
            store.close();
        }
    }
}
