package dev.chancery.provider.file;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.util.Set;

/** Who may touch which file: how files are created, and what is refused. */
interface FileRules {

    /** The rules of a file system: POSIX modes, else access control lists. */
    static FileRules of(FileSystem fileSystem) throws IOException {
        Set<String> views = fileSystem.supportedFileAttributeViews();
        if (views.contains("unix")) {
            return new PosixRules(ProcessUser.id());
        }
        if (views.contains("acl")) {
            return new AclRules();
        }
        throw new RefusedException("The file system has neither POSIX modes nor access control lists, so nothing would"
                + " keep others from reading private keys. Keep the keys on another file system.");
    }

    /** For files that hold secrets: their owner's alone. */
    FileAttribute<?>[] secretFile(Path directory) throws IOException;

    /** For files that anybody may read. */
    FileAttribute<?>[] publicFile();

    /** For directories. */
    FileAttribute<?>[] directory(Path parent) throws IOException;

    /**
     * Looks at a file that holds a secret.
     *
     * @throws RefusedException if others can read or write it, or a stranger owns it
     */
    void requireSecret(Path file) throws IOException;

    /**
     * Looks at a directory.
     *
     * @throws RefusedException if others can put files into it
     */
    void requireOwn(Path directory) throws IOException;
}
