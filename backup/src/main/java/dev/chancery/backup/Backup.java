package dev.chancery.backup;

import dev.chancery.KeyStore;
import dev.chancery.audit.checkpoint.AuditSigner;
import dev.chancery.audit.checkpoint.Checkpoint;
import dev.chancery.audit.checkpoint.SignedNote;
import dev.chancery.audit.reading.AuditReader;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.backup.archive.ArchiveId;
import dev.chancery.backup.archive.ArchiveLock;
import dev.chancery.backup.internal.layout.KeyDirectory;
import dev.chancery.backup.internal.layout.LayoutPath;
import dev.chancery.backup.internal.manifest.ManifestWriter;
import dev.chancery.backup.internal.source.ArchivedFile;
import dev.chancery.backup.internal.source.DirectorySource;
import dev.chancery.backup.internal.source.RemoteSource;
import dev.chancery.backup.internal.source.Source;
import dev.chancery.backup.internal.tar.ArchiveWriter;
import dev.chancery.error.ConfigurationException;
import dev.chancery.spi.files.DurableFiles;
import dev.chancery.spi.files.FileModes;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * Backs a store up. An archive is an OpenPGP message around a gzip tar of the directory layout of {@code docs/providers/file.md} and a manifest in
 * {@code backup/}, so {@code gpg --decrypt | tar -xzf -} restores it as well. Of a store elsewhere it has what verifies old signatures.
 *
 * <p>Others may sign and rotate meanwhile: rings are as they were at one moment. What is held in memory does not grow with the keys, but for their names.
 * Each backup is made once; not thread-safe.
 */
public final class Backup {
    private final KeyStore store;
    private Optional<AuditSigner> signer = Optional.empty();
    private Optional<Path> log = Optional.empty();
    private String tool = "chancery";
    private IntConsumer progress = keys -> {};
    private Consumer<AuditRecord> record = done -> {};
    private Clock clock = Clock.systemUTC();

    private Backup(KeyStore store) {
        this.store = store;
    }

    /**
     * Prepares a backup.
     *
     * @param store the store
     * @return a backup of all its keys, unsigned
     */
    public static Backup of(KeyStore store) {
        return new Backup(store);
    }

    /**
     * Has the manifest signed.
     *
     * @param key the audit key
     * @return this backup
     */
    public Backup signedBy(AuditSigner key) {
        signer = Optional.of(key);
        return this;
    }

    /**
     * Keeps the heads of an audit log in the manifest.
     *
     * @param directory the log
     * @return this backup
     */
    public Backup withHeadsOf(Path directory) {
        log = Optional.of(directory);
        return this;
    }

    /**
     * Names what makes the backup.
     *
     * @param name program and version
     * @return this backup
     */
    public Backup by(String name) {
        tool = name;
        return this;
    }

    /**
     * Hears how far the backup has come.
     *
     * @param listener is told after each key how many are done
     * @return this backup
     */
    public Backup telling(IntConsumer listener) {
        progress = listener;
        return this;
    }

    /**
     * Has what is done written down.
     *
     * @param recorder takes the record of a backup that is made
     * @return this backup
     */
    public Backup recording(Consumer<AuditRecord> recorder) {
        record = recorder;
        return this;
    }

    /**
     * Takes the time from elsewhere.
     *
     * @param source the clock
     * @return this backup
     */
    public Backup at(Clock source) {
        clock = source;
        return this;
    }

    /**
     * What was backed up.
     *
     * @param id the archive's id
     * @param keys how many keys it has
     * @param lacking the keys whose private halves it has not, and why
     */
    public record Report(ArchiveId id, int keys, List<Lack> lacking) {
        /** Keeps a copy. */
        public Report {
            lacking = List.copyOf(lacking);
        }
    }

    /**
     * A key whose private half is not in the archive.
     *
     * @param key its id in the archive
     * @param why why it is not
     */
    public record Lack(String key, String why) {
        /**
         * Whether the file is there and cut off: an older archive has what this one has not.
         *
         * @return {@code false} if the private half is not there, or cannot leave its place
         */
        public boolean isDamage() {
            return why.equals(DirectorySource.CUT_OFF);
        }
    }

