package dev.chancery.spi.files;

import dev.chancery.error.ConfigurationException;
import dev.chancery.error.KeyAccessException;
import dev.chancery.spi.support.Printable;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a passphrase or a PIN comes from, in this order: the application's callback; systemd's credential (a file in the directory
 * that {@code CREDENTIALS_DIRECTORY} names); the configured file; the file that an environment variable names; an environment
 * variable, with one warning. Nothing is kept: each call reads again, and its answer is for the caller to wipe. Thread-safe.
 */
public final class SecretSources {
    private static final Logger LOG = LoggerFactory.getLogger(SecretSources.class);

    private final String kind;
    private final String credential;
    private final Optional<Path> file;
    private final String fileVariable;
    private final String variable;
    private final Map<String, String> environment;
    private final AtomicBoolean warned = new AtomicBoolean();

    /**
     * Sources that are not asked yet.
     *
     * @param kind what the secret is called in messages, such as {@code passphrase}
     * @param credential the name of systemd's credential
     * @param file the configured file, whose first line is the secret
     * @param fileVariable the environment variable that names such a file
     * @param variable the environment variable that holds the secret itself
     * @param environment the environment variables
     */
    public SecretSources(
            String kind,
            String credential,
            Optional<Path> file,
            String fileVariable,
            String variable,
            Map<String, String> environment) {
        this.kind = kind;
        this.credential = credential;
        this.file = file;
        this.fileVariable = fileVariable;
        this.variable = variable;
        this.environment = Map.copyOf(environment);
    }

    /**
     * The sources of passphrases, as all stores have them.
     *
     * @param file the configured file, as {@code KeyStoreOptions.passphraseFile} names it
     * @param environment the environment variables, of which CHANCERY_PASSPHRASE_FILE and CHANCERY_PASSPHRASE count
     * @return sources that are not asked yet
     */
    public static SecretSources ofPassphrases(Optional<Path> file, Map<String, String> environment) {
        return new SecretSources(
                "passphrase",
                "chancery-passphrase",
                file,
                "CHANCERY_PASSPHRASE_FILE",
                "CHANCERY_PASSPHRASE",
                environment);
    }

    /**
     * Asks one source after the other.
     *
     * @param callback the application's own source
     * @return the secret, for the caller to wipe; empty if no source is configured
     * @throws ConfigurationException if a source is configured and holds none
     * @throws KeyAccessException if a file can be read by others, or not by this process
     */
    public Optional<char[]> find(Supplier<Optional<char[]>> callback) {
        return callback.get().or(this::fromCredential).or(this::fromFile).or(this::fromVariable);
    }

    /** Need not be there, and systemd guards its directory: its access control list would show as a group's mode. */
    private Optional<char[]> fromCredential() {
        Optional<Path> there = path("CREDENTIALS_DIRECTORY").map(directory -> directory.resolve(credential));
        if (there.isEmpty()) {
            return Optional.empty();
        }
        String what = kind + " file";
        try {
            byte[] content = FileContent.read(there.get().toRealPath(), SecretFile.MAX_BYTES)
                    .bytes();
            return Optional.of(SecretFile.takeFirstLine(content, "The " + what + " " + there.get()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw SecretFile.unusable(there.get(), what, e);
        }
    }

    private Optional<char[]> fromFile() {
        return file.or(() -> path(fileVariable)).map(named -> SecretFile.readFirstLine(named, kind + " file"));
    }

    private Optional<char[]> fromVariable() {
        String secret = environment.getOrDefault(variable, "");
        if (secret.isEmpty()) {
            return Optional.empty();
        }
        if (warned.compareAndSet(false, true)) {
            LOG.warn(
                    "The {} comes from {}, which child processes and crash reports may see."
                            + " Put it into a file of mode 0600 and name that in {}.",
                    kind,
                    variable,
                    fileVariable);
        }
        return Optional.of(secret.toCharArray());
    }

    private Optional<Path> path(String name) {
        String text = environment.getOrDefault(name, "");
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
        } catch (InvalidPathException e) {
            throw new ConfigurationException(
                    name + " is no path: '" + Printable.of(text) + "'. Name the place of the " + kind
                            + " in it, or remove the variable.",
                    e);
        }
    }
}
