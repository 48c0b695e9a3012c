package dev.chancery.testkit.chapters;

import dev.chancery.Capability;
import dev.chancery.spi.Traits;
import dev.chancery.testkit.rules.Rules;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A chapter of the contract that not every store owes.
 *
 * @param rules what a provider's test implements
 * @param capability the capability that decides
 * @param ofStoresWithIt whether the stores that have it owe the chapter, or those that lack it
 */
record Chapter(Class<? extends Rules> rules, Capability capability, boolean ofStoresWithIt) {

    /** Two for each capability that shows; {@link ChapterRules} says what becomes of the others. */
    static final List<Chapter> ALL = List.of(
            new Chapter(TakesImports.class, Capability.IMPORT, true),
            new Chapter(RefusesImports.class, Capability.IMPORT, false),
            new Chapter(KeepsStates.class, Capability.LIFECYCLE, true),
            new Chapter(RefusesStates.class, Capability.LIFECYCLE, false),
            new Chapter(KeepsRings.class, Capability.LIFECYCLE, true),
            new Chapter(RefusesRings.class, Capability.LIFECYCLE, false),
            new Chapter(HoldsClaims.class, Capability.CLAIM_ATOMIC, true),
            new Chapter(ElectsHolders.class, Capability.CLAIM_BY_ELECTION, true),
            new Chapter(Reencrypts.class, Capability.REENCRYPT, true),
            new Chapter(RefusesReencryption.class, Capability.REENCRYPT, false),
            new Chapter(ShowsOrphans.class, Capability.ORPHANS, true),
            new Chapter(LeavesNoOrphans.class, Capability.ORPHANS, false));

    /** Which chapters a test has to take or to drop, each as a sentence. */
    static List<String> mistakes(Rules test, Set<Capability> capabilities, Traits.Writes writes) {
        List<String> mistakes = new ArrayList<>();
        for (Chapter chapter : ALL) {
            boolean has = capabilities.contains(chapter.capability);
            boolean owed = has == chapter.ofStoresWithIt;
            if (owed != chapter.rules.isInstance(test)) {
                mistakes.add("The store " + (has ? "has " : "lacks ") + chapter.capability + ": its test "
                        + (owed ? "takes " : "does not take ") + chapter.rules.getSimpleName() + ".");
            }
        }
        boolean shares = capabilities.contains(Capability.LIFECYCLE) && writes != Traits.Writes.WHOLE;
        if (shares != test instanceof SharesRecords) {
            mistakes.add("The store " + (shares ? "lets" : "does not let") + " writers meet in one record (" + writes
                    + "): its test " + (shares ? "takes" : "does not take") + " SharesRecords.");
        }
        return mistakes;
    }
}
