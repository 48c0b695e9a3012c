package dev.chancery.testkit.chapters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.Capability;
import java.util.EnumSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ChapterTest {
    /**
     * What all stores under test have; how bytes travel, which does not show; a backup or an attestation, which only its place makes: the place's own test looks
     * at it.
     */
    private static final EnumSet<Capability> WITHOUT_CHAPTERS = EnumSet.of(
            Capability.GENERATE,
            Capability.LOCAL_SIGNING,
            Capability.BACKUP,
            Capability.ATTESTATION,
            Capability.DELETE_MATERIAL);

    /** A store that keeps rings has one of the two. */
    private static final EnumSet<Capability> ALTERNATIVES =
            EnumSet.of(Capability.CLAIM_ATOMIC, Capability.CLAIM_BY_ELECTION);

    @ParameterizedTest
    @EnumSource
    void a_capability_has_a_chapter_for_stores_that_have_it_and_one_for_stores_that_lack_it(Capability capability) {
        Boolean[] owed = WITHOUT_CHAPTERS.contains(capability)
                ? new Boolean[0]
                : ALTERNATIVES.contains(capability) ? new Boolean[] {true} : new Boolean[] {true, false};

        assertThat(Chapter.ALL)
                .filteredOn(chapter -> chapter.capability() == capability)
                .extracting(Chapter::ofStoresWithIt)
                .containsOnly(owed);
    }
}
