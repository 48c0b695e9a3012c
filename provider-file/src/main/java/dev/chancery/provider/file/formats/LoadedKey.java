package dev.chancery.provider.file.formats;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.Optional;
import java.util.Set;

/**
 * A private key as it was read, with its public half. The keys are JDK objects, and plain RSA ones also where the file says
 * RSASSA-PSS.
 *
 * @param restriction the only algorithms that the key may be used with, where its owner confined it (RSASSA-PSS keys)
 */
public record LoadedKey(KeyPair pair, Optional<Set<SignatureAlgorithm>> restriction, KeyEncoding encoding) {
    /** A key that is not encrypted. */
    static LoadedKey plain(String form, KeyPair pair, Optional<Set<SignatureAlgorithm>> restriction) {
        return new LoadedKey(pair, restriction, new KeyEncoding(form, false, Optional.empty()));
    }

    /** The same key, as what was encrypted. */
    LoadedKey from(EncryptedKey encrypted) {
        String form = encoding.form() + ", " + encrypted.encryption();
        return new LoadedKey(pair, restriction, new KeyEncoding(form, true, encrypted.weakness()));
    }

    public PrivateKey privateKey() {
        return pair.getPrivate();
    }

    public PublicKey publicKey() {
        return pair.getPublic();
    }

    KeySpec spec() {
        return KeySpec.of(publicKey());
    }

    /** Without the key. */
    @Override
    public String toString() {
        return spec() + " (" + encoding.form() + ")";
    }
}
