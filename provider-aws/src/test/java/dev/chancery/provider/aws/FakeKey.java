package dev.chancery.provider.aws;

import dev.chancery.testkit.witness.OpenSsl;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.digests.SHA384Digest;
import org.bouncycastle.crypto.digests.SHA512Digest;
import org.bouncycastle.crypto.engines.RSABlindedEngine;
import org.bouncycastle.crypto.generators.MLDSAKeyPairGenerator;
import org.bouncycastle.crypto.params.MLDSAKeyGenerationParameters;
import org.bouncycastle.crypto.params.MLDSAParameters;
import org.bouncycastle.crypto.params.MLDSAPrivateKeyParameters;
import org.bouncycastle.crypto.params.ParametersWithRandom;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.bouncycastle.crypto.params.RSAPrivateCrtKeyParameters;
import org.bouncycastle.crypto.signers.MLDSASigner;
import org.bouncycastle.crypto.signers.PSSSigner;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/** A key of the fake KMS: a real pair, and what KMS keeps with it. */
final class FakeKey {
    /** A digest that is signed as other servers than AWS's sign it. */
    static final String LONGEST_SALT = "DIGEST, LONGEST_SALT";

    private static final BouncyCastleProvider BC = new BouncyCastleProvider();

    /** Pairs are dear; one fake never hands out the same twice. */
    private static final Map<String, List<Material>> POOL = new ConcurrentHashMap<>();

    /** What signs a digest or a message. */
    private interface Engine {
        byte[] sign(String algorithm, String messageType, byte[] message)
                throws GeneralSecurityException, CryptoException;
    }

    private record Material(ByteBuffer publicKey, Engine engine) {
        Material(byte[] publicKey, Engine engine) {
            this(ByteBuffer.wrap(publicKey), engine);
        }
    }

    final String id;
    final String spec;
    final Instant created;
    final Map<String, String> tags = new TreeMap<>();
    String state = "Enabled";
    Instant deletion = Instant.EPOCH;
    boolean replica;
    private final Material material;

    private FakeKey(FakeKey primary) {
        this.id = primary.id;
        this.spec = primary.spec;
        this.created = primary.created;
        this.material = primary.material;
        this.replica = true;
    }

    /** The same material under the same id, in another region. */
    FakeKey replicate() {
        return new FakeKey(this);
    }

    FakeKey(String id, String spec, Instant created, int number) {
        this.id = id;
        this.spec = spec;
        this.created = created;
        this.material = material(spec, number);
    }

    private static Material material(String spec, int number) {
        List<Material> pool = POOL.computeIfAbsent(spec, any -> new CopyOnWriteArrayList<>());
        synchronized (pool) {
            while (pool.size() <= number) {
                pool.add(generate(spec, pool.size()));
            }
        }
        return pool.get(number);
    }

    byte[] publicKey() {
        return material.publicKey().array();
    }

    byte[] sign(String algorithm, String messageType, byte[] message) {
        try {
            return material.engine().sign(algorithm, messageType, message);
        } catch (GeneralSecurityException | CryptoException e) {
            throw new AssertionError(e);
        }
    }

    /** The signing algorithms of a kind of key; empty if there is no such kind here. */
    static List<String> algorithms(String spec) {
        return switch (spec) {
            case "RSA_2048", "RSA_3072", "RSA_4096" ->
                List.of(
                        "RSASSA_PKCS1_V1_5_SHA_256",
                        "RSASSA_PKCS1_V1_5_SHA_384",
                        "RSASSA_PKCS1_V1_5_SHA_512",
                        "RSASSA_PSS_SHA_256",
                        "RSASSA_PSS_SHA_384",
                        "RSASSA_PSS_SHA_512");
            case "ECC_NIST_P256", "ECC_SECG_P256K1" -> List.of("ECDSA_SHA_256");
            case "ECC_NIST_P384" -> List.of("ECDSA_SHA_384");
            case "ECC_NIST_P521" -> List.of("ECDSA_SHA_512");
            case "ECC_NIST_EDWARDS25519" -> List.of("ED25519_SHA_512", "ED25519_PH_SHA_512");
            case "ML_DSA_44", "ML_DSA_65", "ML_DSA_87" -> List.of("ML_DSA_SHAKE_256");
            default -> List.of();
        };
    }

    /** How long a digest for an algorithm is; empty for those that take none. */
    static Optional<Integer> digestLength(String algorithm) {
        if (algorithm.startsWith("ML_DSA") || algorithm.equals("ED25519_SHA_512")) {
            return Optional.empty();
        }
        return Optional.of(Integer.parseInt(algorithm.substring(algorithm.length() - 3)) / 8);
    }

