package dev.chancery.testkit.lies;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** A test that does not take the chapters that its store owes fails, and says which. */
class ChaptersTest {
    private static final String RULE = "the_test_takes_the_chapters_that_the_store_owes_and_no_other";

    @Test
    void a_chapter_that_is_left_out_is_named() {
        assertThat(reasonOf(MistakenContracts.WithoutRings.class))
                .contains("has LIFECYCLE")
                .contains("takes KeepsRings")
                .doesNotContain("takes KeepsStates");
    }

    @Test
    void a_chapter_too_many_is_named() {
        assertThat(reasonOf(MistakenContracts.WithARefusalTooMany.class))
                .contains("has IMPORT")
                .contains("does not take RefusesImports")
                .doesNotContain("takes TakesImports");
    }

    @Test
    void a_test_without_chapters_hears_of_all_that_it_owes() {
        assertThat(reasonOf(MistakenContracts.WithoutAny.class))
                .contains(
                        "takes TakesImports",
                        "takes KeepsStates",
                        "takes KeepsRings",
                        "takes HoldsClaims",
                        "takes SharesRecords",
                        "lacks REENCRYPT",
                        "takes RefusesReencryption",
                        "takes LeavesNoOrphans");
    }

    private static String reasonOf(Class<?> contract) {
        ContractRun run = ContractRun.ofRule(contract, RULE, Map.of());
        assertThat(run.failedRules()).containsExactly(RULE);
        return run.failures();
    }
}
