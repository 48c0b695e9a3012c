package dev.chancery.provider.file;

import dev.chancery.spi.KeyStoreProvider;
import dev.chancery.testkit.KeyStoreContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class FileKeyStoreContractTest extends KeyStoreContract {
    @TempDir
    private Path directory;

    @Override
    protected String store() {
        return directory.resolve("keys").toUri().toString();
    }

    @Override
    protected KeyStoreProvider provider() {
        return new FileKeyStoreProvider();
    }
}
