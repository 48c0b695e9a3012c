package dev.chancery.internal;

import dev.chancery.ConfigurationException;
import dev.chancery.IntegrityException;
import dev.chancery.KeyAlgorithm;
import dev.chancery.KeySpec;
import dev.chancery.SignatureAlgorithm;
import dev.chancery.VerifyOptions;
import dev.chancery.spi.LocalKey;
import dev.chancery.spi.LocalKeys;
import dev.chancery.spi.SigningInput;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;

/** Keys in this process, by way of the chosen JCA provider. */
public final class JcaKeys implements LocalKeys {
    private static final byte[] SELF_TEST = "chancery-self-test\0".getBytes(StandardCharsets.US_ASCII);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final JcaProviders providers;

    /** Makes keys with the providers that are chosen there. */
    public JcaKeys(JcaProviders providers) {
        this.providers = providers;
    }

    @Override
    public KeyPair generate(KeySpec spec) {
        try {
            // The JDK generates: no accelerated provider is needed for what happens once a year.
            KeyPairGenerator generator = KeyPairGenerator.getInstance(JcaAlgorithm.keyFactory(spec.algorithm()));
            if (spec.algorithm() != KeyAlgorithm.EDDSA) {
                generator.initialize(parameters(spec));
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new ConfigurationException("This Java runtime cannot generate " + spec + " keys.", e);
        }
    }

    private static AlgorithmParameterSpec parameters(KeySpec spec) {
        return switch (spec) {
            case RSA_2048, RSA_3072, RSA_4096 -> new RSAKeyGenParameterSpec(spec.bits(), RSAKeyGenParameterSpec.F4);
            case EC_P256 -> new ECGenParameterSpec("secp256r1");
            case EC_P384 -> new ECGenParameterSpec("secp384r1");
            case EC_P521 -> new ECGenParameterSpec("secp521r1");
            case ED25519 -> throw new IllegalArgumentException("Ed25519 has no parameters.");
        };
    }

    @Override
    public LocalKey load(PrivateKey privateKey, PublicKey publicKey, String description) {
        KeySpec spec = KeySpec.of(publicKey);
        JcaProviders.Choice choice = providers.choose(spec.algorithm());
        JcaKey key;
        try {
            key = new JcaKey(
                    convert(privateKey, spec, choice),
                    privateKey,
                    convert(publicKey, spec, choice),
                    choice,
                    description);
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new IntegrityException(
                    "The private key of " + description + " is damaged: the JCA provider '" + choice.name()
                            + "' refuses it. Restore it from a backup.",
                    e);
        }
        provePair(key, spec, publicKey, description);
        return key;
    }

    /** A signature of core's own bytes, never a caller's, shows that the two halves belong together. */
    private void provePair(LocalKey key, KeySpec spec, PublicKey publicKey, String description) {
        byte[] challenge = new byte[SELF_TEST.length + 32];
        System.arraycopy(SELF_TEST, 0, challenge, 0, SELF_TEST.length);
        byte[] random = new byte[32];
        RANDOM.nextBytes(random);
        System.arraycopy(random, 0, challenge, SELF_TEST.length, random.length);
        SignatureAlgorithm algorithm = spec.defaultAlgorithm();
        byte[] signature =
                key.sign(algorithm, new SigningInput.Message(challenge)).signature();
        boolean valid = new PublicKeyVerifier(publicKey, spec, providers)
                .verify(challenge, signature, VerifyOptions.DEFAULT)
                .isValid();
        if (!valid) {
            throw new IntegrityException("The private and the public key of " + description
                    + " do not belong together. Restore the right file from a backup.");
        }
    }

    /** A foreign key object costs a provider half to two thirds of its speed on every call; converted once, nothing. */
    private static PrivateKey convert(PrivateKey key, KeySpec spec, JcaProviders.Choice choice)
            throws GeneralSecurityException {
        return (PrivateKey) translate(key, spec, choice);
    }

    private static PublicKey convert(PublicKey key, KeySpec spec, JcaProviders.Choice choice)
            throws GeneralSecurityException {
        return (PublicKey) translate(key, spec, choice);
    }

    static Key translate(Key key, KeySpec spec, JcaProviders.Choice choice) throws GeneralSecurityException {
        return KeyFactory.getInstance(JcaAlgorithm.keyFactory(spec.algorithm()), choice.provider())
                .translateKey(key);
    }
}
