package dev.chancery.health;

/**
 * What a finding is about.
 *
 * @param kind what kind of thing
 * @param name the ring's name or the key's id; empty for the store itself and for the audit log
 */
public record Subject(Kind kind, String name) {
    /** The store as a whole. */
    public static final Subject STORE = new Subject(Kind.STORE, "");

    /** The audit log. */
    public static final Subject AUDIT = new Subject(Kind.AUDIT, "");

    /** What kinds of things there are. */
    public enum Kind {
        /** The store as a whole. */
        STORE,
        /** A ring. */
        RING,
        /** A key. */
        KEY,
        /** The audit log. */
        AUDIT
    }

    /**
     * A ring.
     *
     * @param name its name
     * @return the subject
     */
    public static Subject ring(String name) {
        return new Subject(Kind.RING, name);
    }

    /**
     * A key.
     *
     * @param id its id
     * @return the subject
     */
    public static Subject key(String id) {
        return new Subject(Kind.KEY, id);
    }

    /** Returns the kind in lower case, and the name. */
    @Override
    public String toString() {
        String word = kind.name().toLowerCase(java.util.Locale.ROOT);
        return name.isEmpty() ? word : word + " " + name;
    }
}
