package dev.chancery.backup.plan;

/**
 * What becomes of one key of an archive, or of one claim of a ring.
 *
 * @param name the key's id, or {@code rings/RING/GENERATION}
 * @param action what is done
 * @param what a sentence: as what it comes back, or why not
 */
public record RestoreStep(String name, Action action, String what) {

    /** What is done. */
    public enum Action {
        /** It is not there, and comes back. */
        RESTORE,
        /** It is there, and lacks something that the archive has or that is known elsewhere. */
        REPAIR,
        /** It is there as it should be. */
        KEEP,
        /** It does not come back. */
        LEAVE_OUT,
        /** Something else is in its place, which stays. */
        REFUSE
    }
}
