package dev.chancery.backup.drill;

import dev.chancery.KeyImport;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.audit.checkpoint.VerificationKey;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.audit.record.StoredRecord;
import dev.chancery.backup.Restore;
import dev.chancery.backup.archive.ArchiveKey;
import dev.chancery.backup.drill.DrillReport.Finding;
import dev.chancery.backup.drill.DrillReport.Result;
import dev.chancery.backup.internal.layout.KeyDirectory;
import dev.chancery.backup.internal.layout.LayoutPath;
import dev.chancery.backup.plan.RestoreStep;
import dev.chancery.error.ChanceryException;
import dev.chancery.error.ConfigurationException;
import dev.chancery.key.KeyListing;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyName;
import dev.chancery.key.KeyState;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.spi.files.FileErrors;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Restores an archive for trial into a private directory, in memory where there is one: loads every key, has each sign, verifies that with the public half
 * that was recorded, compares with the live store and the audit log where they are given, and wipes what it wrote. Compromised keys are loaded and sign
 * nothing.
 *
 * <p>Each drill is run once; not thread-safe.
 */
public final class Drill {
    private static final Path MEMORY = Path.of("/dev/shm");

    private final Path archive;
    private final ArchiveKey key;
    private final List<Finding> findings = new ArrayList<>();
    private final TrialSignature trial = new TrialSignature();
    private final Map<String, StoredRecord> signatures = new HashMap<>();
    private Supplier<Optional<char[]>> passphrase = Optional::empty;
    private Optional<KeyStore> live = Optional.empty();
    private Optional<VerificationKey> auditKey = Optional.empty();
    private Consumer<AuditRecord> log = record -> {};
    private IntConsumer progress = keys -> {};
    private Clock clock = Clock.systemUTC();
    private Path memory = MEMORY;

    private Drill(Path archive, ArchiveKey key) {
        this.archive = archive;
        this.key = key;
    }

    /**
     * Prepares a drill.
     *
     * @param archive the archive
     * @param key what opens it
     * @return a drill that compares with nothing else
     */
    public static Drill of(Path archive, ArchiveKey key) {
        return new Drill(archive, key);
    }

    /**
     * Opens encrypted private halves.
     *
     * @param source the passphrase of the keys, a new copy at each call that the drill wipes
     * @return this drill
     */
    public Drill keyPassphrase(Supplier<Optional<char[]>> source) {
        passphrase = source;
        return this;
    }

    /**
     * Compares with a live store.
     *
     * @param store the store that was backed up
     * @return this drill
     */
    public Drill comparedWith(KeyStore store) {
        live = Optional.of(store);
        return this;
    }

    /**
     * Looks whether the keys that signed are there: of each the last signature on record.
     *
     * @param records an audit log's records, the oldest first, those that nothing vouches for left out
     * @return this drill
     */
    public Drill withSignaturesOf(Stream<StoredRecord> records) {
        records.filter(stored -> stored.record().event() == AuditEvent.SIGNATURE_GENERATED)
                .forEach(stored ->
                        stored.record().field("fingerprint").ifPresent(print -> signatures.put(print, stored)));
        return this;
    }

    /**
     * Checks who made the archive.
     *
     * @param signer the audit key that has to have signed its manifest
     * @return this drill
     */
    public Drill signedBy(VerificationKey signer) {
        auditKey = Optional.of(signer);
        return this;
    }

    /**
     * Has the drill written down.
     *
     * @param recorder takes the record
     * @return this drill
     */
    public Drill recording(Consumer<AuditRecord> recorder) {
        log = recorder;
        return this;
    }

    /**
     * Hears how far the drill has come, once the keys are restored.
     *
     * @param listener is told after each key how many were tried
     * @return this drill
     */
    public Drill telling(IntConsumer listener) {
        progress = listener;
        return this;
    }

    /**
     * Takes the time from elsewhere.
     *
     * @param source the clock
     * @return this drill
     */
    public Drill at(Clock source) {
        clock = source;
        return this;
    }

    /** For tests: drills of others leave their directories in the same memory. */
    Drill inMemory(Path directory) {
        memory = directory;
        return this;
    }

