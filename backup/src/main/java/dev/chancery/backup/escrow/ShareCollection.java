package dev.chancery.backup.escrow;

import dev.chancery.backup.archive.ArchiveId;
import dev.chancery.error.ConfigurationException;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Shares of one archive, taken in one by one until they are enough. Not thread-safe. */
public final class ShareCollection {
    private final ArchiveId archive;
    private final Map<Integer, Share> shares = new TreeMap<>();
    private int threshold;
    private int custodians;

    /**
     * Begins with none.
     *
     * @param archive the archive that is to be opened
     */
    public ShareCollection(ArchiveId archive) {
        this.archive = archive;
    }

    /**
     * Takes in a share.
     *
     * @param share the share
     * @throws ConfigurationException if it is another archive's, of another division, or was given before
     */
    public void add(Share share) {
        if (!share.archive().equals(archive)) {
            throw new ConfigurationException("Share " + share.number() + " is of another archive: " + share.archive()
                    + ". This one is " + archive + ".");
        }
        boolean sound = share.data().length == 32 && share.number() >= 1 && share.number() <= share.custodians();
        boolean fits = shares.isEmpty() || (share.threshold() == threshold && share.custodians() == custodians);
        if (!sound || !fits) {
            throw new ConfigurationException("Share " + share.number() + " does not belong to the others: "
                    + share.threshold() + " of " + share.custodians() + " are needed of it.");
        }
        if (shares.putIfAbsent(share.number(), share) != null) {
            throw new ConfigurationException("Share " + share.number() + " was given already. Ask another custodian.");
        }
        threshold = share.threshold();
        custodians = share.custodians();
    }

    /**
     * How many more are needed.
     *
     * @return the number; 1 at least as long as there is none
     */
    public int missing() {
        return shares.isEmpty() ? 1 : Math.max(0, threshold - shares.size());
    }

    /**
     * The same for people, such as {@code Still needed: 1 of 3 (given: 2, 5).}
     *
     * @return a sentence
     */
    public String needed() {
        return shares.isEmpty()
                ? "There is no share yet."
                : "Still needed: " + missing() + " of " + threshold + " (given: "
                        + shares.keySet().stream().map(String::valueOf).collect(Collectors.joining(", ")) + ").";
    }

    /**
     * Puts the passphrase together.
     *
     * @return the passphrase, for the caller to wipe
     * @throws ConfigurationException if shares are missing
     */
    public char[] passphrase() {
        if (missing() > 0) {
            throw new ConfigurationException("The archive " + archive + " does not open yet. " + needed()
                    + " Ask another custodian for a share.");
        }
        return Escrow.combine(shares.values());
    }
}
