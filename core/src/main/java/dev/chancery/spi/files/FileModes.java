package dev.chancery.spi.files;

import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/** POSIX modes for files that are made, where the file system has them. Stateless. */
public final class FileModes {
    private FileModes() {}

    /**
     * The mode that a file or directory is made with; the process' umask can take from it.
     *
     * @param place a path on the file system
     * @param permissions nine characters, as in {@code rw-r--r--}
     * @return for {@link java.nio.file.Files#createFile} and its like; empty where the file system has no modes
     */
    public static FileAttribute<?>[] of(Path place, String permissions) {
        return place.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }
}
