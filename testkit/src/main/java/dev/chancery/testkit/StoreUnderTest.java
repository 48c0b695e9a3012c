package dev.chancery.testkit;

import dev.chancery.Capability;
import dev.chancery.KeyAttributes;
import dev.chancery.KeyId;
import dev.chancery.KeyMetadata;
import dev.chancery.KeyRequest;
import dev.chancery.KeySpec;
import dev.chancery.KeyState;
import dev.chancery.KeyStore;
import dev.chancery.KeyStoreOptions;
import dev.chancery.KeyStores;
import dev.chancery.SignatureAlgorithm;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.KeyStoreProvider;
import dev.chancery.spi.LocalKey;
import dev.chancery.spi.LocalKeys;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** The store of one test: open, with a clock of its own, and with a way to change a key behind its back. */
public final class StoreUnderTest {
    /** When it is in every test until the test says otherwise. */
    static final Instant START = Instant.parse("2026-11-23T12:00:00Z");

    private final String uri;
    private final KeyStoreOptions options;
    private final Set<KeySpec> specs;
    private final Function<KeySpec, Set<SignatureAlgorithm>> algorithms;
    private final SettableClock clock = new SettableClock(START);
    private final Deque<KeyStore> open = new ArrayDeque<>();
    private final KeyStore keys;
    private final KeyBackend backend;

    StoreUnderTest(
            String uri,
            KeyStoreProvider provider,
            KeyStoreOptions base,
            Set<KeySpec> specs,
            Function<KeySpec, Set<SignatureAlgorithm>> algorithms) {
        this.uri = uri;
        // A state TTL of zero: what the backend below changes is seen by the next call.
        this.options = base.toBuilder().clock(clock).stateTtl(Duration.ZERO).build();
        this.specs = Set.copyOf(specs);
        this.algorithms = algorithms;
        this.keys = open(UnaryOperator.identity());
        this.backend = provider.open(new KeyStoreConfig(uri, options, new NoLocalKeys()));
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
        KeyStore another = KeyStores.open(uri, change.apply(options.toBuilder()).build());
        open.push(another);
        return another;
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
        return algorithms.apply(spec);
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
     * @param name its name
     * @param ring the ring
     * @return its metadata
     */
    public KeyMetadata keyInRing(String name, String ring) {
        return keys.generate(
                KeyRequest.builder(someSpec()).name(name).ring(ring).build());
    }

    /**
     * The backend that stands for another process.
     *
     * @return a backend on the same store, which cannot use private keys
     */
    public KeyBackend backend() {
        return backend;
    }

    /**
     * Changes what is kept with a key, behind the store's back.
     *
     * @param id the key
     * @param change the change
     */
    public void change(KeyId id, UnaryOperator<KeyAttributes.Builder> change) {
        var unused = backend.update(id, old -> change.apply(old.toBuilder()).build());
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

    void close() {
        open.forEach(KeyStore::close);
        backend.close();
    }

    /** The contract's backend changes attributes; who would sign with it is in the wrong test. */
    private static final class NoLocalKeys implements LocalKeys {
        @Override
        public KeyPair generate(KeySpec spec) {
            throw new UnsupportedOperationException("The contract's own backend makes no keys.");
        }

        @Override
        public LocalKey load(PrivateKey privateKey, PublicKey publicKey, String description) {
            throw new UnsupportedOperationException("The contract's own backend signs nothing.");
        }
    }
}
