package dev.chancery.testkit;

import dev.chancery.KeySpec;
import dev.chancery.KeyStoreOptions;
import dev.chancery.SignatureAlgorithm;
import dev.chancery.spi.KeyStoreProvider;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/**
 * What every store owes its users. A provider's test extends this class, says where an empty store is, and passes whole:
 *
 * <pre>{@code
 * class FileKeyStoreContractTest extends KeyStoreContract {
 *     @TempDir Path directory;
 *
 *     @Override protected String store() { return directory.resolve("keys").toString(); }
 *     @Override protected KeyStoreProvider provider() { return new FileKeyStoreProvider(); }
 * }
 * }</pre>
 *
 * <p>The store under test makes keys ({@link dev.chancery.Capability#GENERATE}). Of what else it lacks, the contract asserts
 * that it is refused in the right way; nothing is skipped. Needs the {@code openssl} command;
 * before Java 21, exclude the tag {@code virtual-threads}.
 */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
public abstract class KeyStoreContract
        implements GenerationRules,
                ImportRules,
                SigningRules,
                VerificationRules,
                StateRules,
                RingRules,
                TransitionRules,
                RotationRules,
                CompromiseRules,
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
     * The kinds of keys that the store makes. The contract asserts that it refuses the others.
     *
     * @return the kinds; of ML-DSA, which the witnesses know from JDK 24 and OpenSSL 3.5 on only, the contract asks nothing
     */
    protected Set<KeySpec> specs() {
        return EnumSet.complementOf(EnumSet.of(KeySpec.ML_DSA_44, KeySpec.ML_DSA_65, KeySpec.ML_DSA_87));
    }

    /**
     * What the store signs with. The contract asserts that it refuses the other algorithms of the kind.
     *
     * @param spec a kind of key that the store makes
     * @return the algorithms
     */
    protected Set<SignatureAlgorithm> algorithms(KeySpec spec) {
        return spec.algorithms();
    }

    /** Opens the store. */
    @BeforeEach
    protected final void openStore() {
        tested = new StoreUnderTest(store(), provider(), options(), specs(), this::algorithms);
    }

    /** Closes whatever the test has opened. */
    @AfterEach
    protected final void closeStore() {
        tested.close();
    }

    @Override
    public final StoreUnderTest tested() {
        return tested;
    }
}
