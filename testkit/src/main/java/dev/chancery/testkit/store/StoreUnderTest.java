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
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.spi.Abilities;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.Traits;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * The store of one test: open, with a clock of its own, and with an {@linkplain #otherProcess other process} that changes a key
 * behind its back. No rule touches a backend itself.
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
        this.specs = EnumSet.copyOf(test.specs()); // in their order: the first is the cheapest
        this.keys = open(UnaryOperator.identity());
        this.backend = closeAfterTest(test.provider().open(config()));
    }

    private KeyStoreConfig config() {
        return new KeyStoreConfig(uri, options, new NoLocalKeys());
    }

    /** Closed after the test. */
    <T extends AutoCloseable> T closeAfterTest(T store) {
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
     * A test for each kind of key that signatures are tried with, of which there is one at least.
     *
     * @param rule what is asserted
     * @return the tests
     */
    public Stream<DynamicTest> forEachKind(KindRule rule) {
        return forEach(EnumSet.copyOf(test.signingSpecs()), rule);
    }

    /**
     * The same, where one size of RSA stands for the others: the smallest that the store makes.
     *
     * @param rule what is asserted
     * @return the tests
     */
    public Stream<DynamicTest> forEachKindButLargerRsa(KindRule rule) {
        Set<KeySpec> kinds = EnumSet.copyOf(test.signingSpecs());
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
     * What another process does to this store.
     *
     * @return a process beside this one
     */
    public OtherProcess otherProcess() {
        return new OtherProcess(this, test, config(), backend);
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
     * Takes the place's lock, where the place has one.
     *
     * @return what lets it go, on the same thread
     * @throws Exception if that fails
     */
    public AutoCloseable holdPlace() throws Exception {
        return test.holdPlace();
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
