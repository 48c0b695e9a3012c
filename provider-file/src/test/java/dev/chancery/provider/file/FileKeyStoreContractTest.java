package dev.chancery.provider.file;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.chancery.KeyId;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.KeyStoreProvider;
import dev.chancery.spi.support.FileRules;
import dev.chancery.testkit.ImportsKeys;
import dev.chancery.testkit.KeepsRings;
import dev.chancery.testkit.KeepsStates;
import dev.chancery.testkit.KeyStoreContract;
import dev.chancery.testkit.LeavesNoOrphans;
import dev.chancery.testkit.ReencryptsKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;

class FileKeyStoreContractTest extends KeyStoreContract
        implements ImportsKeys, KeepsStates, KeepsRings, ReencryptsKeys, LeavesNoOrphans {
    @TempDir
    private Path directory;

    @Override
    protected String store() {
        return root().toUri().toString();
    }

    private Path root() {
        return directory.resolve("keys");
    }

    @Override
    protected KeyStoreProvider provider() {
        return new FileKeyStoreProvider();
    }

    @Override
    protected KeyBackend openHurried(KeyStoreConfig config) {
        try {
            Disk disk = new Disk();
            StoreDirectory layout =
                    new StoreDirectory(StoreUri.parse(config.uri()), disk, FileRules.of(root().getFileSystem()));
            return new FileKeyBackend(layout, disk, config, new StoreLock(layout, Duration.ofMillis(50)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The lines of the private halves, which these keys have in the clear. */
    @Override
    protected Set<String> secrets() {
        Set<String> lines = new HashSet<>();
        try {
            for (String key : new StoreTree(root()).privateKeys()) {
                Files.readAllLines(root().resolve("private").resolve(key + ".pem"), US_ASCII).stream()
                        .filter(line -> !line.startsWith("-----"))
                        .forEach(lines::add);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return lines;
    }

    /** Somebody removed all files of the key. */
    @Override
    public void lose(KeyId key) {
        try {
            for (String file : Set.of(key + ".json", "public/" + key + ".pub", "private/" + key + ".pem")) {
                Files.delete(root().resolve(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
