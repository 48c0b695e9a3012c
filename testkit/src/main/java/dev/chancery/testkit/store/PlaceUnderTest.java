package dev.chancery.testkit.store;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.KeyStoreProvider;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/** What a provider's test says of the place that its stores are in. */
public interface PlaceUnderTest {

    /**
     * An empty store, the same one whenever it is asked for within one test. It is opened as an application does, so that its provider must be
     * registered where the test runs, in {@code META-INF/services} of the test's resources if nowhere else.
     *
     * @return its URI
     */
    String store();

    /**
     * Opens a backend of its own on {@link #store()}, through which the contract brings keys into states and claims
     * generations, as another process would.
     *
     * @return the provider under test
     */
    KeyStoreProvider provider();

    /**
     * What the store needs to be opened. Clock and state TTL are the contract's.
     *
     * @return the options
     */
    default KeyStoreOptions options() {
        return KeyStoreOptions.DEFAULT;
    }

    /**
     * What no message, location or log may tell: what opens the store (a PIN, a passphrase, an access key), and the private halves
     * in it where the test can read them. Asked for when keys have been made.
     *
     * @return one secret at least
     */
    Set<String> secrets();

    /**
     * Opens the same as {@link #provider()}, with the shortest deadline that can be set: one rule waits for it to pass.
     *
     * @param config the URI and the options
     * @return a backend
     */
    default KeyBackend openHurried(KeyStoreConfig config) {
        return provider().open(config);
    }

    /**
     * Keeps the place's lock, as a writer that hangs in the middle of a change does. A place without one has nothing to hold. Where
     * a lock is held for as long as some work takes ({@link dev.chancery.spi.files.RecordDirectory#alone}), that work waits on a thread of its own.
     *
     * @return what lets it go, on the same thread
     * @throws Exception if that fails
     */
    default AutoCloseable holdPlace() throws Exception {
        return () -> {};
    }

    /**
     * How long the contract waits for a call that has a deadline of its own, before it says that the call hangs. Long beside
     * any deadline, so that a slow machine fails nothing.
     *
     * @return two minutes
     */
    default Duration patience() {
        return Duration.ofMinutes(2);
    }

    /**
     * The kinds of keys that the store makes. The contract asserts that it refuses the others.
     *
     * @return one kind at least, and none of ML-DSA, which the witnesses know from JDK 24 and OpenSSL 3.5 on only
     */
    default Set<KeySpec> specs() {
        return EnumSet.complementOf(EnumSet.of(KeySpec.ML_DSA_44, KeySpec.ML_DSA_65, KeySpec.ML_DSA_87));
    }

    /**
     * Those of the {@link #specs()} that the rules about signatures are tried with.
     *
     * @return all, unless another test tries the others on the same kind of place
     */
    default Set<KeySpec> signingSpecs() {
        return specs();
    }

    /**
     * What the store signs with. The contract asserts that it refuses the other algorithms of the kind.
     *
     * @param spec a kind of key that the store makes
     * @return one algorithm at least
     */
    default Set<SignatureAlgorithm> algorithms(KeySpec spec) {
        return spec.algorithms();
    }
}
