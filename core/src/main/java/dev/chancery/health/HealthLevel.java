package dev.chancery.health;

/** How closely to look; each level looks at what those before it look at, too. */
public enum HealthLevel {
    /** What needs no key: what is configured, the random source, and in a local place its files' surroundings. No remote place is asked. */
    CONFIG,
    /**
     * The place answers, and each key that should sign may: the rings' current keys and the default key; where there are neither, each active
     * key. In a local place all other keys are looked at, too. Nothing is signed.
     */
    READ,
    /** Each key that should sign makes one test signature, which must verify; a remote place is asked for all of its keys. */
    SIGN
}
