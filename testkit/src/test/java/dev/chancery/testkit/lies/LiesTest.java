package dev.chancery.testkit.lies;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract is worth what it catches. */
class LiesTest {
    /** A rule that no liar breaks: it says that a liar opens and answers. */
    private static final String HARMLESS = "an_empty_store_lists_nothing";

    @ParameterizedTest
    @EnumSource
    void a_lie_is_caught(Lie lie) {
        Map<String, String> parameters = Map.of(LyingContract.LIE, lie.name());
        ContractRun harmless = ContractRun.ofRule(LyingContract.class, HARMLESS, parameters);
        assertThat(harmless.summary().getTestsSucceededCount())
                .as(harmless.failures())
                .isEqualTo(1);

        assertThat(lie.rules()).isNotEmpty().allSatisfy(rule -> {
            ContractRun run = ContractRun.ofRule(LyingContract.class, rule, parameters);
            assertThat(run.failedRules()).as(run.failures()).containsExactly(rule);
        });
    }

    static Stream<String> rulesThatCatchLies() {
        return Arrays.stream(Lie.values()).flatMap(lie -> lie.rules().stream()).distinct();
    }

    @ParameterizedTest
    @MethodSource("rulesThatCatchLies")
    void the_same_store_without_a_lie_passes(String rule) {
        ContractRun run = ContractRun.ofRule(LyingContract.class, rule, Map.of());

        assertThat(run.failedRules()).as(run.failures()).isEmpty();
        assertThat(run.summary().getTestsFoundCount())
                .isPositive()
                .isEqualTo(run.summary().getTestsSucceededCount());
    }
}
