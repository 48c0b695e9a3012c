package dev.chancery.provider.file;

import dev.chancery.provider.file.layout.Disk;
import dev.chancery.provider.file.layout.StoreDirectory;
import dev.chancery.provider.file.layout.StoreUri;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.KeyStoreProvider;
import dev.chancery.spi.files.FileRules;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A directory on a disk that takes its time to make things durable, as a spinning one does. In memory that takes none, and
 * a process that is killed at a random moment would hardly ever be killed between two writes.
 */
public final class SlowFileKeyStoreProvider implements KeyStoreProvider {
    private static final String SCHEME = "slow-file";

    /** A turn of a disk at 7,200 a minute. */
    private static final long TURN = TimeUnit.SECONDS.toNanos(60) / 7_200;

    /** How to open a directory so. */
    static String uri(Path directory) {
        return SCHEME + "://" + directory;
    }

    private static final class SlowDisk extends Disk {
        @Override
        protected void write(FileChannel channel, byte[] content) throws IOException {
            LockSupport.parkNanos(TURN);
            super.write(channel, content);
        }

        @Override
        public void forceDirectory(Path directory) throws IOException {
            LockSupport.parkNanos(TURN);
            super.forceDirectory(directory);
        }
    }

    @Override
    public String scheme() {
        return SCHEME;
    }

    @Override
    public KeyBackend open(KeyStoreConfig config) {
        String uri = config.uri().replaceFirst(SCHEME, "file");
        Path directory = Path.of(uri.replaceFirst("file://", ""));
        Disk disk = new SlowDisk();
        try {
            StoreDirectory layout =
                    new StoreDirectory(StoreUri.parse(uri), disk, FileRules.of(directory.getFileSystem()));
            return new FileKeyBackend(layout, disk, new KeyStoreConfig(uri, config.options(), config.localKeys()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
