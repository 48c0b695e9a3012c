package dev.chancery.internal.jca;

import dev.chancery.algorithm.KeyAlgorithm;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SubjectPublicKeyInfo;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.signature.VerifyOptions;
import dev.chancery.spi.signing.LocalKey;
import dev.chancery.spi.signing.LocalKeys;
import dev.chancery.spi.signing.SigningInput;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;

/** Keys in this process, by way of the chosen JCA provider. */
public final class JcaKeys implements LocalKeys {
    private final JcaProviders providers;

    /** Makes keys with the providers that are chosen there. */
    public JcaKeys(JcaProviders providers) {
        this.providers = providers;
    }

    @Override
    public KeyPair generate(KeySpec spec) {
        try {
            // The JDK generates: no accelerated provider is needed for what happens once a year.
            KeyPairGenerator generator = KeyPairGenerator.getInstance(
                    spec.algorithm().jcaName(),
                    JcaProviders.jdk(spec.algorithm()).provider());
            if (spec.algorithm() == KeyAlgorithm.ML_DSA) {
                throw new UnsupportedException(spec + " keys are not made here: a place that keeps them makes them.");
            }
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
            case ED25519, ML_DSA_44, ML_DSA_65, ML_DSA_87 ->
                throw new IllegalArgumentException(spec + " has no parameters.");
        };
    }

    @Override
    public LocalKey load(PrivateKey privateKey, PublicKey publicKey, String description) {
        SubjectPublicKeyInfo info = SubjectPublicKeyInfo.of(publicKey);
        KeySpec spec = info.spec();
        JcaProviders.Choice choice = providers.choose(spec.algorithm());
        JcaKey key;
        try {
            key = new JcaKey(convert(privateKey, spec, choice), publicKey, choice, description);
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new IntegrityException(
                    "The private key of " + description + " is damaged: the JCA provider '" + choice.name()
                            + "' refuses it. Check it with 'openssl pkey -check'.",
                    e);
        }
        provePair(key, info, description);
        return key;
    }

    @Override
    public byte[] messageRepresentative(PublicKey publicKey, byte[] message) {
        byte[] encoded = publicKey.getEncoded();
        // The key is the end of its encoding; FIPS 204, table 2, has the lengths.
        int length = switch (KeySpec.of(publicKey)) {
            case ML_DSA_44 -> 1312;
            case ML_DSA_65 -> 1952;
            case ML_DSA_87 -> 2592;
            default -> throw new IllegalArgumentException("Only ML-DSA has a message representative.");
        };
        MessageDigest shake = shake256();
        shake.update(encoded, encoded.length - length, length);
        byte[] hashOfKey = shake.digest();
        shake.update(hashOfKey);
        shake.update(new byte[] {0, 0}); // pure, and a context of no bytes
        return shake.digest(message);
    }

    private MessageDigest shake256() {
        Provider provider = providers.choose(KeyAlgorithm.ML_DSA).provider();
        try {
            return MessageDigest.getInstance("SHAKE256-512", provider);
        } catch (NoSuchAlgorithmException e) {
            throw new UnsupportedException(
                    "The JCA provider '" + provider.getName() + "' has no SHAKE256, which a long message for ML-DSA is"
                            + " hashed with. Run on JDK 25 or newer, or add BouncyCastle.",
                    e);
        }
    }

    /** A signature of core's own bytes, never a caller's, shows that the two halves belong together. */
    private void provePair(LocalKey key, SubjectPublicKeyInfo publicKey, String description) {
        byte[] challenge = SelfTest.message();
        PublicKeyVerifier verifier = new PublicKeyVerifier(publicKey, providers);
        byte[] signature = key.sign(verifier.algorithm(VerifyOptions.DEFAULT), new SigningInput.Message(challenge))
                .signature();
        boolean valid =
                verifier.verify(challenge, signature, VerifyOptions.DEFAULT).isValid();
        if (!valid) {
            throw new IntegrityException("The private and the public key of " + description
                    + " do not belong together: one of them is of another key. Put the right one there.");
        }
    }

    /** A foreign key object costs a provider half to two thirds of its speed on every call; converted once, nothing. */
    public static PrivateKey convert(PrivateKey key, KeySpec spec, JcaProviders.Choice choice)
            throws GeneralSecurityException {
        KeyFactory factory = keyFactory(spec.algorithm(), choice.provider());
        if (spec == KeySpec.ED25519 || spec.algorithm() == KeyAlgorithm.ML_DSA) {
            // BouncyCastle translates none but its own.
            return factory.generatePrivate(new PKCS8EncodedKeySpec(key.getEncoded()));
        }
        if (isRsaPss(key) && key instanceof RSAPrivateCrtKey rsa) {
            return factory.generatePrivate(new RSAPrivateCrtKeySpec(
                    rsa.getModulus(),
                    rsa.getPublicExponent(),
                    rsa.getPrivateExponent(),
                    rsa.getPrimeP(),
                    rsa.getPrimeQ(),
                    rsa.getPrimeExponentP(),
                    rsa.getPrimeExponentQ(),
                    rsa.getCrtCoefficient()));
        }
        return (PrivateKey) factory.translateKey(key);
    }

    public static PublicKey convert(PublicKey key, KeySpec spec, JcaProviders.Choice choice)
            throws GeneralSecurityException {
        KeyFactory factory = keyFactory(spec.algorithm(), choice.provider());
        if (spec == KeySpec.ED25519 || spec.algorithm() == KeyAlgorithm.ML_DSA) {
            return factory.generatePublic(new X509EncodedKeySpec(key.getEncoded()));
        }
        if (isRsaPss(key) && key instanceof RSAPublicKey rsa) {
            return factory.generatePublic(new RSAPublicKeySpec(rsa.getModulus(), rsa.getPublicExponent()));
        }
        return (PublicKey) factory.translateKey(key);
    }

    /**
     * The provider's own, else the JDK's: AmazonCorrettoCryptoProvider takes the JDK's Ed25519 keys when an engine is
     * initialised, and as engines are pooled, that is once too.
     */
    static KeyFactory keyFactory(KeyAlgorithm family, Provider provider) throws NoSuchAlgorithmException {
        String name = family.jcaName();
        boolean own = provider.getService("KeyFactory", name) != null;
        return KeyFactory.getInstance(
                name, own ? provider : JcaProviders.jdk(family).provider());
    }

    /** A factory for RSA refuses a key that is called RSASSA-PSS, though the numbers are the same. */
    private static boolean isRsaPss(Key key) {
        return key.getAlgorithm().equals("RSASSA-PSS");
    }
}
