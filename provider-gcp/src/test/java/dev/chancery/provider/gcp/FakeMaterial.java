package dev.chancery.provider.gcp;

import com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm;
import com.google.protobuf.ByteString;
import dev.chancery.testkit.witness.OpenSsl;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.digests.SHA512Digest;
import org.bouncycastle.crypto.engines.RSABlindedEngine;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.ParametersWithRandom;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.bouncycastle.crypto.params.RSAPrivateCrtKeyParameters;
import org.bouncycastle.crypto.signers.PSSSigner;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/** Real pairs of the fake KMS, and what they sign. It never verifies: that is the business of those who did not sign. */
record FakeMaterial(CryptoKeyVersionAlgorithm algorithm, KeyPair pair) {
    private static final BouncyCastleProvider BC = new BouncyCastleProvider();

    /** Pairs are dear; one fake never hands out the same twice. */
    private static final Map<String, List<KeyPair>> POOL = new ConcurrentHashMap<>();

    private static final ReentrantLock LOCK = new ReentrantLock();

    /**
     * @param kind a curve, or the bits of an RSA key
     * @param number how many of the kind the fake has made before
     */
    static KeyPair pair(String kind, int number) {
        List<KeyPair> pool = POOL.computeIfAbsent(kind, any -> new CopyOnWriteArrayList<>());
        LOCK.lock();
        try {
            while (pool.size() <= number) {
                pool.add(generate(kind, pool.size()));
            }
            return pool.get(number);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        } finally {
            LOCK.unlock();
        }
    }

    private static KeyPair generate(String kind, int number) throws GeneralSecurityException {
        if (kind.matches("[0-9]+")) {
            return OpenSsl.readyRsaKeyPair(Integer.parseInt(kind), number + 1); // the first is what tests import
        }
        if (kind.startsWith("ml-dsa")) {
            return KeyPairGenerator.getInstance(kind, BC).generateKeyPair();
        }
        if (kind.equals("ED25519")) {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        }
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp" + kind.substring(1) + "r1"));
        return generator.generateKeyPair();
    }

    /** A curve, or the bits of an RSA key. */
    static String kind(CryptoKeyVersionAlgorithm algorithm) {
        if (algorithm.name().startsWith("PQ_SIGN_ML_DSA_")) {
            return "ml-dsa-" + algorithm.name().substring("PQ_SIGN_ML_DSA_".length());
        }
        for (String part : algorithm.name().split("_")) {
            if (part.matches("[0-9]{4}|P[0-9]{3}|ED25519")) {
                return part;
            }
        }
        throw new AssertionError("The fake makes no " + algorithm + ".");
    }

    /** The bytes of FIPS 204. */
    ByteString rawPublicKey() {
        return ByteString.copyFrom(
                SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded())
                        .getPublicKeyData()
                        .getBytes());
    }

    /** What was made elsewhere; the public half is computed. */
    static FakeMaterial ofPkcs8(CryptoKeyVersionAlgorithm algorithm, byte[] pkcs8) {
        try {
            AsymmetricKeyParameter key = PrivateKeyFactory.createKey(pkcs8);
            AsymmetricKeyParameter half = key instanceof RSAPrivateCrtKeyParameters rsa
                    ? new RSAKeyParameters(false, rsa.getModulus(), rsa.getPublicExponent())
                    : key instanceof ECPrivateKeyParameters ec
                            ? new ECPublicKeyParameters(
                                    ec.getParameters().getG().multiply(ec.getD()), ec.getParameters())
                            : ((Ed25519PrivateKeyParameters) key).generatePublicKey();
            String family = key instanceof RSAPrivateCrtKeyParameters
                    ? "RSA"
                    : key instanceof ECPrivateKeyParameters ? "EC" : "Ed25519";
            KeyFactory factory = KeyFactory.getInstance(family);
            return new FakeMaterial(
                    algorithm,
                    new KeyPair(
                            factory.generatePublic(
                                    new X509EncodedKeySpec(SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(half)
                                            .getEncoded())),
                            factory.generatePrivate(new PKCS8EncodedKeySpec(pkcs8))));
        } catch (IOException | GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** Signs a digest, or data where the algorithm wants that. */
    byte[] sign(byte[] input) {
        String name = algorithm.name();
        try {
            if (name.startsWith("RSA_SIGN_PSS")) {
                return signPss(input);
            }
            Signature signer = name.startsWith("RSA_SIGN_RAW")
                    ? Signature.getInstance("NONEwithRSA", BC)
                    : name.startsWith("RSA_SIGN")
                            ? Signature.getInstance("NONEwithRSA", BC)
                            : name.startsWith("PQ_")
                                    ? Signature.getInstance("ML-DSA", BC)
                                    : name.equals("EC_SIGN_ED25519")
                                            ? Signature.getInstance("Ed25519")
                                            : Signature.getInstance("NONEwithECDSA");
            signer.initSign(pair.getPrivate());
            signer.update(name.startsWith("RSA_SIGN_PKCS1") ? digestInfo(input) : input);
            return signer.sign();
        } catch (GeneralSecurityException | CryptoException e) {
            throw new AssertionError(e);
        }
    }

    private byte[] signPss(byte[] digest) throws CryptoException {
        Digest hash = algorithm.name().endsWith("512") ? new SHA512Digest() : SHA256Digest.newInstance();
        PSSSigner signer = PSSSigner.createRawSigner(new RSABlindedEngine(), hash);
        RSAPrivateCrtKey key = (RSAPrivateCrtKey) pair.getPrivate();
        signer.init(
                true,
                new ParametersWithRandom(
                        new RSAPrivateCrtKeyParameters(
                                key.getModulus(),
                                key.getPublicExponent(),
                                key.getPrivateExponent(),
                                key.getPrimeP(),
                                key.getPrimeQ(),
                                key.getPrimeExponentP(),
                                key.getPrimeExponentQ(),
                                key.getCrtCoefficient()),
                        new SecureRandom()));
        signer.update(digest, 0, digest.length);
        return signer.generateSignature();
    }

    /** The DigestInfo of RFC 8017, 9.2, notes. */
    private byte[] digestInfo(byte[] digest) {
        byte last = (byte) (algorithm.name().endsWith("256") ? 1 : 3);
        byte[] info = new byte[19 + digest.length];
        byte[] prefix = {
            0x30,
            (byte) (17 + digest.length),
            0x30,
            0x0d,
            0x06,
            0x09,
            0x60,
            (byte) 0x86,
            0x48,
            0x01,
            0x65,
            0x03,
            0x04,
            0x02,
            last,
            0x05,
            0x00,
            0x04,
            (byte) digest.length
        };
        System.arraycopy(prefix, 0, info, 0, prefix.length);
        System.arraycopy(digest, 0, info, prefix.length, digest.length);
        return info;
    }
}
