package dev.chancery.testkit.chapters;

import dev.chancery.testkit.rules.ClaimRules;

/** A chapter for stores with {@link dev.chancery.Capability#CLAIM_ATOMIC}: of all who try, a generation has one holder for ever. */
public interface HoldsClaims extends ClaimRules {}
