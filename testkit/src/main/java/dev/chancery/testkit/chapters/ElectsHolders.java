package dev.chancery.testkit.chapters;

import dev.chancery.testkit.rules.ElectionRules;

/** A chapter for stores with {@link dev.chancery.Capability#CLAIM_BY_ELECTION}: core elects who holds a generation; the activation makes a key current. */
public interface ElectsHolders extends ElectionRules {}
