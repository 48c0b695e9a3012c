package dev.chancery.backup;

import dev.chancery.KeyStore;
import dev.chancery.audit.checkpoint.VerificationKey;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.audit.record.StoredRecord;
import dev.chancery.backup.archive.ArchiveId;
import dev.chancery.backup.archive.ArchiveKey;
import dev.chancery.backup.internal.contents.ArchiveContents;
import dev.chancery.backup.internal.contents.ArchivedKey;
import dev.chancery.backup.internal.contents.Manifest;
import dev.chancery.backup.internal.layout.KeyDirectory;
import dev.chancery.backup.internal.restoring.Knowledge;
import dev.chancery.backup.internal.restoring.Restoration;
import dev.chancery.backup.plan.RestoreStep;
import dev.chancery.error.ChanceryException;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.KeyAccessException;
import dev.chancery.spi.files.FileErrors;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.stream.Stream;

/**
 * Restores keys from an archive of {@link Backup}, or from one that {@code tar | gpg --symmetric} made of a directory of keys. The archive is verified to
 * its end before anything is written. Each key comes back whole or not at all, also when the process is killed. A key that differs is not overwritten, and
 * none comes back younger than a live store or an audit log knows it: what was compromised, retired or destroyed since stays so.
 *
 * <p>Each restore is used once; not thread-safe.
 */
public final class Restore {
    private final Path archive;
    private final ArchiveKey key;
    private final Path directory;
    private final Knowledge knowledge = new Knowledge();
    private final Set<String> stores = new TreeSet<>();
    private Optional<VerificationKey> auditKey = Optional.empty();
    private Set<String> chosen = Set.of();
    private Consumer<AuditRecord> log = record -> {};
    private IntConsumer progress = keys -> {};
    private Clock clock = Clock.systemUTC();

    private Restore(Path archive, ArchiveKey key, Path directory) {
        this.archive = archive;
        this.key = key;
        this.directory = directory;
    }

    /**
     * Prepares a restore.
     *
     * @param archive the archive, a file that is read twice
     * @param key what opens it
     * @param directory the directory of keys that it goes into; made if it is not there
     * @return a restore of all its keys
     */
    public static Restore of(Path archive, ArchiveKey key, Path directory) {
        return new Restore(archive, key, directory);
    }

    /**
     * Checks who made the archive.
     *
     * @param signer the audit key that has to have signed its manifest
     * @return this restore
     */
    public Restore signedBy(VerificationKey signer) {
        auditKey = Optional.of(signer);
        return this;
    }

    /**
     * Restores some keys alone.
     *
     * @param ids their ids
     * @return this restore
     */
    public Restore only(Set<String> ids) {
        chosen = Set.copyOf(ids);
        return this;
    }

    /**
     * Lets stand what a live store knows.
     *
     * @param store the store: the one that is restored into, or the one that was backed up
     * @return this restore
     */
    public Restore knowing(KeyStore store) {
        knowledge.take(store);
        stores.add(store.location());
        return this;
    }

    /**
     * Lets stand what an audit log knows. Of rings the records count whose store is one of those {@linkplain #knowing(KeyStore) named before}, or all where
     * none is named.
     *
     * @param records the log's records, the oldest first, those that nothing vouches for left out
     * @return this restore
     */
    public Restore knowing(Stream<StoredRecord> records) {
        knowledge.take(records, stores);
        return this;
    }

    /**
     * Has what is done written down.
     *
     * @param recorder takes each record; what it throws ends the restore
     * @return this restore
     */
    public Restore recording(Consumer<AuditRecord> recorder) {
        log = recorder;
        return this;
    }

    /**
     * Hears how far the restore has come, once the archive is verified.
     *
     * @param listener is told with each key that is read how many that makes
     * @return this restore
     */
    public Restore telling(IntConsumer listener) {
        progress = listener;
        return this;
    }

    /**
     * Takes the time from elsewhere.
     *
     * @param source the clock
     * @return this restore
     */
    public Restore at(Clock source) {
        clock = source;
        return this;
    }

