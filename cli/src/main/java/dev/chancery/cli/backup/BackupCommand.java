package dev.chancery.cli.backup;

import dev.chancery.KeyStore;
import dev.chancery.audit.checkpoint.AuditSigner;
import dev.chancery.backup.Backup;
import dev.chancery.backup.Retention;
import dev.chancery.backup.archive.ArchiveLock;
import dev.chancery.backup.escrow.Escrow;
import dev.chancery.backup.escrow.Share;
import dev.chancery.backup.escrow.ShareSheet;
import dev.chancery.cli.command.GlobalOptions;
import dev.chancery.cli.command.Version;
import dev.chancery.cli.input.Argument;
import dev.chancery.cli.input.LimitedFile;
import dev.chancery.cli.output.ExitStatus;
import dev.chancery.cli.output.Progress;
import dev.chancery.spi.files.DurableFiles;
import dev.chancery.spi.files.FileModes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Backs the store up. */
public final class BackupCommand extends ArchiveCommand {
    private static final int LARGEST_KEY = 4 << 20;

    private final Argument<String> out = option(
            "--out",
            "FILE",
            String.class,
            "Where the archive goes: a file that is not there yet, a directory, in which it gets a name of its own, or - for standard output.");
    private final Argument<List<String>> recipients = options(
            "--recipient",
            "FILE",
            "An OpenPGP public key that the archive is encrypted to, instead of a passphrase. May be given several times.");
    private final Argument<Integer> custodians = option(
            "--custodians",
            "NUMBER",
            Integer.class,
            "Encrypt under a random passphrase, and divide it among so many custodians.");
    private final Argument<Integer> threshold =
            option("--threshold", "NUMBER", Integer.class, "How many of them open the archive.");
    private final Argument<Path> sharesDirectory = option(
            "--shares-dir",
            "DIR",
            Path.class,
            "Where the shares go, a text and a QR code each. Default: beside the archive.");
    private final Argument<String> keep = option(
            "--keep",
            "RULE",
            String.class,
            "Remove older archives from the directory: 7d,4w,12m keeps one of each of the last days, weeks, months.");
    private final Argument<Boolean> json = json();

    public BackupCommand(GlobalOptions options) {
        super(options, "Backs the store up, into an archive that gpg and tar read as well.");
        helpWith("chancery backup --out /var/backups/keys --keep 7d,4w,12m");
    }

    @Override
    public Integer call() throws IOException {
        requireSense();
        Optional<Retention> retention = keep.value().map(Retention::parse);
        Optional<Escrow> escrow = custodians.value().map(count -> Escrow.of(count, threshold.given()));
        Instant now = Instant.now();
        Optional<Path> file = file(now);
        Optional<Path> shares = escrow.isEmpty() ? Optional.empty() : Optional.of(shares(file));
        ArchiveLock lock = lock(escrow);
        Backup.Report report;
        try (KeyStore store = open(Optional.empty())) {
            Backup backup = Backup.of(store)
                    .by("chancery " + Version.own().orElse("unknown"))
                    .recording(options()::append);
            Optional<AuditSigner> signer = options().auditKey().signerIfThere();
            signer.ifPresentOrElse(
                    backup::signedBy,
                    () -> terminal()
                            .error(
                                    "hint: The archive is not signed, for there is no audit key: --audit-key names one."));
            options().auditLog().filter(Files::isDirectory).ifPresent(backup::withHeadsOf);
            AtomicInteger keys = new AtomicInteger();
            backup.telling(keys::set);
            report = Progress.during(
                    "Backing " + store.location() + " up",
                    terminal(),
                    keys,
                    () -> file.isPresent()
                            ? backup.writeTo(file.get(), lock)
                            : backup.write(terminal().out(), lock));
        }
        if (escrow.isPresent()) {
            writeShares(shares.orElseThrow(), escrow.get().divide(report.id()));
        }
        boolean sound = report.lacking().stream().noneMatch(Backup.Lack::isDamage);
        List<Path> removed = retention.isPresent() && sound ? retention.get().prune(Path.of(out.given())) : List.of();
        tell(report, file, shares, removed);
        if (!sound) {
            terminal()
                    .error(
                            "A private half in the store is cut off, and so it is in the archive. Older archives have it: none was removed.");
        }
        return sound ? ExitStatus.DONE : ExitStatus.NEGATIVE;
    }

