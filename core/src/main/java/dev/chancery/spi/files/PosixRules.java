package dev.chancery.spi.files;

import dev.chancery.spi.support.ShellWord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.util.Map;
import java.util.Objects;

/** POSIX modes and owners. */
final class PosixRules implements FileRules {
    private static final int SET_GROUP = 02000;
    private static final int GROUP_READ = 0040;
    private static final int GROUP_WRITE = 0020;
    private static final int OTHERS_WRITE = 0002;
    private static final int GROUP_AND_OTHERS = 0077;
    private static final int ROOT = 0;

    private final int user;
    private final boolean trustsGroup;

    /**
     * @param user the effective user id of this process
     * @param trustsGroup see {@link FileRules#of(java.nio.file.FileSystem, boolean)}
     */
    PosixRules(int user, boolean trustsGroup) {
        this.user = user;
        this.trustsGroup = trustsGroup;
    }

    @Override
    public FileAttribute<?>[] secretFile(Path directory) {
        return FileModes.of(directory, "rw-------");
    }

    @Override
    public FileAttribute<?>[] publicFile() {
        return FileModes.of(Path.of(""), "rw-r--r--");
    }

    @Override
    public FileAttribute<?>[] directory(Path parent) {
        return FileModes.of(parent, "rwx------");
    }

    @Override
    public void requireSecret(Path file) throws IOException {
        Stat stat = stat(file);
        if ((stat.mode & GROUP_AND_OTHERS) == GROUP_READ && isOfMyGroup(stat) && Files.isReadable(file)) {
            requireMounted(file, stat);
        } else if ((stat.mode & GROUP_AND_OTHERS) != 0) {
            throw new RefusedFileException(
                    file + " can be read or written by others than its owner (mode " + stat.octal()
                            + "). Treat what it holds as known to them, or run: chmod 600 " + file,
                    "chmod 600 " + ShellWord.quote(file.toString()));
        }
        requireOwner(file, stat);
    }

    /** Of root's, of which a process that is not root can read or write only what its group may. */
    private boolean isOfMyGroup(Stat stat) {
        return stat.uid == ROOT && user != ROOT;
    }

    /** Kubernetes and Docker mount a secret as root's, readable for a group: PostgreSQL takes such a key, too. */
    private void requireMounted(Path file, Stat stat) throws RefusedFileException {
        Path directory = Objects.requireNonNull(file.toAbsolutePath().getParent());
        if (!trustsGroup && Files.isWritable(directory)) {
            throw new RefusedFileException(
                    file + " is root's and readable for a group of this process (mode " + stat.octal()
                            + "), as a mounted secret is, but this process could exchange it: " + directory
                            + " is writable. Mount it read-only, or run: chmod 600 " + file
                            + ". Where no person is of the group, end the store's URI in ?group=trusted");
        }
    }

    private void requireOwner(Path file, Stat stat) throws RefusedFileException {
        if (stat.uid != user && stat.uid != ROOT) {
            throw new RefusedFileException(
                    file + " belongs to user " + stat.uid + ", who is neither root nor the user of this process ("
                            + user + "). If it is yours, run: chown " + user + " " + file,
                    "chown " + user + " " + ShellWord.quote(file.toString()));
        }
    }

    @Override
    public void requireOwn(Path directory) throws IOException {
        Stat stat = stat(directory);
        boolean others = (stat.mode & OTHERS_WRITE) != 0;
        // Where every user has a group of the same number, umask 002 lets nobody else in.
        boolean group = (stat.mode & GROUP_WRITE) != 0 && stat.gid != stat.uid && !isGivenToMyGroup(directory, stat);
        // Kubernetes mounts secrets with mode 1777, read-only.
        if ((others || group) && !Files.getFileStore(directory).isReadOnly()) {
            throw writable(directory, stat);
        }
    }

    /** A pod's volume is root's and its fsGroup's, with mode 2775. */
    private boolean isGivenToMyGroup(Path directory, Stat stat) {
        return isOfMyGroup(stat) && (stat.mode & SET_GROUP) != 0 && Files.isWritable(directory);
    }

    @Override
    public void requireOwnAlone(Path directory) throws IOException {
        Stat stat = stat(directory);
        if ((stat.mode & (GROUP_WRITE | OTHERS_WRITE)) != 0) {
            throw writable(directory, stat);
        }
        requireOwner(directory, stat);
    }

    private static RefusedFileException writable(Path directory, Stat stat) {
        return new RefusedFileException(
                directory + " can be written by others than its owner (mode " + stat.octal()
                        + "), who could exchange keys or bring retired ones back. Run: chmod go-w " + directory,
                "chmod go-w " + ShellWord.quote(directory.toString()));
    }

    private record Stat(int mode, int uid, int gid) {
        String octal() {
            return String.format("%04o", mode & 07777);
        }
    }

    private static Stat stat(Path path) throws IOException {
        // As numbers: asking for names may ask a directory service.
        Map<String, Object> values = Files.readAttributes(path, "unix:mode,uid,gid", LinkOption.NOFOLLOW_LINKS);
        return new Stat(number(values, "mode"), number(values, "uid"), number(values, "gid"));
    }

    private static int number(Map<String, Object> values, String name) {
        return (Integer) Objects.requireNonNull(values.get(name));
    }
}
