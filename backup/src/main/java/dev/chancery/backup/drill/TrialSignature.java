package dev.chancery.backup.drill;

import dev.chancery.Verifier;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.signature.VerifyOptions;
import dev.chancery.spi.signing.DigestInfo;
import dev.chancery.spi.support.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/** Signs with BouncyCastle, and verifies as Chancery does, with the JDK where it can: a fault of one does not excuse itself. Thread-safe. */
final class TrialSignature {
    /** What a self-test signs: never anything that a caller could want signed. */
    private static final String PREFIX = "chancery-self-test\0";

    private final Provider bouncyCastle = new BouncyCastleProvider();
    private final SecureRandom random = new SecureRandom();

    /** Whether a private key makes a signature that its public half verifies. */
    boolean verifies(PrivateKey privateKey, PublicKey publicKey, SignatureAlgorithm algorithm)
            throws GeneralSecurityException {
        byte[] prefix = PREFIX.getBytes(StandardCharsets.US_ASCII);
        byte[] challenge = new byte[prefix.length + 32];
        random.nextBytes(challenge);
        System.arraycopy(prefix, 0, challenge, 0, prefix.length);
        Signature engine = Signature.getInstance(name(algorithm), bouncyCastle);
        engine.initSign(converted(privateKey, algorithm));
        engine.update(challenge);
        byte[] signature = engine.sign();
        return Verifier.of(publicKey)
                .verify(challenge, signature, VerifyOptions.DEFAULT.withAlgorithm(algorithm))
                .isValid();
    }

    /**
     * Makes a signature again that is on record, where its algorithm makes the same one every time from a digest alone: RSASSA-PKCS1-v1_5.
     *
     * @return whether it is the same; empty of other algorithms
     */
    Optional<Boolean> remakes(PrivateKey privateKey, SignatureAlgorithm algorithm, String digest, String sha256)
            throws GeneralSecurityException {
        if (algorithm.scheme() != SignatureAlgorithm.Scheme.RSA_PKCS1) {
            return Optional.empty();
        }
        Signature engine = Signature.getInstance("NONEwithRSA", bouncyCastle);
        engine.initSign(converted(privateKey, algorithm));
        engine.update(DigestInfo.of(algorithm, HexFormat.of().parseHex(digest)));
        return Optional.of(Sha256.hex(engine.sign()).equals(sha256));
    }

    private PrivateKey converted(PrivateKey key, SignatureAlgorithm algorithm) throws GeneralSecurityException {
        String family = switch (algorithm.scheme()) {
            case RSA_PSS, RSA_PKCS1 -> "RSA";
            case ECDSA -> "EC";
            case EDDSA -> "Ed25519";
            case ML_DSA -> "ML-DSA";
        };
        byte[] encoded = key.getEncoded();
        try {
            return KeyFactory.getInstance(family, bouncyCastle).generatePrivate(new PKCS8EncodedKeySpec(encoded));
        } finally {
            Arrays.fill(encoded, (byte) 0);
        }
    }

    private static String name(SignatureAlgorithm algorithm) {
        String hash = "SHA" + 8 * algorithm.digestLength();
        return switch (algorithm.scheme()) {
            case RSA_PSS -> hash + "withRSAandMGF1";
            case RSA_PKCS1 -> hash + "withRSA";
            case ECDSA -> hash + "withECDSA";
            case EDDSA -> "Ed25519";
            case ML_DSA -> "ML-DSA";
        };
    }
}
