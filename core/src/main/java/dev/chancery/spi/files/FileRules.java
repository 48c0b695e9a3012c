package dev.chancery.spi.files;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.util.Set;

/** Who may touch which file: how files are made, and what is refused. Thread-safe. */
public interface FileRules {

    /**
     * The rules of a file system: POSIX modes, else access control lists.
     *
     * @param fileSystem the file system
     * @return its rules, for the user of this process
     * @throws RefusedFileException if it has neither
     * @throws IOException if this process' user cannot be found out
     */
    static FileRules of(FileSystem fileSystem) throws IOException {
        return of(fileSystem, false);
    }

    /**
     * The rules of a file system, for one who may know that a group is not of people: as a pod's fsGroup is of its processes.
     *
     * @param fileSystem the file system
     * @param trustsGroup whether a secret that root has mounted is taken although this process could exchange it
     * @return its rules, for the user of this process
     * @throws RefusedFileException if it has neither modes nor access control lists
     * @throws IOException if this process' user cannot be found out
     */
    static FileRules of(FileSystem fileSystem, boolean trustsGroup) throws IOException {
        Set<String> views = fileSystem.supportedFileAttributeViews();
        if (views.contains("unix")) {
            return new PosixRules(ProcessUser.id(), trustsGroup);
        }
        if (views.contains("acl")) {
            return new AclRules();
        }
        throw new RefusedFileException(
                "The file system has neither POSIX modes nor access control lists, so nothing would keep others from"
                        + " reading private keys. Keep the keys on another file system.");
    }

    /**
     * What files with secrets are made with: they are their owner's alone.
     *
     * @param directory where they are made
     * @return the attributes
     * @throws IOException if this process' user cannot be found out
     */
    FileAttribute<?>[] secretFile(Path directory) throws IOException;

    /**
     * What files are made with that others may read.
     *
     * @return the attributes
     */
    FileAttribute<?>[] publicFile();

    /**
     * What directories are made with: they are their owner's alone.
     *
     * @param parent where they are made
     * @return the attributes
     * @throws IOException if this process' user cannot be found out
     */
    FileAttribute<?>[] directory(Path parent) throws IOException;

    /**
     * Looks at a file that holds a secret. A group may read it only if root has mounted it there: root owns it, this process is of the group and neither may
     * write the file nor its directory.
     *
     * @param file the file
     * @throws RefusedFileException if others can read or write it, or a stranger owns it
     * @throws IOException if that cannot be found out
     */
    void requireSecret(Path file) throws IOException;

    /**
     * Looks at a directory of keys, whose private halves are looked at one by one. A group that is the owner's own may write it, or one that root has
     * given the directory to and this process is of (mode 2775, as a pod's fsGroup), and any user where the file system is mounted read-only.
     *
     * @param directory the directory
     * @throws RefusedFileException if others can put files into it
     * @throws IOException if that cannot be found out
     */
    void requireOwn(Path directory) throws IOException;

    /**
     * Looks at a directory whose files are believed without another look.
     *
     * @param directory the directory
     * @throws RefusedFileException if other users can put files into it, or a stranger owns it
     * @throws IOException if that cannot be found out
     */
    void requireOwnAlone(Path directory) throws IOException;
}
