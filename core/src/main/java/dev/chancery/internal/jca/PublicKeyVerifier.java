package dev.chancery.internal.jca;

import dev.chancery.Verifier;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.algorithm.SignatureEncoding;
import dev.chancery.error.AlgorithmMismatchException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.internal.ecdsa.EcdsaEncoding;
import dev.chancery.signature.Verification;
import dev.chancery.signature.VerifyOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Cipher;

/** Decides whether a signature is a public key's. Knows nothing of states. */
public final class PublicKeyVerifier implements Verifier {
    /** The order L of Ed25519's base point, RFC 8032 5.1, big-endian. */
    private static final byte[] ED25519_ORDER =
            HexFormat.of().parseHex("1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed");

    private static final Verification VALID =
            new Verification(Verification.Status.VALID, Optional.empty(), false, "The signature is valid.");
    private static final int BUFFER = 64 << 20;

    private final PublicKey key;
    private final KeySpec spec;
    private final JcaProviders.Choice choice;
    private final byte[] modulus;
    private final SignatureAlgorithm defaultAlgorithm;
    private final Set<SignatureAlgorithm> algorithms;
    private final Map<SignatureAlgorithm, EnginePool<Signature>> messageEngines = new ConcurrentHashMap<>();
    private final EnginePool<Signature> ecDigestEngines;
    private final EnginePool<Cipher> rawRsaEngines;

    public PublicKeyVerifier(PublicKey key, KeySpec spec, JcaProviders providers) {
        this(key, spec, providers, RsaPssRestriction.defaultAlgorithm(key, spec), Optional.empty());
    }

    /**
     * Takes what a store says of a key.
     *
     * @param confinedTo the only algorithms that the key may be used with, where it does not say so itself
     */
    public PublicKeyVerifier(
            PublicKey key,
            KeySpec spec,
            JcaProviders providers,
            SignatureAlgorithm defaultAlgorithm,
            Optional<Set<SignatureAlgorithm>> confinedTo) {
        this.spec = spec;
        this.choice = providers.choose(spec.algorithm());
        this.defaultAlgorithm = defaultAlgorithm;
        this.algorithms = confinedTo.orElseGet(() -> RsaPssRestriction.algorithms(key, spec));
        this.key = convert(key);
        this.modulus = key instanceof RSAPublicKey rsa ? RsaDigestSignature.modulus(rsa) : new byte[0];
        this.ecDigestEngines = new EnginePool<>(() -> initialise(JcaAlgorithm.forDigests(choice.provider())));
        this.rawRsaEngines = new EnginePool<>(() -> initialise(JcaAlgorithm.rawRsa(choice.provider())));
    }

    private PublicKey convert(PublicKey foreign) {
        try {
            return JcaKeys.convert(foreign, spec, choice);
        } catch (GeneralSecurityException e) {
            throw new UnsupportedException("The public key cannot be used: the JCA provider refuses it.", e);
        }
    }

    @Override
    public Verification verify(byte[] message, byte[] signature, VerifyOptions options) {
        SignatureAlgorithm algorithm = algorithm(options);
        if (algorithm.scheme() == SignatureAlgorithm.Scheme.RSA_PKCS1) {
            // The JDK and BouncyCastle also take a DigestInfo without its NULL, against RFC 8017 A.2.4.
            return verifyDigest(MessageInput.digest(message, algorithm), signature, options);
        }
        return answer(algorithm, signature, options, value -> {
            EnginePool<Signature> engines = messageEngines.get(algorithm);
            if (engines == null) {
                engines = messageEngines.computeIfAbsent(
                        algorithm,
                        wanted -> new EnginePool<>(
                                () -> initialise(JcaAlgorithm.forMessages(wanted, choice.provider()))));
            }
            return verify(engines, message, value);
        });
    }

    @Override
    public Verification verify(InputStream message, byte[] signature, VerifyOptions options) throws IOException {
        SignatureAlgorithm algorithm = algorithm(options);
        return algorithm.digest().isPresent()
                ? verifyDigest(MessageInput.digest(message, algorithm), signature, options)
                : verify(MessageInput.buffer(message, BUFFER, algorithm), signature, options);
    }

    @Override
    public Verification verify(Path file, byte[] signature, VerifyOptions options) throws IOException {
        try (MessageInput.OpenFile open = MessageInput.open(file)) {
            SignatureAlgorithm algorithm = algorithm(options);
            return algorithm.digest().isPresent()
                    ? verifyDigest(MessageInput.digest(open.stream(), algorithm), signature, options)
                    : verify(open.wholeFile(algorithm), signature, options);
        }
    }

    @Override
    public Verification verifyDigest(byte[] digest, byte[] signature, VerifyOptions options) {
        SignatureAlgorithm algorithm = algorithm(options);
        MessageInput.requireDigest(algorithm, digest);
        return answer(
                algorithm,
                signature,
                options,
                value -> key instanceof RSAPublicKey rsa
                        ? verifyRsa(algorithm, digest, value, rsa)
                        : verify(ecDigestEngines, digest, value));
    }