    /**
     * Makes an archive in a file: whole or not at all, readable by its owner alone.
     *
     * @param file the file, which is not there yet, in a directory that is
     * @param lock what it is encrypted under
     * @return what was backed up
     * @throws ConfigurationException if the file is there
     * @throws IOException if it cannot be written; then it is not there
     */
    public Report writeTo(Path file, ArchiveLock lock) throws IOException {
        if (Files.exists(file)) {
            throw new ConfigurationException(
                    "There is a file " + file + " already, and archives are not overwritten. Name another.");
        }
        Path target = file.toAbsolutePath();
        Path directory = Objects.requireNonNull(target.getParent());
        Path temporary = directory.resolve(
                "." + target.getFileName() + "." + UUID.randomUUID().toString().substring(24) + ".tmp");
        try {
            Report report;
            try (FileChannel channel = FileChannel.open(
                    temporary,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    FileModes.of(temporary, "rw-------"))) {
                OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
                report = write(out, lock);
                out.flush();
                channel.force(true);
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
            new DurableFiles().forceDirectory(directory);
            return report;
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /**
     * Makes an archive.
     *
     * @param out where it goes; left open. What an error leaves there is cut off, and no archive
     * @param lock what it is encrypted under
     * @return what was backed up
     * @throws IOException if the keys cannot be read or the archive not written
     */
    public Report write(OutputStream out, ArchiveLock lock) throws IOException {
        Beginning beginning = new Beginning(out);
        Instant now = clock.instant();
        try (ManifestWriter manifest = new ManifestWriter(head(now))) {
            ArchiveWriter archive = new ArchiveWriter(beginning, lock);
            Contents contents = new Contents(archive, manifest);
            source().writeTo(contents);
            contents.finish(now);
            archive.finish();
            Report report = new Report(ArchiveId.of(beginning.bytes()), contents.keys, contents.lacking);
            record.accept(AuditRecord.builder(clock.instant(), AuditEvent.BACKUP_MADE)
                    .text("operation", "backup")
                    .text("outcome", "done")
                    .text("store", store.location())
                    .text("archive", report.id().value())
                    .number("keys", report.keys())
                    .number("lacking", report.lacking().size())
                    .build());
            return report;
        }
    }

    private Source source() {
        return KeyDirectory.of(store).<Source>map(DirectorySource::new).orElseGet(() -> new RemoteSource(store, clock));
    }

    private Map<String, Object> head(Instant now) {
        Map<String, Object> head = new LinkedHashMap<>();
        head.put("version", 1L);
        head.put("tool", tool);
        head.put("created", now.toString());
        head.put("store", store.location());
        log.ifPresent(directory -> {
            List<Map<String, Object>> heads = new ArrayList<>();
            for (Checkpoint checkpoint : AuditReader.lastCheckpoints(directory)) {
                Map<String, Object> one = new LinkedHashMap<>();
                one.put("origin", checkpoint.origin().toString());
                one.put("size", checkpoint.size());
                one.put("root", checkpoint.root());
                heads.add(one);
            }
            head.put("auditHeads", heads);
        });
        return head;
    }

    /** Puts what is backed up into archive and manifest, and wipes it. */
    private final class Contents implements Source.Sink {
        private final ArchiveWriter archive;
        private final ManifestWriter manifest;
        private final List<Lack> lacking = new ArrayList<>();
        private int keys;

        Contents(ArchiveWriter archive, ManifestWriter manifest) {
            this.archive = archive;
            this.manifest = manifest;
        }

        @Override
        public void key(String id, List<ArchivedFile> files, Optional<String> lack) throws IOException {
            manifest.key(id, files, lack);
            for (ArchivedFile file : files) {
                archive.add(file.path(), file.content(), file.modified());
                Arrays.fill(file.content(), (byte) 0);
            }
            lack.ifPresent(why -> lacking.add(new Lack(id, why)));
            keys++;
            progress.accept(keys);
        }

        @Override
        public void file(ArchivedFile file) throws IOException {
            manifest.file(file);
            archive.add(file.path(), file.content(), file.modified());
        }

        void finish(Instant now) throws IOException {
            Map<String, Object> foot = new LinkedHashMap<>();
            foot.put("count", (long) keys);
            foot.put("lacking", (long) lacking.size());
            manifest.finish(foot);
            try (InputStream content = manifest.read()) {
                archive.add(ofArchive("manifest.json"), content, manifest.size(), now);
            }
            if (signer.isPresent()) {
                String text = "chancery/backup/v1\n" + manifest.sha256() + "\n";
                String note = SignedNote.sign(text, signer.get()).note();
                archive.add(ofArchive("manifest.note"), note.getBytes(StandardCharsets.UTF_8), now);
            }
            archive.add(ofArchive("README.txt"), readme().getBytes(StandardCharsets.UTF_8), now);
        }

        private LayoutPath ofArchive(String name) {
            return LayoutPath.of(LayoutPath.OURS + "/" + name);
        }

        private String readme() {
            String lacks = lacking.isEmpty()
                    ? "The private halves of all of them are here; those that are encrypted need their own passphrase besides.\n"
                    : "The private halves of " + lacking.size()
                            + " are not; manifest.json says why of each (\"lack\"). What those signed verifies with what is here.\n";
            return "A backup of " + keys + " keys of " + store.location() + ".\n" + lacks + "\n"
                    + "Restore it with `chancery restore FILE`, which brings nothing back that was compromised or destroyed since. Without Chancery:\n"
                    + "gpg --decrypt FILE | tar -xzf - -C DIRECTORY\n";
        }
    }

    /** Remembers how an archive begins. */
    private static final class Beginning extends FilterOutputStream {
        private final ByteArrayOutputStream first = new ByteArrayOutputStream();

        Beginning(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            first.write(bytes, offset, Math.min(length, ArchiveId.BYTES - first.size()));
            out.write(bytes, offset, length);
        }

        byte[] bytes() {
            return first.toByteArray();
        }
    }
}
