package dev.chancery.health;

/** How closely to look. */
public enum HealthLevel {
    /** The store answers, and has a key that may sign. Nothing is signed. */
    REACHABLE,
    /** Besides, each key that should sign makes a test signature, which must verify. */
    SIGNING
}
