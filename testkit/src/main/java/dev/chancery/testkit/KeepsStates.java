package dev.chancery.testkit;

/**
 * A chapter for stores with {@link dev.chancery.Capability#LIFECYCLE}: origin, labels, states, dates and marks of compromise.
 */
public interface KeepsStates extends RecordRules, StateRules, TransitionRules, CompromiseRules {}