    /**
     * Runs the drill.
     *
     * @return what came of it
     * @throws dev.chancery.error.IntegrityException if the archive is damaged, hostile, or not signed by the key that was named
     * @throws dev.chancery.error.KeyAccessException if it opens with another passphrase or key
     */
    public DrillReport run() {
        boolean inMemory = Files.isDirectory(memory) && Files.isWritable(memory);
        try {
            Path scratch = inMemory
                    ? Files.createTempDirectory(memory, "chancery-drill-")
                    : Files.createTempDirectory("chancery-drill-");
            try {
                DrillReport report = run(scratch.resolve("keys"), inMemory);
                record(report.isGood(), Optional.of(report), Optional.empty());
                return report;
            } finally {
                wipe(scratch);
            }
        } catch (IOException e) {
            ChanceryException failure = FileErrors.translate(e, "Drilling " + archive, archive);
            record(false, Optional.empty(), Optional.ofNullable(failure.getMessage()));
            throw failure;
        } catch (ConfigurationException e) {
            throw e; // a path that is mistyped is no drill
        } catch (ChanceryException e) {
            record(false, Optional.empty(), Optional.ofNullable(e.getMessage()));
            throw e;
        }
    }

    private void record(boolean good, Optional<DrillReport> report, Optional<String> why) {
        AuditRecord.Builder record = AuditRecord.builder(clock.instant(), AuditEvent.DRILL_PERFORMED)
                .text("operation", "drill")
                .text("outcome", good ? "done" : "failed")
                .text("reason", why)
                .text("store", report.flatMap(DrillReport::store))
                .text("archive", report.map(done -> done.archive().value()));
        report.ifPresent(done -> record.number("ok", done.count(Result.OK))
                .number("notes", done.count(Result.NOTE))
                .number("failed", done.count(Result.FAILED)));
        log.accept(record.build());
    }

    private DrillReport run(Path directory, boolean inMemory) throws IOException {
        Restore restore = Restore.of(archive, key, directory);
        auditKey.ifPresent(restore::signedBy);
        Restore.Plan plan = restore.run();
        for (RestoreStep step : plan.steps()) {
            if (step.action() != RestoreStep.Action.RESTORE) {
                add(step.name(), "restored", Result.FAILED, step.what());
            }
        }
        try (KeyStore store = KeyStores.open(
                directory,
                KeyStoreOptions.builder().passphrases(id -> passphrase.get()).build())) {
            KeyListing listing = store.listing();
            Map<String, PrivateKey> byFingerprint = new HashMap<>();
            listing.unusable().forEach(one -> add(one.id().value(), "loads", Result.FAILED, one.reason()));
            int tried = 0;
            for (KeyMetadata one : listing.usable()) {
                look(new KeyDirectory(directory), one)
                        .ifPresent(loaded -> byFingerprint.put(one.fingerprint(), loaded));
                progress.accept(++tried);
            }
            compareWithLog(listing, byFingerprint);
            live.ifPresent(there -> compareWithLive(there, listing, byFingerprint));
        }
        return new DrillReport(
                plan.archive(), clock.instant(), plan.store(), plan.origin(), plan.signature(), inMemory, findings);
    }

    private void add(String subject, String check, Result result, String what) {
        findings.add(new Finding(subject, check, result, what));
    }

    private Optional<PrivateKey> look(KeyDirectory directory, KeyMetadata one) throws IOException {
        String id = one.id().value();
        Optional<byte[]> pem = directory.read(LayoutPath.privateKey(id));
        if (pem.isEmpty()) {
            pem = directory.read(LayoutPath.disabledKey(id));
        }
        if (pem.isEmpty()) {
            add(
                    id,
                    "loads",
                    Result.NOTE,
                    "Its private half is not in the archive, as " + one.state() + ". It verifies.");
            return Optional.empty();
        }
        Optional<char[]> secret = passphrase.get();
        try {
            KeyImport loaded = KeyImport.fromPem(new KeyName("drill"), pem.get(), secret, Optional.empty());
            if (!KeyMetadata.fingerprint(loaded.publicKey()).equals(one.fingerprint())) {
                add(id, "loads", Result.FAILED, "Its private half is another key's than its public half.");
                return Optional.empty();
            }
            sign(one, loaded.privateKey());
            return Optional.of(loaded.privateKey());
        } catch (ChanceryException e) {
            add(id, "loads", Result.FAILED, String.valueOf(e.getMessage()));
            return Optional.empty();
        } finally {
            Arrays.fill(pem.get(), (byte) 0);
            secret.ifPresent(chars -> Arrays.fill(chars, '\0'));
        }
    }

