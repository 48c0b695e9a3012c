package dev.chancery.testkit.chapters;

import dev.chancery.testkit.rules.CompromiseRules;
import dev.chancery.testkit.rules.RecordRules;
import dev.chancery.testkit.rules.StateRules;
import dev.chancery.testkit.rules.TransitionRules;

/**
 * A chapter for stores with {@link dev.chancery.Capability#LIFECYCLE}: origin, labels, states, dates and marks of compromise.
 */
public interface KeepsStates extends RecordRules, StateRules, TransitionRules, CompromiseRules {}
