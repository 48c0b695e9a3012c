package dev.chancery.provider.file.layout;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import dev.chancery.spi.files.DurableFiles;
import dev.chancery.spi.files.FileContent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/** The few things done to files, none of which an interrupt breaks. A seam for tests that count them. */
public class Disk extends DurableFiles {

    /** What is at a path, without following a link; empty if nothing is. */
    public Optional<BasicFileAttributes> stat(Path path) throws IOException {
        try {
            return Optional.of(Files.readAttributes(path, BasicFileAttributes.class, NOFOLLOW_LINKS));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Reads a whole file, as {@link FileContent#read} does. */
    public FileContent read(Path file, int max) throws IOException {
        return FileContent.read(file, max);
    }

    /** Removes a file; its absence is not forced. */
    public void delete(Path file) throws IOException {
        Files.deleteIfExists(file);
    }
}
