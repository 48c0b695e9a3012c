package dev.chancery.spi;

import dev.chancery.key.KeyId;

/**
 * Key ids of places in which a name leads to versions: {@code name/version} is a key for ever, and a name alone leads to one of its versions.
 */
public final class VersionedId {
    private VersionedId() {}

    /**
     * Whether an id is a version's.
     *
     * @param id the id
     * @return {@code false} for a name alone
     */
    public static boolean hasVersion(KeyId id) {
        return id.value().indexOf('/') > 0;
    }

    /**
     * The name in an id.
     *
     * @param id the id
     * @return what stands before the slash, or all of a name alone
     */
    public static String name(KeyId id) {
        return hasVersion(id) ? id.value().substring(0, id.value().indexOf('/')) : id.value();
    }

    /**
     * What shows that a version without a record is ours: no other tool makes versions of a name of ours.
     *
     * @param id the id of a version whose name has versions with records
     * @return the clause, as {@link StoredKey#evidence()} has it
     */
    public static String evidence(KeyId id) {
        return "it is a version of '" + name(id) + "', which has versions with records";
    }

    /**
     * The version in an id.
     *
     * @param id the id of a version
     * @return what stands behind the slash
     */
    public static String version(KeyId id) {
        return id.value().substring(id.value().indexOf('/') + 1);
    }
}
