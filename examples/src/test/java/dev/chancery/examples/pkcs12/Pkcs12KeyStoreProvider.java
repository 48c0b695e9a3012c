package dev.chancery.examples.pkcs12;

import dev.chancery.error.ConfigurationException;
import dev.chancery.error.KeyAccessException;
import dev.chancery.key.KeyId;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.KeyStoreProvider;
import dev.chancery.spi.files.DurableFiles;
import dev.chancery.spi.files.FileErrors;
import dev.chancery.spi.files.FileModes;
import dev.chancery.spi.files.RecordDirectory;
import dev.chancery.spi.files.SecretSources;
import dev.chancery.spi.records.RecordLines;
import dev.chancery.spi.support.PercentEncoding;
import java.io.IOException;
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
        Pkcs12File file = new Pkcs12File(path, passphrase(path, config.options()), config.localKeys());
        file.read(); // a wrong passphrase shows before anything is made
        return new Pkcs12Backend(config, file, directory(path.resolveSibling(path.getFileName() + ".records")));
    }

    private static Path path(String uri) {
        try {
            return Path.of(URI.create(uri.replaceFirst("^pkcs12:", "file:"))); // takes no host and no options
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException("The URI of a PKCS#12 file is pkcs12:///path/to/file.p12.", e);
        }
    }

    private static char[] passphrase(Path path, KeyStoreOptions options) {
        KeyId file = new KeyId(PercentEncoding.encode(String.valueOf(path.getFileName())));
        SecretSources sources = new SecretSources(
                "passphrase",
                "chancery-passphrase",
                options.passphraseFile(),
                "CHANCERY_PASSPHRASE_FILE",
                "CHANCERY_PASSPHRASE",
                options.environment());
        return sources.find(() -> options.passphrases().flatMap(source -> source.passphrase(file)))
                .orElseThrow(() -> new KeyAccessException(path + " needs a passphrase: set CHANCERY_PASSPHRASE_FILE."));
    }

    private static RecordDirectory directory(Path path) {
        try {
            new DurableFiles().makeDirectory(path, FileModes.of(path, "rwx------"));
        } catch (IOException e) {
            throw FileErrors.translate(e, "Making the directory of records", path);
        }
        return new RecordDirectory(path, ".txt", RecordLines.MAX_BYTES);
    }
}
