package dev.chancery.testkit.chapters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.Capability;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.testkit.rules.Rules;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** That the contract is asked whole: a chapter that is left out, or a hook that names nothing, would pass in silence. */
public interface ChapterRules extends Rules {

    /** A chapter too few passes in silence; one too many asserts what the store does not owe. */
    @Test
    default void the_test_takes_the_chapters_that_the_store_owes_and_no_other() {
        Set<Capability> capabilities = tested().keys().capabilities();

        assertThat(Chapter.mistakes(this, capabilities, tested().traits().writes()))
                .isEmpty();
        assertThat(capabilities)
                .as("the contract begins with keys that the store makes")
                .contains(Capability.GENERATE);
        assertThat(tested().open(options -> options).capabilities()).isEqualTo(capabilities);
    }

    /** The rules go through them. */
    @Test
    default void there_are_kinds_of_keys_to_make_and_algorithms_to_sign_with() {
        Set<KeySpec> made = EnumSet.noneOf(KeySpec.class);
        for (KeySpec spec : KeySpec.values()) {
            if (tested().makes(spec)) {
                made.add(spec);
                assertThat(tested().algorithms(spec)).isNotEmpty().isSubsetOf(spec.algorithms());
            }
        }
        assertThat(made).isNotEmpty().doesNotContain(KeySpec.ML_DSA_44, KeySpec.ML_DSA_65, KeySpec.ML_DSA_87);
    }
}
