package dev.chancery.examples.pkcs12;

import dev.chancery.error.ConfigurationException;
import dev.chancery.error.KeyAccessException;
import dev.chancery.key.KeyId;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.KeyStoreProvider;
import dev.chancery.spi.files.RecordDirectory;
import dev.chancery.spi.records.RecordLines;
import dev.chancery.spi.support.PercentEncoding;
import java.net.URI;
import java.nio.file.Path;

/**
 * Opens {@code pkcs12:///path/to/file.p12}: one file that {@code keytool} and {@code openssl} read holds all keys, the directory
 * {@code file.p12.records} beside it what such a file has no room for. Neither needs to be there; the directory that they are in does.
 */
public final class Pkcs12KeyStoreProvider implements KeyStoreProvider {
    @Override
    public String scheme() {
        return "pkcs12";
    }

    @Override
    public KeyBackend open(KeyStoreConfig config) {
        Path path = path(config.uri());
        Pkcs12File file = new Pkcs12File(path, passphrase(path, config), config.localKeys());
        file.read(); // a wrong passphrase shows at once
        return new Pkcs12Backend(config, file, records(path));
    }

    private static Path path(String uri) {
        try {
            return Path.of(URI.create(uri.replaceFirst("^pkcs12:", "file:"))); // takes no host and no options
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException("The URI of a PKCS#12 file is pkcs12:///path/to/file.p12.", e);
        }
    }

    private static char[] passphrase(Path path, KeyStoreConfig config) {
        return config.passphrase(new KeyId(PercentEncoding.encode(String.valueOf(path.getFileName()))))
                .orElseThrow(() -> new KeyAccessException(path + " needs a passphrase: set CHANCERY_PASSPHRASE_FILE."));
    }

    static RecordDirectory records(Path path) {
        return RecordDirectory.createOnWrite(
                path.resolveSibling(path.getFileName() + ".records"), ".txt", RecordLines.MAX_BYTES);
    }
}
