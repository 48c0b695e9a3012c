package dev.chancery.provider.file;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.spi.signing.LocalKey;
import dev.chancery.spi.signing.LocalKeys;
import dev.chancery.spi.signing.SignResult;
import dev.chancery.spi.signing.SigningInput;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;

/** P-256 keys of the JDK, for tests of a backend without core. */
final class SoftwareKeys implements LocalKeys {
    @Override
    public KeyPair generate(KeySpec spec) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public LocalKey load(PrivateKey privateKey, PublicKey publicKey, String description) {
        return (SignatureAlgorithm algorithm, SigningInput input) -> {
            try {
                Signature engine = Signature.getInstance("SHA256withECDSA");
                engine.initSign(privateKey);
                engine.update(input.bytes());
                return SignResult.local(engine.sign(), true);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        };
    }
}
