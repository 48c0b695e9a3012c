package dev.chancery.cli.backup;

import dev.chancery.backup.archive.ArchiveKey;
import dev.chancery.cli.input.Argument;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What a command takes that opens an archive, and a log that knows of its keys. */
final class OpeningOptions {
    private final ArchiveCommand command;
    private final Argument<Boolean> shares;
    private final Argument<List<String>> shareFiles;
    private final Argument<Path> secretKey;
    private final Argument<Path> log;

    OpeningOptions(ArchiveCommand command) {
        this.command = command;
        shares = command.switchOf(
                "--shares", "Open the archive with custodians' shares, which are asked for one by one.");
        shareFiles = command.options(
                "--share-file",
                "FILE",
                "A custodian's share. May be given several times; those missing are asked for.");
        secretKey = command.option(
                "--secret-key",
                "FILE",
                Path.class,
                "The OpenPGP secret key of one of the archive's recipients; --passphrase-file is that key's then.");
        log = command.option(
                "--log", "DIR", Path.class, "The audit log that knows of the keys. Default: the one of --audit.");
    }

    ArchiveKey key(Path archive) throws IOException {
        List<Path> files =
                shareFiles.value().stream().flatMap(List::stream).map(Path::of).toList();
        return command.key(archive, files, shares.isSet(), secretKey.value());
    }

    Optional<Path> log() {
        return log.value();
    }
}