    /**
     * What becomes of an archive's keys.
     *
     * @param archive the archive's id
     * @param store the location of the store that was backed up, as its manifest says; empty where others made it
     * @param origin the store that was backed up, when, and with what, as its manifest says; empty where others made it
     * @param signature {@code SIGNED}, {@code UNCHECKED}, {@code UNSIGNED} or {@code NO_MANIFEST}
     * @param steps for each key, then for each ring's claim
     * @param leftOut files that have no place in a directory of keys
     */
    public record Plan(
            ArchiveId archive,
            Optional<String> store,
            Optional<String> origin,
            String signature,
            List<RestoreStep> steps,
            List<String> leftOut) {
        /** Keeps copies. */
        public Plan {
            steps = List.copyOf(steps);
            leftOut = List.copyOf(leftOut);
        }

        /**
         * Whether everything that was asked for comes back or is there.
         *
         * @return {@code false} if something else is in the place of a key
         */
        public boolean isComplete() {
            return steps.stream().noneMatch(step -> step.action() == RestoreStep.Action.REFUSE);
        }
    }

    /**
     * Verifies the archive and says what {@link #run} would do. Nothing is written.
     *
     * @return the plan
     * @throws IntegrityException if the archive is damaged, hostile, or not signed by the key that was named
     * @throws KeyAccessException if it opens with another passphrase or key
     * @throws ConfigurationException if a key that was asked for is not in it
     */
    public Plan plan() {
        return work(false);
    }

    /**
     * Verifies the archive, then restores its keys.
     *
     * @return what was done
     * @throws IntegrityException if the archive is damaged, hostile, or not signed by the key that was named; nothing was written
     * @throws KeyAccessException if it opens with another passphrase or key, or the directory is open to others; nothing was written
     * @throws ConfigurationException if a key that was asked for is not in it; nothing was written
     */
    public Plan run() {
        return work(true);
    }

    private Plan work(boolean writes) {
        try {
            ArchiveContents contents = ArchiveContents.verify(archive, key, auditKey);
            ArchiveId id = ArchiveId.of(archive);
            requireChosen(contents);
            Restoration restoration = new Restoration(
                    archive, key, contents, new KeyDirectory(directory), knowledge, chosen, progress, clock);
            List<RestoreStep> steps = writes ? carryOut(restoration, contents, id) : restoration.plan();
            return new Plan(
                    id,
                    contents.manifest().map(Manifest::store),
                    contents.manifest().map(Restore::origin),
                    contents.signature().name(),
                    steps,
                    contents.leftOut());
        } catch (IntegrityException | KeyAccessException e) {
            log.accept(record(AuditEvent.RESTORE_REFUSED)
                    .text("outcome", "denied")
                    .text("reason", e.getMessage())
                    .build());
            throw e;
        } catch (IOException e) {
            throw FileErrors.translate(e, "Restoring " + archive + " into " + directory, directory);
        }
    }

    private static String origin(Manifest manifest) {
        return manifest.store() + ", " + manifest.created() + ", by " + manifest.tool();
    }

    private void requireChosen(ArchiveContents contents) {
        Set<String> missing = new TreeSet<>(chosen);
        missing.removeAll(contents.keys().keySet());
        if (!missing.isEmpty()) {
            throw new ConfigurationException("The archive " + archive + " has no key '"
                    + missing.iterator().next() + "'. List what it has with --dry-run.");
        }
    }

    private List<RestoreStep> carryOut(Restoration restoration, ArchiveContents contents, ArchiveId id)
            throws IOException {
        log.accept(record(AuditEvent.CHANGE_INTENDED)
                .text("outcome", "intended")
                .text("archive", id.value())
                .build());
        List<RestoreStep> steps;
        try {
            steps = restoration.carryOut();
        } catch (IOException | ChanceryException e) {
            log.accept(record(AuditEvent.CHANGE_FAILED)
                    .text("outcome", "failed")
                    .text("archive", id.value())
                    .text("reason", String.valueOf(e.getMessage()))
                    .build());
            throw e;
        }
        for (RestoreStep step : steps) {
            if (step.action() == RestoreStep.Action.RESTORE || step.action() == RestoreStep.Action.REPAIR) {
                Optional<ArchivedKey> restored =
                        Optional.ofNullable(contents.keys().get(step.name()));
                log.accept(record(AuditEvent.KEY_RESTORED)
                        .text("outcome", "done")
                        .text("archive", id.value())
                        .text("key_id", step.name())
                        .text("fingerprint", restored.flatMap(ArchivedKey::fingerprint))
                        .text("detail", step.what())
                        .build());
            }
        }
        return steps;
    }

    private AuditRecord.Builder record(AuditEvent event) {
        return AuditRecord.builder(clock.instant(), event)
                .text("operation", "restore")
                .text("store", new KeyDirectory(directory).location());
    }
}
