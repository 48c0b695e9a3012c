package dev.chancery.backup.archive;

import dev.chancery.error.ConfigurationException;
import dev.chancery.error.IntegrityException;
import dev.chancery.spi.support.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * What tells an archive from others without opening it: the first 16 hexadecimal digits of SHA-256 over its first {@value #BYTES} bytes, in which its
 * salt and its encrypted session key are.
 *
 * @param value 16 lower-case hexadecimal digits
 */
public record ArchiveId(String value) {
    /** How many bytes of an archive count. */
    public static final int BYTES = 64;

    private static final Pattern FORM = Pattern.compile("[0-9a-f]{16}");

    /** Refuses what is no id. */
    public ArchiveId {
        if (!FORM.matcher(value).matches()) {
            throw new IntegrityException("An archive's id has 16 lower-case hexadecimal digits.");
        }
    }

    /**
     * The id of an archive in a file.
     *
     * @param archive the file
     * @return its id
     * @throws ConfigurationException if there is no such file
     * @throws IntegrityException if it is too short to be an archive
     * @throws IOException if it cannot be read
     */
    public static ArchiveId of(Path archive) throws IOException {
        if (Files.isDirectory(archive)) {
            throw new ConfigurationException(archive + " is a directory. Name an archive in it.");
        }
        byte[] beginning;
        try (InputStream in = Files.newInputStream(archive)) {
            beginning = in.readNBytes(BYTES);
        } catch (NoSuchFileException e) {
            throw new ConfigurationException("There is no file " + archive + ". Name the archive, with its path.", e);
        }
        if (beginning.length < BYTES) {
            throw new IntegrityException(archive + " is too short to be an archive. Take another copy of it.");
        }
        return of(beginning);
    }

    /**
     * The id of an archive that begins so.
     *
     * @param beginning its first {@value #BYTES} bytes
     * @return its id
     * @throws IntegrityException if they are fewer
     */
    public static ArchiveId of(byte[] beginning) {
        if (beginning.length < BYTES) {
            throw new IntegrityException("The file is too short to be an archive.");
        }
        return new ArchiveId(Sha256.hex(beginning).substring(0, 16));
    }

    /** Returns the digits. */
    @Override
    public String toString() {
        return value;
    }
}
