package dev.chancery.internal;

import dev.chancery.AlgorithmMismatchException;
import dev.chancery.KeySpec;
import dev.chancery.SignatureAlgorithm;
import dev.chancery.SignatureEncoding;
import dev.chancery.UnsupportedException;
import dev.chancery.Verification;
import dev.chancery.Verifier;
import dev.chancery.VerifyOptions;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Decides whether a signature is a public key's. Knows nothing of states; {@link BackendVerifier} does. */
public final class PublicKeyVerifier implements Verifier {
    /** The order of Ed25519's base point, RFC 8032 5.1. */
    private static final BigInteger ED25519_ORDER =
            BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));

    private static final Verification VALID =
            new Verification(Verification.Status.VALID, Optional.empty(), false, "The signature is valid.");
    private static final int BUFFER = 64 << 20;

    private final PublicKey key;
    private final KeySpec spec;
    private final JcaProviders providers;
    private final SignatureAlgorithm defaultAlgorithm;
    private final Map<SignatureAlgorithm, EnginePool> messageEngines = new ConcurrentHashMap<>();
    private final EnginePool digestEngines;

    PublicKeyVerifier(PublicKey key, KeySpec spec, JcaProviders providers) {
        this(key, spec, providers, spec.defaultAlgorithm());
    }

    PublicKeyVerifier(PublicKey key, KeySpec spec, JcaProviders providers, SignatureAlgorithm defaultAlgorithm) {
        this.spec = spec;
        this.providers = providers;
        this.defaultAlgorithm = defaultAlgorithm;
        this.key = converted(key);
        this.digestEngines = new EnginePool(() -> initialised(
                JcaAlgorithm.forDigests(providers.choose(spec.algorithm()).provider())));
    }

    /** A verifier for a bare public key, with the JCA provider that is fastest here. */
    public static PublicKeyVerifier of(PublicKey key) {
        return new PublicKeyVerifier(key, KeySpec.of(key), Discovery.jcaProviders(Optional.empty()));
    }

    private PublicKey converted(PublicKey foreign) {
        try {
            return (PublicKey) JcaKeys.translate(foreign, spec, providers.choose(spec.algorithm()));
        } catch (GeneralSecurityException e) {
            throw new UnsupportedException("The public key cannot be used: the JCA provider refuses it.", e);
        }
    }

    @Override
    public Verification verify(byte[] message, byte[] signature, VerifyOptions options) {
        SignatureAlgorithm algorithm = algorithm(options);
        return answer(algorithm, signature, options, der -> {
            EnginePool engines = messageEngines.get(algorithm);
            if (engines == null) {
                engines = messageEngines.computeIfAbsent(
                        algorithm,
                        wanted -> new EnginePool(() -> initialised(JcaAlgorithm.forMessages(
                                wanted, providers.choose(spec.algorithm()).provider()))));
            }
            return verify(engines, message, der);
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
                der -> key instanceof RSAPublicKey rsa
                        ? RsaDigestSignature.verify(algorithm, digest, der, rsa)
                        : verify(digestEngines, digest, der));
    }

    /** Names the algorithm and refuses one that does not fit. */
    SignatureAlgorithm algorithm(VerifyOptions options) {
        SignatureAlgorithm algorithm = options.algorithm().orElse(defaultAlgorithm);
        if (algorithm.keyAlgorithm() != spec.algorithm()) {
            throw new AlgorithmMismatchException(
                    algorithm + " does not fit a key of kind " + spec + ". Use one of " + spec.algorithms() + ".");
        }
        return algorithm;
    }

    /** The last step: whether JCA, too, finds the signature right. */
    @FunctionalInterface
    private interface Check {
        boolean holds(byte[] der) throws GeneralSecurityException;
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
            // Providers throw for some signatures that they find malformed; that is a no.
            return invalid("The signature is malformed.");
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
        };
    }

    private Optional<String> problemOfRsa(byte[] signature) {
        int length = spec.bits() / 8;
        if (signature.length != length) {
            return Optional.of("A signature of a " + spec + " key has " + length + " bytes, this one has "
                    + signature.length + ".");
        }
        boolean inRange = new BigInteger(1, signature).compareTo(((RSAPublicKey) key).getModulus()) < 0;
        return inRange ? Optional.empty() : Optional.of("The signature's number is not below the modulus.");
    }

    private static Optional<String> problemOfEd25519(byte[] signature) {
        if (signature.length != 64) {
            return Optional.of("An Ed25519 signature has 64 bytes, this one has " + signature.length + ".");
        }
        byte[] s = new byte[32];
        for (int i = 0; i < s.length; i++) {
            s[i] = signature[63 - i];
        }
        boolean inRange = new BigInteger(1, s).compareTo(ED25519_ORDER) < 0;
        return inRange ? Optional.empty() : Optional.of("The signature's number S is not below the group order.");
    }

    private static boolean verify(EnginePool engines, byte[] bytes, byte[] der) throws GeneralSecurityException {
        Signature engine = engines.take();
        engine.update(bytes);
        boolean valid = engine.verify(der);
        engines.giveBack(engine);
        return valid;
    }

    private Signature initialised(Signature engine) throws GeneralSecurityException {
        engine.initVerify(key);
        return engine;
    }

    private static Verification invalid(String reason) {
        return new Verification(Verification.Status.INVALID, Optional.empty(), false, reason);
    }
}
