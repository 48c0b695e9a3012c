package dev.chancery.testkit;

/** A chapter for stores with {@link dev.chancery.Capability#CLAIM_ATOMIC}: a generation has one holder for ever, whoever tries. */
public interface ClaimsGenerations extends ClaimRules {}