    private void requireSense() {
        int locks = (recipients.value().isPresent() ? 1 : 0)
                + (custodians.value().isPresent() ? 1 : 0)
                + (options().passphraseFile().isPresent() ? 1 : 0);
        if (locks > 1) {
            throw misused("One of --passphrase-file, --recipient and --custodians, and not several.");
        }
        if (custodians.value().isPresent() != threshold.value().isPresent()) {
            throw misused("--custodians and --threshold belong together.");
        }
        if (keep.value().isPresent()
                && out.value().filter(name -> Files.isDirectory(Path.of(name))).isEmpty()) {
            throw misused("--keep needs --out with a directory.");
        }
        if (json.isSet() && isStandardOutput()) {
            throw misused("--json and --out - cannot both have standard output.");
        }
    }

    private boolean isStandardOutput() {
        return out.value().filter("-"::equals).isPresent();
    }

    private Optional<Path> file(Instant now) {
        if (isStandardOutput()) {
            return Optional.empty();
        }
        if (out.value()
                .filter(name -> name.endsWith("/") && !Files.isDirectory(Path.of(name)))
                .isPresent()) {
            throw misused("There is no directory " + out.given() + ". Make it first.");
        }
        Path named = Path.of(out.value().orElse(Retention.name(now)));
        return Optional.of(Files.isDirectory(named) ? named.resolve(Retention.name(now)) : named);
    }

    private Path shares(Optional<Path> file) {
        return sharesDirectory
                .value()
                .or(() -> file.map(path -> path.resolveSibling(path.getFileName() + ".shares")))
                .orElseThrow(() -> misused("--out - needs --shares-dir: where do the shares go?"));
    }

    private ArchiveLock lock(Optional<Escrow> escrow) throws IOException {
        if (recipients.value().isPresent()) {
            List<byte[]> keys = new ArrayList<>();
            for (String name : recipients.given()) {
                keys.add(LimitedFile.read(Path.of(name), LARGEST_KEY));
            }
            return ArchiveLock.ofRecipients(keys);
        }
        char[] passphrase = escrow.isPresent()
                ? escrow.get().passphrase()
                : archivePassphrase()
                        .orElseThrow(
                                () -> misused(
                                        "What is the archive encrypted under? Give --passphrase-file, --recipient, or --custodians and --threshold."));
        try {
            return ArchiveLock.ofPassphrase(passphrase);
        } finally {
            Arrays.fill(passphrase, '\0');
        }
    }

    private static void writeShares(Path directory, List<Share> shares) throws IOException {
        DurableFiles disk = new DurableFiles();
        disk.makeDirectory(directory, FileModes.of(directory, "rwx------"));
        for (Share share : shares) {
            String name = "share-" + share.number() + "-of-" + share.custodians();
            byte[] text = ShareSheet.text(share).getBytes(StandardCharsets.UTF_8);
            disk.create(directory.resolve(name + ".txt"), text, FileModes.of(directory, "rw-------"));
            disk.create(directory.resolve(name + ".png"), ShareSheet.png(share), FileModes.of(directory, "rw-------"));
        }
    }

    private void tell(Backup.Report report, Optional<Path> file, Optional<Path> shares, List<Path> removed)
            throws IOException {
        if (json.isSet()) {
            terminal().json(generator -> {
                generator.writeStartObject();
                generator.writeStringField("archive", report.id().value());
                generator.writeStringField("file", file.orElseThrow().toString());
                generator.writeNumberField("keys", report.keys());
                generator.writeArrayFieldStart("lacking");
                for (Backup.Lack lack : report.lacking()) {
                    generator.writeStartObject();
                    generator.writeStringField("key", lack.key());
                    generator.writeStringField("why", lack.why());
                    generator.writeEndObject();
                }
                generator.writeEndArray();
                generator.writeArrayFieldStart("removed");
                for (Path path : removed) {
                    generator.writeString(path.toString());
                }
                generator.writeEndArray();
                generator.writeEndObject();
            });
            return;
        }
        String where = file.map(path -> " in " + path).orElse("");
        say("Archive " + report.id() + where + ": " + report.keys() + " keys.", file.isEmpty());
        report.lacking()
                .forEach(lack -> say("Without its private half: " + lack.key() + ". " + lack.why(), file.isEmpty()));
        shares.ifPresent(directory -> say(
                "Shares in " + directory + ": hand each to its custodian, and remove them from here.", file.isEmpty()));
        removed.forEach(path -> say("Removed " + path + ".", false));
    }

    private void say(String line, boolean outIsArchive) {
        if (outIsArchive) {
            terminal().err().println(line);
        } else {
            terminal().line(line);
        }
    }
}
