package dev.chancery.testkit.memory;

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
import java.security.spec.ECGenParameterSpec;

/** P-256 and P-521 by the JDK alone, for backends that are tested without core. */
final class JdkKeys implements LocalKeys {
    @Override
    public KeyPair generate(KeySpec spec) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(spec == KeySpec.EC_P521 ? "secp521r1" : "secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public LocalKey load(PrivateKey privateKey, PublicKey publicKey, String description) {
        return (algorithm, input) -> SignResult.local(sign(privateKey, algorithm, input), true);
    }

    private static byte[] sign(PrivateKey key, SignatureAlgorithm algorithm, SigningInput input) {
        try {
            boolean digest = input instanceof SigningInput.Digest;
            String hash = algorithm.digest().orElseThrow().replace("-", "");
            Signature engine = Signature.getInstance((digest ? "NONE" : hash) + "withECDSA");
            engine.initSign(key);
            engine.update(input.bytes());
            return engine.sign();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