    private static Material generate(String spec, int number) {
        try {
            return switch (spec) {
                case "RSA_2048", "RSA_3072", "RSA_4096" -> rsa(Integer.parseInt(spec.substring(4)), number);
                case "ECC_NIST_P256" -> ec("secp256r1");
                case "ECC_NIST_P384" -> ec("secp384r1");
                case "ECC_NIST_P521" -> ec("secp521r1");
                case "ECC_SECG_P256K1" -> secp256k1();
                case "ECC_NIST_EDWARDS25519" -> ed25519();
                case "ML_DSA_44" -> mlDsa(MLDSAParameters.ml_dsa_44);
                case "ML_DSA_65" -> mlDsa(MLDSAParameters.ml_dsa_65);
                case "ML_DSA_87" -> mlDsa(MLDSAParameters.ml_dsa_87);
                default -> throw new AssertionError("No such key spec: " + spec);
            };
        } catch (GeneralSecurityException | IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Material rsa(int bits, int number) {
        KeyPair pair = OpenSsl.readyRsaKeyPair(bits, number + 1); // the first is what tests import
        RSAPrivateCrtKey key = (RSAPrivateCrtKey) pair.getPrivate();
        RSAKeyParameters parameters = new RSAPrivateCrtKeyParameters(
                key.getModulus(),
                key.getPublicExponent(),
                key.getPrivateExponent(),
                key.getPrimeP(),
                key.getPrimeQ(),
                key.getPrimeExponentP(),
                key.getPrimeExponentQ(),
                key.getCrtCoefficient());
        return new Material(pair.getPublic().getEncoded(), (algorithm, type, message) -> {
            byte[] digest = type.startsWith("DIGEST") ? message : hashed(algorithm, message);
            if (algorithm.startsWith("RSASSA_PSS")) {
                int salt = type.equals(LONGEST_SALT) ? bits / 8 - digest.length - 2 : digest.length;
                PSSSigner signer = PSSSigner.createRawSigner(
                        new RSABlindedEngine(), hash(algorithm), hash(algorithm), salt, PSSSigner.TRAILER_IMPLICIT);
                signer.init(true, new ParametersWithRandom(parameters, new SecureRandom()));
                signer.update(digest, 0, digest.length);
                return signer.generateSignature();
            }
            Signature signer = Signature.getInstance("NONEwithRSA", BC);
            signer.initSign(key);
            signer.update(digestInfo(algorithm, digest));
            return signer.sign();
        });
    }

    /** The DigestInfo of RFC 8017, 9.2, notes. */
    private static byte[] digestInfo(String algorithm, byte[] digest) {
        byte last = (byte) (algorithm.endsWith("256") ? 1 : algorithm.endsWith("384") ? 2 : 3);
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
        byte[] info = Arrays.copyOf(prefix, prefix.length + digest.length);
        System.arraycopy(digest, 0, info, prefix.length, digest.length);
        return info;
    }

    private static Digest hash(String algorithm) {
        return algorithm.endsWith("256")
                ? SHA256Digest.newInstance()
                : algorithm.endsWith("384") ? new SHA384Digest() : new SHA512Digest();
    }

    private static byte[] hashed(String algorithm, byte[] message) {
        Digest digest = hash(algorithm);
        digest.update(message, 0, message.length);
        byte[] result = new byte[digest.getDigestSize()];
        digest.doFinal(result, 0);
        return result;
    }

    private static Material ec(String curve) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        return ec(generator.generateKeyPair(), "SunEC");
    }

    private static Material secp256k1() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", BC);
        generator.initialize(new ECGenParameterSpec("secp256k1"));
        KeyPair pair = generator.generateKeyPair();
        return new Material(pair.getPublic().getEncoded(), (algorithm, type, message) -> {
            throw new GeneralSecurityException("Nobody signs with secp256k1 here.");
        });
    }

    private static Material ec(KeyPair pair, String provider) {
        return new Material(pair.getPublic().getEncoded(), (algorithm, type, message) -> {
            Signature signer = Signature.getInstance("NONEwithECDSA", provider);
            signer.initSign(pair.getPrivate());
            signer.update(type.equals("DIGEST") ? message : hashed(algorithm, message));
            return signer.sign();
        });
    }

    private static Material ed25519() throws GeneralSecurityException {
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        return new Material(pair.getPublic().getEncoded(), (algorithm, type, message) -> {
            Signature signer = Signature.getInstance("Ed25519");
            signer.initSign(pair.getPrivate());
            signer.update(message);
            return signer.sign();
        });
    }

    private static Material mlDsa(MLDSAParameters parameters) throws IOException {
        MLDSAKeyPairGenerator generator = new MLDSAKeyPairGenerator();
        generator.init(new MLDSAKeyGenerationParameters(new SecureRandom(), parameters));
        AsymmetricCipherKeyPair pair = generator.generateKeyPair();
        byte[] encoded = SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(pair.getPublic())
                .getEncoded();
        return new Material(encoded, (algorithm, type, message) -> {
            MLDSASigner signer = new MLDSASigner();
            signer.init(true, (MLDSAPrivateKeyParameters) pair.getPrivate());
            if (type.equals("EXTERNAL_MU")) {
                return signer.generateMuSignature(message);
            }
            signer.update(message, 0, message.length);
            return signer.generateSignature();
        });
    }
}
