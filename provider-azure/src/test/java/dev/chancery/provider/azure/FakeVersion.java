package dev.chancery.provider.azure;

import dev.chancery.testkit.witness.OpenSsl;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.digests.SHA384Digest;
import org.bouncycastle.crypto.digests.SHA512Digest;
import org.bouncycastle.crypto.engines.RSABlindedEngine;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ParametersWithRandom;
import org.bouncycastle.crypto.params.RSAPrivateCrtKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.PSSSigner;
import org.bouncycastle.crypto.signers.PlainDSAEncoding;
import org.bouncycastle.jcajce.provider.asymmetric.util.ECUtil;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/** A version of a key of the fake vault: a real pair, and what a vault keeps with it. */
final class FakeVersion {
    private static final BouncyCastleProvider BC = new BouncyCastleProvider();
    private static final Map<String, Integer> BYTES = Map.of("P-256", 32, "P-384", 48, "P-521", 66);
    private static final Base64.Encoder URL = Base64.getUrlEncoder().withoutPadding();

    /** Pairs are dear; one fake never hands out the same twice. */
    private static final Map<String, List<KeyPair>> POOL = new ConcurrentHashMap<>();

    private static final ReentrantLock LOCK = new ReentrantLock();

    final String name;
    final String version;
    final String type;
    final String kind;
    final Instant created;
    final List<Object> operations;
    final KeyPair pair;
    Attributes now;
    Attributes before;

    /** What a PATCH changes. */
    record Attributes(boolean enabled, Optional<Long> notBefore, Optional<Long> expires, Map<String, String> tags) {
        Attributes {
            tags = new TreeMap<>(tags);
        }
    }

    /**
     * @param kind a curve, or the bits of an RSA key
     * @param number how many of the kind this fake has made before
     */
    FakeVersion(
            String name,
            String version,
            String type,
            String kind,
            List<Object> operations,
            Attributes attributes,
            Instant created,
            int number) {
        this.name = name;
        this.version = version;
        this.type = type;
        this.kind = kind;
        this.operations = operations;
        this.now = attributes;
        this.before = attributes;
        this.created = created;
        this.pair = pair(kind, number);
    }

    private static KeyPair pair(String kind, int number) {
        List<KeyPair> pool = POOL.computeIfAbsent(kind, any -> new CopyOnWriteArrayList<>());
        LOCK.lock();
        try {
            while (pool.size() <= number) {
                pool.add(generate(kind, pool.size()));
            }
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        } finally {
            LOCK.unlock();
        }
        return pool.get(number);
    }

    private static KeyPair generate(String kind, int number) throws GeneralSecurityException {
        if (!kind.startsWith("P-")) {
            return OpenSsl.readyRsaKeyPair(Integer.parseInt(kind), number + 1); // the first is what tests import
        }
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp" + kind.substring(2) + "r1"));
        return generator.generateKeyPair();
    }

    void change(Attributes changed) {
        before = now;
        now = changed;
    }

    // --- as JSON

    Map<String, Object> bundle(String base, boolean stale) {
        Map<String, Object> key = new LinkedHashMap<>();
        key.put("kid", base + "/keys/" + name + "/" + version);
        key.put("kty", type);
        key.put("key_ops", operations);
        if (pair.getPublic() instanceof RSAPublicKey rsa) {
            key.put(
                    "n",
                    URL.encodeToString(
                            unsigned(rsa.getModulus(), (rsa.getModulus().bitLength() + 7) / 8)));
            key.put("e", URL.encodeToString(unsigned(rsa.getPublicExponent(), 3)));
        } else {
            ECPublicKey ec = (ECPublicKey) pair.getPublic();
            key.put("crv", kind);
            key.put("x", URL.encodeToString(unsigned(ec.getW().getAffineX(), BYTES.get(kind))));
            key.put("y", URL.encodeToString(unsigned(ec.getW().getAffineY(), BYTES.get(kind))));
        }
        Map<String, Object> bundle = new LinkedHashMap<>();
        bundle.put("key", key);
        describe(bundle, stale);
        return bundle;
    }

    /** As in a list: without the public half. */
    Map<String, Object> item(String base, boolean withVersion, boolean stale) {
        Map<String, Object> item = new LinkedHashMap<>();
        item.put("kid", base + "/keys/" + name + (withVersion ? "/" + version : ""));
        describe(item, stale);
        return item;
    }

    private void describe(Map<String, Object> into, boolean stale) {
        Attributes shown = stale ? before : now;
        Map<String, Object> attributes = new LinkedHashMap<>();
        attributes.put("enabled", shown.enabled());
        shown.notBefore().ifPresent(second -> attributes.put("nbf", second));
        shown.expires().ifPresent(second -> attributes.put("exp", second));
        attributes.put("created", created.getEpochSecond());
        attributes.put("updated", created.getEpochSecond());
        attributes.put("recoveryLevel", "Recoverable+Purgeable");
        attributes.put("recoverableDays", 90);
        into.put("attributes", attributes);
        if (!shown.tags().isEmpty()) {
            into.put("tags", shown.tags());
        }
    }

    private static byte[] unsigned(BigInteger number, int length) {
        byte[] bytes = number.toByteArray();
        byte[] fixed = new byte[length];
        int from = Math.max(0, bytes.length - length);
        System.arraycopy(bytes, from, fixed, length - (bytes.length - from), bytes.length - from);
        return fixed;
    }

    // --- signing

    boolean fits(String algorithm) {
        return switch (algorithm) {
            case "ES256" -> kind.equals("P-256");
            case "ES384" -> kind.equals("P-384");
            case "ES512" -> kind.equals("P-521");
            case "PS256", "PS384", "PS512", "RS256", "RS384", "RS512" -> type.startsWith("RSA");
            default -> false;
        };
    }

    byte[] sign(String algorithm, byte[] digest) {
        try {
            if (algorithm.startsWith("ES")) {
                ECDSASigner signer = new ECDSASigner();
                ECPrivateKeyParameters key =
                        (ECPrivateKeyParameters) ECUtil.generatePrivateKeyParameter(pair.getPrivate());
                signer.init(true, key);
                BigInteger[] numbers = signer.generateSignature(digest);
                return PlainDSAEncoding.INSTANCE.encode(key.getParameters().getN(), numbers[0], numbers[1]);
            }
            RSAPrivateCrtKey key = (RSAPrivateCrtKey) pair.getPrivate();
            if (algorithm.startsWith("RS")) {
                Signature signer = Signature.getInstance("NONEwithRSA", BC);
                signer.initSign(key);
                signer.update(digestInfo(algorithm, digest));
                return signer.sign();
            }
            PSSSigner signer = PSSSigner.createRawSigner(new RSABlindedEngine(), hash(algorithm));
            signer.init(true, new ParametersWithRandom(parameters(key), new SecureRandom()));
            signer.update(digest, 0, digest.length);
            return signer.generateSignature();
        } catch (GeneralSecurityException | CryptoException e) {
            throw new AssertionError(e);
        }
    }

    private static RSAPrivateCrtKeyParameters parameters(RSAPrivateCrtKey key) {
        return new RSAPrivateCrtKeyParameters(
                key.getModulus(),
                key.getPublicExponent(),
                key.getPrivateExponent(),
                key.getPrimeP(),
                key.getPrimeQ(),
                key.getPrimeExponentP(),
                key.getPrimeExponentQ(),
                key.getCrtCoefficient());
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
}
