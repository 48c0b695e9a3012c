package dev.chancery.internal.jca;

import dev.chancery.Verifier;
import dev.chancery.algorithm.Ed25519Point;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.algorithm.SignatureEncoding;
import dev.chancery.algorithm.SubjectPublicKeyInfo;
import dev.chancery.error.AlgorithmMismatchException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.internal.ecdsa.EcdsaEncoding;
import dev.chancery.signature.Verification;
import dev.chancery.signature.VerifyOptions;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
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

    /** Takes a bare key, which says itself what it may be used with. */
    public PublicKeyVerifier(SubjectPublicKeyInfo key, JcaProviders providers) {
        this(key, providers, key.defaultAlgorithm(), key.algorithms());
    }

    /**
     * Takes what a store says of a key.
     *
     * @param algorithms the only ones that the key may be used with
     */
    public PublicKeyVerifier(
            SubjectPublicKeyInfo key,
            JcaProviders providers,
            SignatureAlgorithm defaultAlgorithm,
            Set<SignatureAlgorithm> algorithms) {
        this.spec = key.spec();
        this.choice = providers.chooseToVerify(spec.algorithm());
        this.defaultAlgorithm = defaultAlgorithm;
        this.algorithms = algorithms;
        this.key = convert(key.publicKey());
        this.modulus =
                key.modulus().map(number -> unsigned(number, spec.bits() / 8)).orElseGet(() -> new byte[0]);
        this.ecDigestEngines = new EnginePool<>(() -> initialise(JcaAlgorithm.forDigests(choice.provider())));
        this.rawRsaEngines = new EnginePool<>(() -> initialise(JcaAlgorithm.rawRsa(choice.provider())));
    }

    private PublicKey convert(PublicKey foreign) {
        try {
            return JcaKeys.convert(foreign, spec, choice);
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new UnsupportedException(
                    "The public key cannot be used: the JCA provider '" + choice.name() + "' refuses it.", e);
        }
    }

    @Override
    public Verification verify(byte[] message, byte[] signature, VerifyOptions options) {
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(signature, "signature");
        Objects.requireNonNull(options, "options");
        SignatureAlgorithm algorithm = algorithm(options);
        if (algorithm.scheme() == SignatureAlgorithm.Scheme.RSA_PKCS1) {
            // The JDK and BouncyCastle also take a DigestInfo without its NULL, against RFC 8017 A.2.4.
            return verifyDigest(MessageInput.digest(message, algorithm), signature, options);
        }
        return answer(algorithm, signature, options, () -> MessageInput.digest(message, algorithm), value -> {
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
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(signature, "signature");
        Objects.requireNonNull(options, "options");
        SignatureAlgorithm algorithm = algorithm(options);
        return algorithm.digest().isPresent()
                ? verifyDigest(MessageInput.digest(message, algorithm), signature, options)
                : verify(MessageInput.buffer(message, BUFFER, algorithm), signature, options);
    }

    @Override
    public Verification verify(Path file, byte[] signature, VerifyOptions options) throws IOException {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(signature, "signature");
        Objects.requireNonNull(options, "options");
        try (MessageInput.OpenFile open = MessageInput.open(file)) {
            SignatureAlgorithm algorithm = algorithm(options);
            return algorithm.digest().isPresent()
                    ? verifyDigest(MessageInput.digest(open.stream(), algorithm), signature, options)
                    : verify(open.wholeFile(algorithm), signature, options);
        }
    }

    @Override
    public Verification verifyDigest(byte[] digest, byte[] signature, VerifyOptions options) {
        Objects.requireNonNull(digest, "digest");
        Objects.requireNonNull(signature, "signature");
        Objects.requireNonNull(options, "options");
        SignatureAlgorithm algorithm = algorithm(options);
        MessageInput.requireDigest(algorithm, digest);
        return answer(
                algorithm,
                signature,
                options,
                () -> digest,
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
                    algorithm + " does not fit a key of kind " + spec + ". Use one of " + algorithms + ".");
        }
        return algorithm;
    }

    /** The last step: whether JCA, too, finds the signature right. */
    @FunctionalInterface
    private interface Check {
        boolean holds(byte[] signature) throws GeneralSecurityException;
    }

    /** @param digest of the message; asked for where there is one, and only to tell why the answer is no */
    private Verification answer(
            SignatureAlgorithm algorithm,
            byte[] signature,
            VerifyOptions options,
            Supplier<byte[]> digest,
            Check check) {
        try {
            Optional<String> malformed = problem(algorithm, signature, options.encoding());
            if (malformed.isPresent()) {
                return invalid(otherForm(algorithm, signature, options.encoding(), check)
                        .orElse(malformed.get()));
            }
            if (check.holds(toDer(algorithm, signature, options.encoding()))) {
                return VALID;
            }
            Optional<String> defect = key instanceof RSAPublicKey rsa
                    ? new RsaDefects(rsa, algorithms).find(algorithm, digest.get(), signature)
                    : Optional.empty();
            return invalid(
                    defect.orElse("The signature is not this key's signature of this message with " + algorithm + "."));
        } catch (GeneralSecurityException e) {
            throw new UnsupportedException(
                    "The JCA provider '" + choice.name() + "' cannot verify " + algorithm + " with this key.", e);
        }
    }

    private static byte[] toDer(SignatureAlgorithm algorithm, byte[] signature, SignatureEncoding encoding) {
        return algorithm.scheme() == SignatureAlgorithm.Scheme.ECDSA && encoding == SignatureEncoding.P1363
                ? EcdsaEncoding.toDer(signature)
                : signature;
    }

    /** Whether an ECDSA signature is malformed only because it is in the form that was not asked for. */
    private Optional<String> otherForm(
            SignatureAlgorithm algorithm, byte[] signature, SignatureEncoding asked, Check check)
            throws GeneralSecurityException {
        SignatureEncoding other = asked == SignatureEncoding.DER ? SignatureEncoding.P1363 : SignatureEncoding.DER;
        boolean isOther = algorithm.scheme() == SignatureAlgorithm.Scheme.ECDSA
                && problem(algorithm, signature, other).isEmpty()
                && check.holds(toDer(algorithm, signature, other));
        return isOther
                ? Optional.of("The signature is in the form " + other + ", where " + asked
                        + " was asked for. It verifies with the encoding " + other + ".")
                : Optional.empty();
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
        return isBelowOrder(signature)
                ? Ed25519Point.problem(Arrays.copyOf(signature, 32))
                        .map(problem -> "The signature's point R " + problem + ".")
                : Optional.of("The signature's number S is not below the group order.");
    }

    /** S is the second half, little-endian. */
    private static boolean isBelowOrder(byte[] signature) {
        for (int i = 0; i < ED25519_ORDER.length; i++) {
            int difference = Byte.compareUnsigned(signature[63 - i], ED25519_ORDER[i]);
            if (difference != 0) {
                return difference < 0;
            }
        }
        return false;
    }

    /** Big-endian, of that length. */
    private static byte[] unsigned(BigInteger number, int length) {
        byte[] signed = number.toByteArray();
        return Arrays.copyOfRange(signed, signed.length - length, signed.length);
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
