package dev.chancery.testkit.store;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.spi.signing.LocalKey;
import dev.chancery.spi.signing.LocalKeys;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;

/** The contract's backend changes attributes; who would sign with it is in the wrong test. */
final class NoLocalKeys implements LocalKeys {
    @Override
    public KeyPair generate(KeySpec spec) {
        throw new UnsupportedOperationException("The contract's own backend makes no keys.");
    }

    @Override
    public LocalKey load(PrivateKey privateKey, PublicKey publicKey, String description) {
        throw new UnsupportedOperationException("The contract's own backend signs nothing.");
    }
}
