package dev.chancery.cli.backup;

import dev.chancery.KeyStore;
import dev.chancery.audit.checkpoint.VerificationKey;
import dev.chancery.audit.reading.AuditReader;
import dev.chancery.audit.record.StoredRecord;
import dev.chancery.backup.archive.ArchiveId;
import dev.chancery.backup.archive.ArchiveKey;
import dev.chancery.backup.escrow.Share;
import dev.chancery.backup.escrow.ShareCollection;
import dev.chancery.cli.command.Command;
import dev.chancery.cli.command.GlobalOptions;
import dev.chancery.cli.command.LogVerification;
import dev.chancery.cli.input.Argument;
import dev.chancery.cli.input.LimitedFile;
import dev.chancery.cli.input.OwnersFile;
import dev.chancery.cli.input.PassphraseFile;
import dev.chancery.error.ChanceryException;
import dev.chancery.error.ConfigurationException;
import dev.chancery.spi.files.SecretSources;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A command about an archive, whose --passphrase-file is the archive's. */
abstract class ArchiveCommand extends Command {
    private static final int LARGEST_SHARE = 64 << 10;
    private static final int LARGEST_KEY = 4 << 20;

    private final Argument<Path> keyPassphraseFile = option(
            "--key-passphrase-file", "FILE", Path.class, "The first line is the passphrase of the private keys.");

    ArchiveCommand(GlobalOptions options, String description) {
        super(options, description);
    }

    /** The end of the help: a command line that works, under what is said of passphrases. */
    final void helpWith(String line) {
        example(line);
        footer(
                "--passphrase-file is the archive's here. Without it: the credential",
                "chancery-backup-passphrase, CHANCERY_BACKUP_PASSPHRASE_FILE.");
    }

    /** A flag, for {@link OpeningOptions}. */
    final Argument<Boolean> switchOf(String name, String description) {
        return flag(name, description);
    }

    final KeyStore open(Optional<String> uri) throws IOException {
        return options().openFor(uri, keyPassphraseFile.value());
    }

    /** What opens the private keys. */
    final Optional<char[]> keyPassphrase() {
        try {
            return SecretSources.ofPassphrases(
                            keyPassphraseFile.value(), options().variables())
                    .find(Optional::empty);
        } catch (IOException e) {
            throw new ConfigurationException("The passphrase of the keys cannot be read: " + e.getMessage(), e);
        }
    }

    /** The archive's own passphrase; the caller wipes it. */
    final Optional<char[]> archivePassphrase() throws IOException {
        if (options().passphraseFile().isPresent()) {
            return Optional.of(PassphraseFile.read(options().passphraseFile().get()));
        }
        return new SecretSources(
                        "passphrase of archives",
                        "chancery-backup-passphrase",
                        Optional.empty(),
                        "CHANCERY_BACKUP_PASSPHRASE_FILE",
                        "CHANCERY_BACKUP_PASSPHRASE",
                        options().variables())
                .find(Optional::empty);
    }

    /** How an archive is opened: by its shares, by a secret key, or by its passphrase. */
    final ArchiveKey key(Path archive, List<Path> shareFiles, boolean asksForShares, Optional<Path> secretKey)
            throws IOException {
        if (secretKey.isPresent()) {
            OwnersFile.require(secretKey.get(), "secret key");
            char[] passphrase = archivePassphrase().orElse(new char[0]);
            return ArchiveKey.ofSecretKey(LimitedFile.read(secretKey.get(), LARGEST_KEY), passphrase);
        }
        if (asksForShares || !shareFiles.isEmpty()) {
            return keyOfShares(archive, shareFiles);
        }
        char[] passphrase = archivePassphrase()
                .orElseThrow(() -> misused(
                        "What opens the archive? Give --passphrase-file, --secret-key, --shares or --share-file."));
        try {
            return ArchiveKey.ofPassphrase(passphrase);
        } finally {
            Arrays.fill(passphrase, '\0');
        }
    }

    private ArchiveKey keyOfShares(Path archive, List<Path> files) throws IOException {
        ShareCollection shares = new ShareCollection(ArchiveId.of(archive));
        for (Path file : files) {
            OwnersFile.require(file, "share");
            String text = new String(LimitedFile.read(file, LARGEST_SHARE), StandardCharsets.UTF_8);
            shares.add(Share.parse(text, file.toString()));
        }
        if (shares.missing() > 0) {
            ask(shares);
        }
        char[] passphrase = shares.passphrase();
        try {
            return ArchiveKey.ofPassphrase(passphrase);
        } finally {
            Arrays.fill(passphrase, '\0');
        }
    }

    /** One custodian after the other; who mistypes is asked again. */
    private void ask(ShareCollection shares) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(terminal().in(), StandardCharsets.UTF_8));
        for (int count = 1; shares.missing() > 0; count++) {
            terminal().err().println("A share of the archive, in one line:");
            String line = line(in);
            if (line == null) {
                throw new ConfigurationException("The archive does not open yet. " + shares.needed()
                        + " Ask another custodian for a share, and give it at the prompt or with --share-file.");
            }
            try {
                shares.add(Share.parse(line, "line " + count));
                terminal().err().println("Taken. " + shares.needed());
            } catch (ConfigurationException e) {
                terminal().error(String.valueOf(e.getMessage()));
            }
        }
    }

    /** Not shown on a terminal while it is typed. */
    @SuppressWarnings("SystemConsoleNull") // from Java 22 on a console that is no terminal reads standard input as well
    private @Nullable String line(BufferedReader in) throws IOException {
        if (terminal().in() != System.in || System.console() == null) {
            return in.readLine();
        }
        char[] typed = System.console().readPassword();
        return typed == null ? null : new String(typed);
    }

    /** The audit log that knows what became of keys: the one that is named, else the one that the command is on record in. */
    final Optional<Path> knowingLog(Optional<Path> named) throws IOException {
        Optional<Path> log = named.isPresent() ? named : options().auditLog();
        return log.filter(Files::isDirectory);
    }

    /** Its records that something vouches for, the oldest first. */
    final Stream<StoredRecord> records(Path log) throws IOException {
        return LogVerification.of(log, Optional.empty(), List.of(), options()).vouchedFor(AuditReader.read(log));
    }

    /** The audit key, where it is here. */
    final Optional<VerificationKey> auditKey() throws IOException {
        return options().auditKey().verificationKey();
    }

    /** A store that may be out of reach; then that is said, and the command goes on. */
    final Optional<KeyStore> openIfThere(Optional<String> uri) throws IOException {
        try {
            KeyStore store = open(uri);
            try {
                store.listing();
                return Optional.of(store);
            } catch (ChanceryException e) {
                store.close();
                throw e;
            }
        } catch (ChanceryException e) {
            terminal().error("warning: The live store cannot say what became of its keys since: " + e.getMessage());
            return Optional.empty();
        }
    }
}
