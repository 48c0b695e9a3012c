package dev.chancery.provider.file;

import dev.chancery.provider.file.layout.StoreDirectory;
import dev.chancery.provider.file.layout.StoreUri;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.KeyStoreProvider;
import dev.chancery.spi.files.FileRules;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** A directory on a disk that counts. */
public final class WatchedFileKeyStoreProvider implements KeyStoreProvider {
    static final WatchedDisk DISK = new WatchedDisk();

    private static final String SCHEME = "watched-file";

    /** How to open a directory so. */
    static String uri(Path directory) {
        return SCHEME + "://" + directory;
    }

    @Override
    public String scheme() {
        return SCHEME;
    }

    @Override
    public KeyBackend open(KeyStoreConfig config) {
        String uri = config.uri().replaceFirst(SCHEME, "file");
        Path directory = Path.of(uri.replaceFirst("file://", ""));
        try {
            StoreDirectory layout =
                    new StoreDirectory(StoreUri.parse(uri), DISK, FileRules.of(directory.getFileSystem()));
            return new FileKeyBackend(layout, DISK, new KeyStoreConfig(uri, config.options(), config.localKeys()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
