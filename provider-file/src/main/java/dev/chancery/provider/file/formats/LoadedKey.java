package dev.chancery.provider.file.formats;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.Optional;
import java.util.Set;

/**
 * A private key as it was read, with its public half. A class and not a record, so that
 * nothing prints the key. The keys are JDK objects, and plain RSA ones also where the file says RSASSA-PSS.
 */
public final class LoadedKey {
    private final KeyPair pair;
    private final KeySpec spec;
    private final Optional<Set<SignatureAlgorithm>> restriction;
    private final KeyEncoding encoding;

    LoadedKey(KeyPair pair, Optional<Set<SignatureAlgorithm>> restriction, KeyEncoding encoding) {
        this.pair = pair;
        this.spec = KeySpec.of(pair.getPublic());
        this.restriction = restriction;
        this.encoding = encoding;
    }

    public PrivateKey privateKey() {
        return pair.getPrivate();
    }

    public PublicKey publicKey() {
        return pair.getPublic();
    }

    KeySpec spec() {
        return spec;
    }

    /** The only algorithms that the key may be used with, where its owner confined it (RSASSA-PSS keys). */
    public Optional<Set<SignatureAlgorithm>> restriction() {
        return restriction;
    }

    public KeyEncoding encoding() {
        return encoding;
    }

    @Override
    public String toString() {
        return spec + " (" + encoding.form() + ")";
    }
}
