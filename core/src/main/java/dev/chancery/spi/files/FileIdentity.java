package dev.chancery.spi.files;

import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/**
 * Tells a file that was replaced or rewritten from the one that was read.
 *
 * @param key device and inode; null where the file system has none
 * @param size in bytes
 * @param modified when it was last written
 */
public record FileIdentity(@Nullable Object key, long size, FileTime modified) {
    /**
     * The identity of a file.
     *
     * @param attributes what was read of it
     * @return what tells it from another
     */
    public static FileIdentity of(BasicFileAttributes attributes) {
        return new FileIdentity(attributes.fileKey(), attributes.size(), attributes.lastModifiedTime());
    }
}
