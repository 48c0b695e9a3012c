package dev.chancery.provider.file;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.chancery.key.KeyId;
import dev.chancery.provider.file.layout.Disk;
import dev.chancery.provider.file.layout.StoreDirectory;
import dev.chancery.provider.file.layout.StoreLock;
import dev.chancery.provider.file.layout.StoreUri;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.KeyStoreProvider;
import dev.chancery.spi.files.FileRules;
import dev.chancery.testkit.KeyStoreContract;
import dev.chancery.testkit.chapters.HoldsClaims;
import dev.chancery.testkit.chapters.KeepsRings;
import dev.chancery.testkit.chapters.KeepsStates;
import dev.chancery.testkit.chapters.LeavesNoOrphans;
import dev.chancery.testkit.chapters.Reencrypts;
import dev.chancery.testkit.chapters.SharesRecords;
import dev.chancery.testkit.chapters.TakesImports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.io.TempDir;

class FileKeyStoreContractTest extends KeyStoreContract
        implements TakesImports, KeepsStates, SharesRecords, KeepsRings, HoldsClaims, Reencrypts, LeavesNoOrphans {
    @TempDir
    private Path directory;

    @Override
    public String store() {
        return root().toUri().toString();
    }

    private Path root() {
        return directory.resolve("keys");
    }

    @Override
    public KeyStoreProvider provider() {
        return new FileKeyStoreProvider();
    }

    private StoreDirectory layout(Disk disk) {
        try {
            return new StoreDirectory(StoreUri.parse(store()), disk, FileRules.of(directory.getFileSystem()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public KeyBackend openHurried(KeyStoreConfig config) {
        Disk disk = new Disk();
        StoreDirectory layout = layout(disk);
        return new FileKeyBackend(layout, disk, config, new StoreLock(layout, Duration.ofMillis(50)));
    }

    @Override
    public AutoCloseable holdPlace() {
        CompletableFuture<Path> held = new CompletableFuture<>();
        CompletableFuture<Path> letGo = new CompletableFuture<>();
        ExecutorService writer = Executors.newSingleThreadExecutor();
        Future<Path> writing =
                writer.submit(() -> new StoreLock(layout(new Disk())).change(root -> root, root -> root, root -> {
                    held.complete(root);
                    return letGo.join();
                }));
        held.join();
        return () -> {
            letGo.complete(root());
            writing.get();
            writer.shutdown();
        };
    }

    /** The lines of the private halves, which these keys have in the clear. */
    @Override
    public Set<String> secrets() {
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
