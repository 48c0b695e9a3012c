package dev.chancery.testkit;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.KeyStoreProvider;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/**
 * What every store owes its users. A provider's test extends this class, takes a chapter for each ability that its store has
 * or lacks, says where an empty store is, and passes whole:
 *
 * <pre>{@code
 * class FileKeyStoreContractTest extends KeyStoreContract
 *         implements ImportsKeys, KeepsStates, KeepsRings, ClaimsGenerations, SharesRecords, ReencryptsKeys, LeavesNoOrphans {
 *     @TempDir Path directory;
 *
 *     @Override protected String store() { return directory.resolve("keys").toString(); }
 *     @Override protected KeyStoreProvider provider() { return new FileKeyStoreProvider(); }
 *     @Override protected Set<String> secrets() { return privateKeysIn(directory); }
 *     @Override public void lose(KeyId key) { deleteFilesOf(key); }
 * }
 * }</pre>
 *
 * <table>
 *   <caption>The chapters</caption>
 *   <tr><th>capability</th><th>stores that have it</th><th>stores that lack it</th></tr>
 *   <tr><td>IMPORT</td><td>{@link ImportsKeys}</td><td>{@link RefusesImports}</td></tr>
 *   <tr><td>LIFECYCLE</td><td>{@link KeepsStates}, {@link KeepsRings}</td><td>{@link RefusesStates}, {@link RefusesRings}</td></tr>
 *   <tr><td>LIFECYCLE, unless records are written whole</td><td>{@link SharesRecords}</td><td></td></tr>
 *   <tr><td>CLAIM_ATOMIC</td><td>{@link ClaimsGenerations}</td><td></td></tr>
 *   <tr><td>CLAIM_BY_ELECTION</td><td>{@link ElectsHolders}</td><td></td></tr>
 *   <tr><td>REENCRYPT</td><td>{@link ReencryptsKeys}</td><td>{@link RefusesReencryption}</td></tr>
 *   <tr><td>ORPHANS</td><td>{@link FindsOrphans}</td><td>{@link LeavesNoOrphans}</td></tr>
 * </table>
 *
 * <p>A test that leaves out a chapter which its store owes fails, and so does one that takes a chapter too many. The store under
 * test makes keys ({@link dev.chancery.Capability#GENERATE}). Needs the {@code openssl} command; before Java 21, exclude the tag
 * {@code virtual-threads}.
 */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
public abstract class KeyStoreContract
        implements ChapterRules,
                GenerationRules,
                ImportRules,
                SigningRules,
                VerificationRules,
                SecrecyRules,
                InterceptionRules,
                ClosingRules,
                ConcurrencyRules {

    private StoreUnderTest tested;

    /** For subclasses. */
    protected KeyStoreContract() {}

    /**
     * An empty store, the same one whenever it is asked for within one test.
     *
     * @return its URI
     */
    protected abstract String store();

    /**
     * Opens a backend of its own on {@link #store()}, through which the contract brings keys into states and claims
     * generations, as another process would.
     *
     * @return the provider under test
     */
    protected abstract KeyStoreProvider provider();

    /**
     * What the store needs to be opened. Clock and state TTL are the contract's.
     *
     * @return the options
     */
    protected KeyStoreOptions options() {
        return KeyStoreOptions.DEFAULT;
    }

    /**
     * What no message, location or log may tell: what opens the store (a PIN, a passphrase, an access key), and the private halves
     * in it where the test can read them. Asked for when keys have been made.
     *
     * @return one secret at least
     */
    protected abstract Set<String> secrets();

    /**
     * Opens the same as {@link #provider()}, with the shortest deadline that can be set: one rule waits for it to pass.
     *
     * @param config the URI and the options
     * @return a backend
     */
    protected KeyBackend openHurried(KeyStoreConfig config) {
        return provider().open(config);
    }

    /**
     * Keeps whatever lock the place has, as a writer that hangs in the middle of a change does. A place without one has nothing to hold.
     *
     * @return what lets it go, on the same thread
     * @throws Exception if that fails
     */
    protected AutoCloseable holdPlace() throws Exception {
        return () -> {};
    }

    /**
     * How long the contract waits for a call that has a deadline of its own, before it says that the call hangs. Long beside
     * any deadline, so that a slow machine fails nothing.
     *
     * @return two minutes
     */
    protected Duration patience() {
        return Duration.ofMinutes(2);
    }

    /**
     * The kinds of keys that the store makes. The contract asserts that it refuses the others.
     *
     * @return one kind at least, and none of ML-DSA, which the witnesses know from JDK 24 and OpenSSL 3.5 on only
     */
    protected Set<KeySpec> specs() {
        return EnumSet.complementOf(EnumSet.of(KeySpec.ML_DSA_44, KeySpec.ML_DSA_65, KeySpec.ML_DSA_87));
    }

    /**
     * What the store signs with. The contract asserts that it refuses the other algorithms of the kind.
     *
     * @param spec a kind of key that the store makes
     * @return one algorithm at least
     */
    protected Set<SignatureAlgorithm> algorithms(KeySpec spec) {
        return spec.algorithms();
    }

    /** Opens the store. */
    @BeforeEach
    protected final void openStore() {
        tested = new StoreUnderTest(this);
    }

    /**
     * Closes what the test has opened.
     *
     * @throws Exception if that fails
     */
    @AfterEach
    protected final void closeStore() throws Exception {
        tested.close();
    }

    @Override
    public final StoreUnderTest tested() {
        return tested;
    }
}
