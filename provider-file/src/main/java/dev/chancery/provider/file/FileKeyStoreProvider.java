package dev.chancery.provider.file;

import dev.chancery.provider.file.layout.Disk;
import dev.chancery.provider.file.layout.StoreDirectory;
import dev.chancery.provider.file.layout.StoreUri;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.KeyStoreProvider;
import dev.chancery.spi.files.FileErrors;
import dev.chancery.spi.files.FileRules;
import java.io.IOException;

/**
 * Keys in a directory, opened by {@code file:///absolute/path} or {@code file:relative/path}; {@code ?links=inside} behind it
 * follows symbolic links that stay inside. The directory is laid out as {@code docs/providers/file.md} says. Stateless.
 */
public final class FileKeyStoreProvider implements KeyStoreProvider {

    /** Called by {@link java.util.ServiceLoader}. */
    public FileKeyStoreProvider() {}

    @Override
    public String scheme() {
        return "file";
    }

    /**
     * Opens a directory. One that is not there is empty and is made by the first write, if the options allow it.
     *
     * @throws dev.chancery.error.ConfigurationException if the URI is malformed, or names a file or what must be there and is not
     * @throws dev.chancery.error.KeyAccessException if this process may not look into the directory, or others can write it
     */
    @Override
    public KeyBackend open(KeyStoreConfig config) {
        StoreUri uri = StoreUri.parse(config.uri());
        Disk disk = new Disk();
        try {
            StoreDirectory directory =
                    new StoreDirectory(uri, disk, FileRules.of(uri.directory().getFileSystem(), uri.groupTrusted()));
            directory.requireReadable(config.options().mayCreate());
            return new FileKeyBackend(directory, disk, config);
        } catch (IOException e) {
            throw FileErrors.translate(e, "Opening " + uri.location(), uri.directory());
        }
    }
}
