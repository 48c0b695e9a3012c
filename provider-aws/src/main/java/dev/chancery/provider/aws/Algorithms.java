package dev.chancery.provider.aws;

import dev.chancery.algorithm.KeyAlgorithm;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.spi.support.Printable;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kms.model.SigningAlgorithmSpec;

/** KMS's words for ours, both ways: <a href="https://docs.aws.amazon.com/kms/latest/developerguide/symm-asymm-choose-key-spec.html">key specs</a>. */
final class Algorithms {
    private static final Map<KeySpec, String> SPECS = Map.of(
            KeySpec.RSA_2048, "RSA_2048",
            KeySpec.RSA_3072, "RSA_3072",
            KeySpec.RSA_4096, "RSA_4096",
            KeySpec.EC_P256, "ECC_NIST_P256",
            KeySpec.EC_P384, "ECC_NIST_P384",
            KeySpec.EC_P521, "ECC_NIST_P521",
            KeySpec.ED25519, "ECC_NIST_EDWARDS25519",
            KeySpec.ML_DSA_44, "ML_DSA_44",
            KeySpec.ML_DSA_65, "ML_DSA_65",
            KeySpec.ML_DSA_87, "ML_DSA_87");

    private static final Map<String, KeySpec> SPECS_BACK =
            SPECS.entrySet().stream().collect(Collectors.toUnmodifiableMap(Map.Entry::getValue, Map.Entry::getKey));

    private static final Map<SignatureAlgorithm, SigningAlgorithmSpec> SIGNATURES = Arrays.stream(
                    SignatureAlgorithm.values())
            .collect(Collectors.toUnmodifiableMap(Function.identity(), Algorithms::word));

    private Algorithms() {}

    private static SigningAlgorithmSpec word(SignatureAlgorithm algorithm) {
        return switch (algorithm) {
            case RSA_PSS_SHA256 -> SigningAlgorithmSpec.RSASSA_PSS_SHA_256;
            case RSA_PSS_SHA384 -> SigningAlgorithmSpec.RSASSA_PSS_SHA_384;
            case RSA_PSS_SHA512 -> SigningAlgorithmSpec.RSASSA_PSS_SHA_512;
            case RSA_PKCS1_SHA256 -> SigningAlgorithmSpec.RSASSA_PKCS1_V1_5_SHA_256;
            case RSA_PKCS1_SHA384 -> SigningAlgorithmSpec.RSASSA_PKCS1_V1_5_SHA_384;
            case RSA_PKCS1_SHA512 -> SigningAlgorithmSpec.RSASSA_PKCS1_V1_5_SHA_512;
            case ECDSA_SHA256 -> SigningAlgorithmSpec.ECDSA_SHA_256;
            case ECDSA_SHA384 -> SigningAlgorithmSpec.ECDSA_SHA_384;
            case ECDSA_SHA512 -> SigningAlgorithmSpec.ECDSA_SHA_512;
            case ED25519 -> SigningAlgorithmSpec.ED25519_SHA_512;
            case ML_DSA_44, ML_DSA_65, ML_DSA_87 -> SigningAlgorithmSpec.ML_DSA_SHAKE_256;
        };
    }

    static String of(KeySpec spec) {
        return Optional.ofNullable(SPECS.get(spec))
                .orElseThrow(() -> new UnsupportedException("AWS KMS makes no " + spec + " keys."));
    }

    /** Our word for a kind of key; empty for one that does not sign, or not with what we know. */
    static Optional<KeySpec> spec(String kms) {
        return Optional.ofNullable(SPECS_BACK.get(kms));
    }

    /** KMS signs ECDSA with the hash of the curve only: a P-256 key with SHA-256, P-384 with SHA-384, P-521 with SHA-512. */
    static Set<SignatureAlgorithm> ofKey(KeySpec spec) {
        return spec.algorithm() == KeyAlgorithm.EC ? Set.of(spec.defaultAlgorithm()) : spec.algorithms();
    }

    static SigningAlgorithmSpec of(SignatureAlgorithm algorithm) {
        return SIGNATURES.getOrDefault(algorithm, SigningAlgorithmSpec.UNKNOWN_TO_SDK_VERSION);
    }

    /** @throws IntegrityException if the answer is of another algorithm than the question */
    static void requireSame(SigningAlgorithmSpec asked, @Nullable String answered, String key) {
        if (answered != null && !asked.toString().equals(answered)) {
            throw new IntegrityException("A signature of " + key + " was asked for with " + asked
                    + ", and KMS says that it was made with " + Printable.of(answered) + ". It is withheld.");
        }
    }
}
