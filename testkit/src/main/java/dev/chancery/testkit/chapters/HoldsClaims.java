package dev.chancery.testkit.chapters;

import dev.chancery.testkit.rules.ClaimRules;

/** A chapter for stores with {@link dev.chancery.Capability#CLAIM_ATOMIC}: a generation has one holder for ever, whoever tries. */
public interface HoldsClaims extends ClaimRules {}
