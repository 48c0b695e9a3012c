package dev.chancery.provider.file;

import dev.chancery.health.Finding;
import dev.chancery.health.HealthStatus;
import dev.chancery.health.Subject;
import dev.chancery.key.KeyId;
import dev.chancery.provider.file.layout.Disk;
import dev.chancery.provider.file.layout.StoreDirectory;
import dev.chancery.provider.file.layout.StoreLock;
import dev.chancery.provider.file.signing.PrivateKeys;
import dev.chancery.spi.support.ShellWord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What only a directory knows of its health: its space, its lock, what a creation left, how the keys are encrypted that were read. Modes and owners
 * are looked at wherever a file is read, so a list has told of them already.
 */
final class DirectoryProbe {
    /** Far more than a rotation needs; a log on the same disk needs more. */
    private static final long ENOUGH = 16L << 20;

    /** No writer works as long. */
    private static final Duration AT_WORK = Duration.ofMinutes(1);

    private final StoreDirectory directory;
    private final Disk disk;
    private final PrivateKeys privateKeys;
    private final Clock clock;
    private final long enough;

    DirectoryProbe(StoreDirectory directory, Disk disk, PrivateKeys privateKeys, Clock clock) {
        this(directory, disk, privateKeys, clock, ENOUGH);
    }

    DirectoryProbe(StoreDirectory directory, Disk disk, PrivateKeys privateKeys, Clock clock, long enough) {
        this.directory = directory;
        this.disk = disk;
        this.privateKeys = privateKeys;
        this.clock = clock;
        this.enough = enough;
    }

    List<Finding> findings() {
        return directory.work("Looking at the directory", () -> {
            Optional<Path> root = directory.root();
            List<Finding> findings = new ArrayList<>();
            if (root.isPresent()) {
                findings.add(space(root.get()));
                findings.add(lock(root.get()));
                findings.addAll(halfMade(root.get()));
            }
            findings.addAll(encryption());
            return findings;
        });
    }

    private Finding space(Path root) throws IOException {
        long free = Files.getFileStore(root).getUsableSpace();
        String detail = (free >> 20) + " MiB are free.";
        return free < enough
                ? new Finding(
                                "free space",
                                HealthStatus.DEGRADED,
                                detail + " Keys go on signing; a rotation may find no space. Free some on the disk of "
                                        + root + ".")
                        .withMend("df -h " + ShellWord.quote(root.toString()))
                : new Finding("free space", HealthStatus.UP, detail);
    }

    /** Only looked at: closing any channel on the file would drop the lock of a writer in this process. */
    private Finding lock(Path root) throws IOException {
        Optional<BasicFileAttributes> file = disk.stat(root.resolve(StoreLock.FILE));
        Optional<Instant> since = file.filter(there -> there.size() > 0)
                .map(there -> there.lastModifiedTime().toInstant())
                .filter(this::isLongAgo);
        return since.map(when -> new Finding(
                                "lock",
                                HealthStatus.DEGRADED,
                                "A writer took the lock at " + when
                                        + " and has not ended well: it died, or it hangs. The next change tidies up what it"
                                        + " left; if that change has to wait, end the process that this command shows.")
                        .withMend("fuser -v "
                                + ShellWord.quote(root.resolve(StoreLock.FILE).toString())))
                .orElseGet(() -> new Finding(
                        "lock",
                        HealthStatus.UP,
                        Files.isWritable(root) ? "No writer has died at work." : "The directory is read-only here."));
    }

    private boolean isLongAgo(Instant when) {
        return when.plus(AT_WORK).isBefore(clock.instant());
    }

    private List<Finding> halfMade(Path root) throws IOException {
        List<Finding> findings = new ArrayList<>();
        for (KeyId id : StoreDirectory.ids(disk.names(root), StoreDirectory.MARKER_SUFFIX)) {
            Optional<Instant> begun = disk.stat(root.resolve(id + StoreDirectory.MARKER_SUFFIX))
                    .map(marker -> marker.lastModifiedTime().toInstant())
                    .filter(this::isLongAgo);
            begun.ifPresent(when -> findings.add(new Finding(
                            "half-made key",
                            HealthStatus.DEGRADED,
                            "Its making began at " + when
                                    + " and was cut off. It is in no list; the next change of the store"
                                    + " removes what there is of it.")
                    .withSubject(Subject.key(id.value()))));
        }
        return findings;
    }

    /** Of the keys that this process has read: telling it of the others would cost a read of each. */
    private List<Finding> encryption() {
        Map<KeyId, PrivateKeys.Known> known = privateKeys.known();
        List<Finding> findings = new ArrayList<>();
        long encrypted =
                known.values().stream().filter(PrivateKeys.Known::encrypted).count();
        known.entrySet().stream()
                .sorted(Comparator.comparing(entry -> entry.getKey().value()))
                .forEach(entry -> entry.getValue()
                        .weakness()
                        .map(why -> "It is encrypted weakly: " + why + ".")
                        .or(() -> Optional.of("It is not encrypted, and other keys here are.")
                                .filter(any ->
                                        encrypted > 0 && !entry.getValue().encrypted()))
                        .ifPresent(why -> findings.add(new Finding("encryption", HealthStatus.DEGRADED, why)
                                .withSubject(Subject.key(entry.getKey().value()))
                                .withMend("chancery reencrypt "
                                        + ShellWord.quote(entry.getKey().value())))));
        return findings;
    }
}
