package dev.chancery.provider.file.formats;

import dev.chancery.algorithm.KeySpec;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.Optional;

/** A private key as it was read, with its public half, which says what the key may be used with (RSASSA-PSS). The keys are JDK objects. */
public record LoadedKey(PrivateKey privateKey, PublicKey publicKey, KeyEncoding encoding) {
    /** A key that is not encrypted. */
    static LoadedKey plain(String form, KeyPair pair) {
        return new LoadedKey(pair.getPrivate(), pair.getPublic(), new KeyEncoding(form, false, Optional.empty()));
    }

    /** The same key, as what was encrypted. */
    LoadedKey from(EncryptedKey encrypted) {
        String form = encoding.form() + ", " + encrypted.encryption();
        return new LoadedKey(privateKey, publicKey, new KeyEncoding(form, true, encrypted.weakness()));
    }

    KeySpec spec() {
        return KeySpec.of(publicKey);
    }

    /** Without the key. */
    @Override
    public String toString() {
        return spec() + " (" + encoding.form() + ")";
    }
}
