package dev.chancery.benchmarks;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.algorithm.KeySpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A directory with one key that signs among many that do not. */
public final class CrowdedStore {
    static final String KEY = "the-one";

    private CrowdedStore() {}

    /** Arguments: a new directory, the number of keys. */
    public static void main(String[] args) throws IOException {
        create(Path.of(args[0]), Integer.parseInt(args[1]));
    }

    public static void create(Path directory, int keys) throws IOException {
        try (KeyStore store = KeyStores.open(directory)) {
            store.generate(KeyRequest.of(KeySpec.EC_P256, KEY));
        }
        // Copies will do for the crowd: no contender opens them, and ten thousand forced writes take minutes.
        for (int n = 1; n < keys; n++) {
            for (String file : new String[] {"private/%s.pem", "public/%s.pub", "%s.json"}) {
                Files.copy(
                        directory.resolve(file.formatted(KEY)),
                        directory.resolve(file.formatted("another-" + n)),
                        StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }
}
