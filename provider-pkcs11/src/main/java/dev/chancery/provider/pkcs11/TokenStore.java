package dev.chancery.provider.pkcs11;

import dev.chancery.ConfigurationException;
import dev.chancery.KeyStoreOptions;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts an open token's parts together. */
final class TokenStore {
    private static final Logger LOG = LoggerFactory.getLogger(Pkcs11KeyStoreProvider.class);

    private TokenStore() {}

    static KeyBackend open(KeyStoreConfig config) {
        TokenUri uri = TokenUri.parse(config.uri());
        KeyStoreOptions options = config.options();
        TokenConnection token =
                TokenConnection.open(uri, Library.of(realPath(uri.library())), new Pin(options, uri.pinFile()));
        try {
            KeyRecords records = records(uri, token);
            TokenKeys keys = new TokenKeys(
                    token.location(), records, options.clock().instant().truncatedTo(ChronoUnit.SECONDS));
            return new Pkcs11KeyBackend(token, records, keys, options.clock());
        } catch (RuntimeException e) {
            token.close();
            throw e;
        }
    }

    private static Path realPath(Path library) {
        try {
            return library.toRealPath();
        } catch (IOException e) {
            throw new ConfigurationException(
                    "The PKCS#11 library " + library + " is not there, or this process may not read it. Correct"
                            + " module-path, or install the token's library.",
                    e);
        }
    }

    private static KeyRecords records(TokenUri uri, TokenConnection token) {
        if (uri.metadata().isPresent()) {
            return new DirectoryRecords(uri.metadata().get());
        }
        if (token.call("Trying whether the token takes data objects", TokenRecords::areTaken)) {
            return new TokenRecords(token.location());
        }
        LOG.warn(
                "The token {} takes no data objects, so states, dates and rings of its keys are not kept (no LIFECYCLE). Add"
                        + " chancery-metadata=file:/directory to its URI to keep them there.",
                token.location());
        return new NoRecords();
    }
}