    public Set<SignatureAlgorithm> algorithms() {
        return algorithms;
    }

    /** Names the algorithm and refuses one that does not fit. */
    public SignatureAlgorithm algorithm(VerifyOptions options) {
        SignatureAlgorithm algorithm = options.algorithm().orElse(defaultAlgorithm);
        if (!algorithms.contains(algorithm)) {
            throw new AlgorithmMismatchException(
                    algorithm + " does not fit this key of kind " + spec + ". Use one of " + algorithms + ".");
        }
        return algorithm;
    }

    /** The last step: whether JCA, too, finds the signature right. */
    @FunctionalInterface
    private interface Check {
        boolean holds(byte[] signature) throws GeneralSecurityException;
    }

    private Verification answer(SignatureAlgorithm algorithm, byte[] signature, VerifyOptions options, Check check) {
        Optional<String> malformed = problem(algorithm, signature, options.encoding());
        if (malformed.isPresent()) {
            return invalid(malformed.get());
        }
        boolean p1363 =
                algorithm.scheme() == SignatureAlgorithm.Scheme.ECDSA && options.encoding() == SignatureEncoding.P1363;
        try {
            return check.holds(p1363 ? EcdsaEncoding.toDer(signature) : signature)
                    ? VALID
                    : invalid("The signature is not this key's signature of this message with " + algorithm + ".");
        } catch (GeneralSecurityException e) {
            throw new UnsupportedException(
                    "The JCA provider '" + choice.name() + "' cannot verify " + algorithm + " with this key.", e);
        }
    }

    private Optional<String> problem(SignatureAlgorithm algorithm, byte[] signature, SignatureEncoding encoding) {
        return switch (algorithm.scheme()) {
            case ECDSA ->
                encoding == SignatureEncoding.DER
                        ? EcdsaEncoding.problemOfDer(signature, spec)
                        : EcdsaEncoding.problemOfP1363(signature, spec);
            case RSA_PSS, RSA_PKCS1 -> problemOfRsa(signature);
            case EDDSA -> problemOfEd25519(signature);
            case ML_DSA -> problemOfMlDsa(signature);
        };
    }

    private Optional<String> problemOfRsa(byte[] signature) {
        int length = spec.bits() / 8;
        if (signature.length != length) {
            return Optional.of("A signature of a " + spec + " key has " + length + " bytes, this one has "
                    + signature.length + ".");
        }
        boolean inRange = Arrays.compareUnsigned(signature, modulus) < 0;
        return inRange ? Optional.empty() : Optional.of("The signature's number is not below the modulus.");
    }

    /** FIPS 204, table 2. */
    private Optional<String> problemOfMlDsa(byte[] signature) {
        int length = switch (spec) {
            case ML_DSA_44 -> 2420;
            case ML_DSA_65 -> 3309;
            default -> 4627;
        };
        return signature.length == length
                ? Optional.empty()
                : Optional.of("A signature of an " + spec + " key has " + length + " bytes, this one has "
                        + signature.length + ".");
    }

    private static Optional<String> problemOfEd25519(byte[] signature) {
        if (signature.length != 64) {
            return Optional.of("An Ed25519 signature has 64 bytes, this one has " + signature.length + ".");
        }
        // S is the second half, little-endian.
        for (int i = 0; i < ED25519_ORDER.length; i++) {
            int difference = Byte.compareUnsigned(signature[63 - i], ED25519_ORDER[i]);
            if (difference < 0) {
                return Optional.empty();
            }
            if (difference > 0) {
                break;
            }
        }
        return Optional.of("The signature's number S is not below the group order.");
    }

    private static boolean verify(EnginePool<Signature> engines, byte[] bytes, byte[] signature)
            throws GeneralSecurityException {
        Signature engine = engines.take();
        try {
            engine.update(bytes);
            boolean valid = engine.verify(signature);
            engines.giveBack(engine);
            return valid;
        } catch (SignatureException e) {
            // Providers throw for some signatures that they find malformed; that is a no.
            return false;
        }
    }

    private boolean verifyRsa(SignatureAlgorithm algorithm, byte[] digest, byte[] signature, RSAPublicKey rsa)
            throws GeneralSecurityException {
        Cipher engine = rawRsaEngines.take();
        byte[] encoded = engine.doFinal(signature);
        rawRsaEngines.giveBack(engine);
        return RsaDigestSignature.matches(algorithm, digest, encoded, rsa);
    }

    private Cipher initialise(Cipher engine) throws GeneralSecurityException {
        engine.init(Cipher.ENCRYPT_MODE, key);
        return engine;
    }

    private Signature initialise(Signature engine) throws GeneralSecurityException {
        engine.initVerify(key);
        return engine;
    }

    private static Verification invalid(String reason) {
        return new Verification(Verification.Status.INVALID, Optional.empty(), false, reason);
    }
}
