package dev.chancery.provider.file;

import dev.chancery.ConfigurationException;
import dev.chancery.KeyAccessException;
import dev.chancery.KeyId;
import dev.chancery.KeyStoreOptions;
import dev.chancery.spi.support.Printable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where passphrases come from: the application's callback, else systemd's credentials, else a file, else an environment
 * variable. Nothing is kept: each call reads again, and its answer is for the caller to wipe.
 */
final class Passphrases {
    private static final Logger LOG = LoggerFactory.getLogger(FileKeyStoreProvider.class);
    private static final String CREDENTIAL = "chancery-passphrase";
    private static final int MAX_BYTES = 4096;

    private final KeyStoreOptions options;
    private final Disk disk;
    private final FileRules rules;
    private final AtomicBoolean warned = new AtomicBoolean();

    Passphrases(KeyStoreOptions options, Disk disk, FileRules rules) {
        this.options = options;
        this.disk = disk;
        this.rules = rules;
    }

    /**
     * The passphrase of a key.
     *
     * @throws ConfigurationException if a source is configured and holds none
     * @throws KeyAccessException if a passphrase file can be read by others, or not by this process
     */
    Optional<char[]> find(KeyId id) {
        Optional<char[]> fromCallback = options.passphrases().flatMap(source -> source.passphrase(id));
        if (fromCallback.isPresent()) {
            return fromCallback;
        }
        Map<String, String> environment = options.environment();
        Optional<char[]> credential =
                path("CREDENTIALS_DIRECTORY").flatMap(directory -> read(directory.resolve(CREDENTIAL), false));
        if (credential.isPresent()) {
            return credential;
        }
        Optional<Path> file = options.passphraseFile().or(() -> path("CHANCERY_PASSPHRASE_FILE"));
        if (file.isPresent()) {
            return read(file.get(), true);
        }
        String variable = environment.get("CHANCERY_PASSPHRASE");
        if (variable == null || variable.isEmpty()) {
            return Optional.empty();
        }
        if (warned.compareAndSet(false, true)) {
            LOG.warn("The passphrase comes from CHANCERY_PASSPHRASE, which child processes and crash reports may see."
                    + " Put it into a file of mode 0600 and name that in CHANCERY_PASSPHRASE_FILE.");
        }
        return Optional.of(variable.toCharArray());
    }

    private Optional<Path> path(String variable) {
        String text = options.environment().getOrDefault(variable, "");
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
        } catch (InvalidPathException e) {
            throw new ConfigurationException(
                    variable + " is no path: '" + Printable.of(text)
                            + "'. Name the place of the passphrase in it, or remove the variable.",
                    e);
        }
    }

    /**
     * @param named whether somebody named this file: then it must be there, and be its owner's alone. A credential need
     *     not, and systemd guards its directory (its access control list shows as a group's mode)
     */
    private Optional<char[]> read(Path file, boolean named) {
        byte[] bytes;
        try {
            bytes = FileThreads.call(() -> {
                // The file may be named through a link; what counts is where it leads.
                Path real = file.toRealPath();
                if (named) {
                    rules.requireSecret(real);
                }
                return disk.read(real, MAX_BYTES).bytes();
            });
        } catch (NoSuchFileException e) {
            if (!named) {
                return Optional.empty();
            }
            throw new ConfigurationException(
                    "The passphrase file " + file + " does not exist. Make it, with mode 0600.");
        } catch (IOException e) {
            throw new KeyAccessException(
                    "The passphrase file cannot be used: "
                            + (e instanceof RefusedException
                                    ? e.getMessage()
                                    : "no permission for " + file + ". Check its owner and mode."),
                    e);
        }
        try {
            return Optional.of(firstLine(bytes, file));
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    private static char[] firstLine(byte[] bytes, Path file) {
        int end = 0;
        while (end < bytes.length && bytes[end] != '\n') {
            end++;
        }
        if (end > 0 && end < bytes.length && bytes[end - 1] == '\r') {
            end--;
        }
        if (end == 0) {
            throw new ConfigurationException(
                    "The passphrase file " + file + " begins with an empty line. Its first line is the passphrase.");
        }
        try {
            CharBuffer chars = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, end));
            char[] passphrase = new char[chars.remaining()];
            chars.get(passphrase);
            Arrays.fill(chars.array(), '\0');
            return passphrase;
        } catch (CharacterCodingException e) {
            throw new ConfigurationException("The passphrase file " + file + " is not UTF-8.");
        }
    }
}
