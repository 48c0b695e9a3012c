package dev.chancery.provider.file;

import dev.chancery.error.KeyAccessException;
import dev.chancery.provider.file.formats.LoadedKey;
import dev.chancery.provider.file.formats.PrivateKeyReader;
import dev.chancery.spi.signing.KeyDecoder;
import java.security.KeyPair;
import java.util.Optional;

/** Reads the private keys that OpenSSL writes, for core. Thread-safe. */
public final class PemKeyDecoder implements KeyDecoder {
    private final PrivateKeyReader reader = new PrivateKeyReader("");

    /** Called by {@link java.util.ServiceLoader}. */
    public PemKeyDecoder() {}

    @Override
    public KeyPair decode(byte[] encoded, Optional<char[]> passphrase, String source) {
        LoadedKey key = reader.read(
                encoded,
                () -> {
                    if (passphrase.isEmpty()) {
                        throw new KeyAccessException(
                                source + ": the key is encrypted; give the passphrase that it was encrypted with"
                                        + " (--in-passphrase-file).");
                    }
                    return passphrase.map(char[]::clone);
                },
                source);
        return new KeyPair(key.publicKey(), key.privateKey());
    }
}
