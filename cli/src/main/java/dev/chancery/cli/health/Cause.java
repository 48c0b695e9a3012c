package dev.chancery.cli.health;

import dev.chancery.health.Finding;
import java.util.Map;
import java.util.Optional;

/** What is behind a finding of core's checks, in a sentence: the finding itself is the evidence. */
final class Cause {
    private static final Map<String, String> OF = Map.ofEntries(
            Map.entry("opening", "The store could not be opened, so nothing else was looked at."),
            Map.entry("random source", "Keys and ECDSA signatures made here can be guessed."),
            Map.entry("configuration", "What is configured to sign with can be no key."),
            Map.entry("archive", "What this store forgets, nothing else remembers."),
            Map.entry("free space", "The disk of the keys fills up."),
            Map.entry("lock", "A process that changes keys was killed, or hangs."),
            Map.entry("half-made key", "A process was killed while it made a key."),
            Map.entry("answer", "The store's files, network or service refuse."),
            Map.entry("keys", "No key may sign."),
            Map.entry("state", "The key's own state or dates forbid it to sign, or it is not where it is looked for."),
            Map.entry("current key", "The ring signs with one key, and that one cannot."),
            Map.entry("due date", "Nothing rotates the ring: a timer that does not run, or none."),
            Map.entry("overlap", "Nothing has rotated or looked at the ring since its last rotation's overlap ended."),
            Map.entry("usable", "A file or attribute of the key is missing, damaged, or open to others."),
            Map.entry("left-over private half", "A process was killed while it destroyed the key."),
            Map.entry("proof", "The place lets others put public halves beside private ones."),
            Map.entry("signatures", "What signs behind the place that answers is broken or busy."),
            Map.entry("quota", "More is asked of the place at once than it grants."),
            Map.entry("credentials", "What gives this process its credentials does not renew them."),
            Map.entry("encryption", "The key was made by another tool, or before a passphrase was configured."),
            Map.entry(
                    "test signature",
                    "The private half, the passphrase or the rights to use it are not what they were."),
            Map.entry("time", "A disk, a network or a library hangs."),
            Map.entry("log", "The audit log's directory or disk."),
            Map.entry("record", "The audit log cannot be continued, so that nothing may be signed."),
            Map.entry("anchor", "The anchor is not reached, or another process writes without it."),
            Map.entry("backup", "The timer that backs up does not run, fails, or keeps no record."),
            Map.entry("drill", "Nothing has restored an archive for trial, or what it restored does not work."),
            Map.entry("chains", "The log's files were changed or lost."),
            Map.entry("reconciliation", "The store was changed past the log, or put back to an older state."));

    private Cause() {}

    static Optional<String> of(Finding finding) {
        return Optional.ofNullable(OF.get(finding.check()));
    }
}
