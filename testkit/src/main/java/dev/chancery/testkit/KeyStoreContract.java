package dev.chancery.testkit;

import dev.chancery.testkit.chapters.ChapterRules;
import dev.chancery.testkit.chapters.ElectsHolders;
import dev.chancery.testkit.chapters.HoldsClaims;
import dev.chancery.testkit.chapters.KeepsRings;
import dev.chancery.testkit.chapters.KeepsStates;
import dev.chancery.testkit.chapters.LeavesNoOrphans;
import dev.chancery.testkit.chapters.Reencrypts;
import dev.chancery.testkit.chapters.RefusesImports;
import dev.chancery.testkit.chapters.RefusesReencryption;
import dev.chancery.testkit.chapters.RefusesRings;
import dev.chancery.testkit.chapters.RefusesStates;
import dev.chancery.testkit.chapters.SharesRecords;
import dev.chancery.testkit.chapters.ShowsOrphans;
import dev.chancery.testkit.chapters.TakesImports;
import dev.chancery.testkit.rules.ClosingRules;
import dev.chancery.testkit.rules.ConcurrencyRules;
import dev.chancery.testkit.rules.GenerationRules;
import dev.chancery.testkit.rules.ImportRules;
import dev.chancery.testkit.rules.InterceptionRules;
import dev.chancery.testkit.rules.SecrecyRules;
import dev.chancery.testkit.rules.SigningRules;
import dev.chancery.testkit.rules.VerificationRules;
import dev.chancery.testkit.store.PlaceUnderTest;
import dev.chancery.testkit.store.StoreUnderTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/**
 * What every store owes its users. A provider's test extends this class, takes a chapter for each ability that its store has
 * or lacks, says where an empty store is, and passes whole:
 *
 * <pre>{@code
 * class FileKeyStoreContractTest extends KeyStoreContract
 *         implements TakesImports, KeepsStates, KeepsRings, HoldsClaims, SharesRecords, Reencrypts, LeavesNoOrphans {
 *     @TempDir Path directory;
 *
 *     @Override public String store() { return directory.resolve("keys").toString(); }
 *     @Override public KeyStoreProvider provider() { return new FileKeyStoreProvider(); }
 *     @Override public Set<String> secrets() { return privateKeysIn(directory); }
 *     @Override public void lose(KeyId key) { deleteFilesOf(key); }
 * }
 * }</pre>
 *
 * <table>
 *   <caption>The chapters</caption>
 *   <tr><th>capability</th><th>stores that have it</th><th>stores that lack it</th></tr>
 *   <tr><td>IMPORT</td><td>{@link TakesImports}</td><td>{@link RefusesImports}</td></tr>
 *   <tr><td>LIFECYCLE</td><td>{@link KeepsStates}, {@link KeepsRings}</td><td>{@link RefusesStates}, {@link RefusesRings}</td></tr>
 *   <tr><td>LIFECYCLE, unless records are written whole</td><td>{@link SharesRecords}</td><td></td></tr>
 *   <tr><td>CLAIM_ATOMIC</td><td>{@link HoldsClaims}</td><td></td></tr>
 *   <tr><td>CLAIM_BY_ELECTION</td><td>{@link ElectsHolders}</td><td></td></tr>
 *   <tr><td>REENCRYPT</td><td>{@link Reencrypts}</td><td>{@link RefusesReencryption}</td></tr>
 *   <tr><td>ORPHANS</td><td>{@link ShowsOrphans}</td><td>{@link LeavesNoOrphans}</td></tr>
 * </table>
 *
 * <p>A test that leaves out a chapter which its store owes fails, and so does one that takes a chapter too many. The store under
 * test makes keys ({@link dev.chancery.Capability#GENERATE}). Needs the {@code openssl} command; before Java 21, exclude the tag
 * {@code virtual-threads}.
 */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
public abstract class KeyStoreContract
        implements PlaceUnderTest,
                ChapterRules,
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
        if (tested != null) { // else it did not open, and that is the failure to tell
            tested.close();
        }
    }

    @Override
    public final StoreUnderTest tested() {
        return tested;
    }
}