    private void sign(KeyMetadata one, PrivateKey privateKey) {
        String id = one.id().value();
        if (one.compromisedSince().isPresent()) {
            add(id, "loads", Result.OK, "It loads as " + one.state() + ", and signs nothing.");
            return;
        }
        try {
            boolean valid = trial.verifies(privateKey, one.publicKey(), one.defaultAlgorithm());
            add(
                    id,
                    "signs",
                    valid ? Result.OK : Result.FAILED,
                    valid
                            ? "It is " + one.state() + ", and its signature verifies with " + one.defaultAlgorithm()
                                    + "."
                            : "Its signature does not verify with the public half that was recorded.");
        } catch (GeneralSecurityException e) {
            add(id, "signs", Result.FAILED, "It does not sign: " + e.getMessage() + ".");
        }
    }

    private void compareWithLog(KeyListing listing, Map<String, PrivateKey> loaded) {
        Map<String, KeyMetadata> there = new HashMap<>();
        listing.usable().forEach(one -> there.put(one.fingerprint(), one));
        signatures.forEach((fingerprint, stored) -> {
            AuditRecord record = stored.record();
            String id = record.field("key_id").orElse("?");
            String place = "(" + stored.chain() + "/" + stored.sequence() + ")";
            KeyMetadata one = there.get(fingerprint);
            if (one == null) {
                add(id, "log", Result.FAILED, "It signed " + place + ", and is not in the archive.");
                return;
            }
            Optional<Boolean> same = one.compromisedSince().isPresent()
                    ? Optional.empty()
                    : remake(Optional.ofNullable(loaded.get(fingerprint)), record);
            if (same.equals(Optional.of(false))) {
                add(
                        id,
                        "log",
                        Result.FAILED,
                        "Its signature on record " + place + " is not what it makes of the same digest.");
            } else {
                String how =
                        same.isPresent() ? "is what it makes again." : "has its public half here, which verifies it.";
                add(id, "log", Result.OK, "Its last signature on record " + place + " " + how);
            }
        });
    }

    private Optional<Boolean> remake(Optional<PrivateKey> loaded, AuditRecord record) {
        Optional<SignatureAlgorithm> algorithm = record.field("algorithm").flatMap(Drill::algorithm);
        Optional<String> digest = record.field("digest").map(text -> text.substring(text.indexOf(':') + 1));
        Optional<String> sha256 = record.field("signature_sha256");
        if (loaded.isEmpty() || algorithm.isEmpty() || digest.isEmpty() || sha256.isEmpty()) {
            return Optional.empty();
        }
        try {
            return trial.remakes(loaded.get(), algorithm.get(), digest.get(), sha256.get());
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return Optional.of(false);
        }
    }

    private static Optional<SignatureAlgorithm> algorithm(String name) {
        return Stream.of(SignatureAlgorithm.values())
                .filter(one -> one.name().equals(name))
                .findFirst();
    }

    private void compareWithLive(KeyStore store, KeyListing listing, Map<String, PrivateKey> loaded) {
        Map<String, KeyMetadata> archived = new HashMap<>();
        listing.usable().forEach(one -> archived.put(one.fingerprint(), one));
        boolean directory = KeyDirectory.of(store).isPresent();
        for (KeyMetadata now : store.listing().usable()) {
            String id = now.id().value();
            KeyMetadata then = archived.get(now.fingerprint());
            if (then == null) {
                add(
                        id,
                        "live",
                        Result.FAILED,
                        "It is in " + store.location() + ", and not in the archive. Make a new backup.");
            } else if (directory && now.state() != KeyState.DESTROYED && !loaded.containsKey(now.fingerprint())) {
                add(id, "live", Result.FAILED, "Its private half would not come back.");
            } else if (!then.state().equals(now.state())
                    || !then.compromisedSince().equals(now.compromisedSince())
                    || !then.ring().equals(now.ring())) {
                add(
                        id,
                        "live",
                        Result.NOTE,
                        "It is " + words(now) + " now, and " + words(then)
                                + " in the archive. A restore keeps what is later, as long as the live store or the audit log is there to say so.");
            } else {
                add(id, "live", Result.OK, "It is " + words(now) + ", as in the archive.");
            }
        }
    }

    private static String words(KeyMetadata one) {
        return one.state()
                + one.compromisedSince()
                        .map(since -> ", compromised since " + since)
                        .orElse("")
                + one.ring()
                        .map(place -> ", generation " + place.generation() + " of " + place.ring())
                        .orElse("");
    }

    /** Overwrites and removes; in memory that is the end of it. */
    private static void wipe(Path scratch) throws IOException {
        Files.walkFileTree(scratch, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                    try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "rw")) {
                        content.write(new byte[(int) content.length()]);
                    }
                }
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                    throws IOException {
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
