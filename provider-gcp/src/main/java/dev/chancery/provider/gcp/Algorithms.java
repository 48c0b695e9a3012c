package dev.chancery.provider.gcp;

import static com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm.EC_SIGN_ED25519;
import static com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm.EC_SIGN_P256_SHA256;
import static com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm.EC_SIGN_P384_SHA384;
import static com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm.PQ_SIGN_ML_DSA_44;
import static com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm.PQ_SIGN_ML_DSA_65;
import static com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm.PQ_SIGN_ML_DSA_87;
import static com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm.RSA_SIGN_PKCS1_2048_SHA256;
import static com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm.RSA_SIGN_PKCS1_3072_SHA256;
import static com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm.RSA_SIGN_PKCS1_4096_SHA256;
import static com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm.RSA_SIGN_PKCS1_4096_SHA512;
import static com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm.RSA_SIGN_PSS_2048_SHA256;
import static com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm.RSA_SIGN_PSS_3072_SHA256;
import static com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm.RSA_SIGN_PSS_4096_SHA256;
import static com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm.RSA_SIGN_PSS_4096_SHA512;
import static com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm.RSA_SIGN_RAW_PKCS1_2048;
import static com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm.RSA_SIGN_RAW_PKCS1_3072;
import static com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm.RSA_SIGN_RAW_PKCS1_4096;
import static dev.chancery.algorithm.SignatureAlgorithm.ECDSA_SHA256;
import static dev.chancery.algorithm.SignatureAlgorithm.ECDSA_SHA384;
import static dev.chancery.algorithm.SignatureAlgorithm.RSA_PKCS1_SHA256;
import static dev.chancery.algorithm.SignatureAlgorithm.RSA_PKCS1_SHA384;
import static dev.chancery.algorithm.SignatureAlgorithm.RSA_PKCS1_SHA512;
import static dev.chancery.algorithm.SignatureAlgorithm.RSA_PSS_SHA256;
import static dev.chancery.algorithm.SignatureAlgorithm.RSA_PSS_SHA512;

import com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.error.UnsupportedException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Google's words for ours. A version signs with one algorithm for ever:
 * <a href="https://cloud.google.com/kms/docs/algorithms#asymmetric_signing_algorithms">asymmetric signing algorithms</a>.
 */
final class Algorithms {
    private static final Map<CryptoKeyVersionAlgorithm, Kind> KINDS = new EnumMap<>(CryptoKeyVersionAlgorithm.class);

    /**
     * What a version is.
     *
     * @param spec the kind of key
     * @param signsWith what it signs with; several only where Google leaves the hash to the caller
     */
    record Kind(KeySpec spec, Set<SignatureAlgorithm> signsWith) {
        /** Whether Google pads what it is given, and no more. */
        boolean isRaw() {
            return signsWith.size() > 1;
        }
    }

    static {
        put(RSA_SIGN_PSS_2048_SHA256, KeySpec.RSA_2048, RSA_PSS_SHA256);
        put(RSA_SIGN_PSS_3072_SHA256, KeySpec.RSA_3072, RSA_PSS_SHA256);
        put(RSA_SIGN_PSS_4096_SHA256, KeySpec.RSA_4096, RSA_PSS_SHA256);
        put(RSA_SIGN_PSS_4096_SHA512, KeySpec.RSA_4096, RSA_PSS_SHA512);
        put(RSA_SIGN_PKCS1_2048_SHA256, KeySpec.RSA_2048, RSA_PKCS1_SHA256);
        put(RSA_SIGN_PKCS1_3072_SHA256, KeySpec.RSA_3072, RSA_PKCS1_SHA256);
        put(RSA_SIGN_PKCS1_4096_SHA256, KeySpec.RSA_4096, RSA_PKCS1_SHA256);
        put(RSA_SIGN_PKCS1_4096_SHA512, KeySpec.RSA_4096, RSA_PKCS1_SHA512);
        putRaw(RSA_SIGN_RAW_PKCS1_2048, KeySpec.RSA_2048);
        putRaw(RSA_SIGN_RAW_PKCS1_3072, KeySpec.RSA_3072);
        putRaw(RSA_SIGN_RAW_PKCS1_4096, KeySpec.RSA_4096);
        put(EC_SIGN_P256_SHA256, KeySpec.EC_P256, ECDSA_SHA256);
        put(EC_SIGN_P384_SHA384, KeySpec.EC_P384, ECDSA_SHA384);
        put(EC_SIGN_ED25519, KeySpec.ED25519, SignatureAlgorithm.ED25519);
        put(PQ_SIGN_ML_DSA_44, KeySpec.ML_DSA_44, SignatureAlgorithm.ML_DSA_44);
        put(PQ_SIGN_ML_DSA_65, KeySpec.ML_DSA_65, SignatureAlgorithm.ML_DSA_65);
        put(PQ_SIGN_ML_DSA_87, KeySpec.ML_DSA_87, SignatureAlgorithm.ML_DSA_87);
    }

    private Algorithms() {}

    private static void put(CryptoKeyVersionAlgorithm word, KeySpec spec, SignatureAlgorithm algorithm) {
        KINDS.put(word, new Kind(spec, Set.of(algorithm)));
    }

    /** Google signs what it is given, and so whichever hash is named in it. */
    private static void putRaw(CryptoKeyVersionAlgorithm word, KeySpec spec) {
        KINDS.put(word, new Kind(spec, Set.of(RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512)));
    }

    /** What a version of Google's is; empty if it is for something else, or of a kind that Chancery does not know. */
    static Optional<Kind> kind(CryptoKeyVersionAlgorithm word) {
        return Optional.ofNullable(KINDS.get(word));
    }

    /**
     * Google's word for a new key that signs with one algorithm.
     *
     * @throws UnsupportedException if Google has none
     */
    static CryptoKeyVersionAlgorithm of(KeySpec spec, SignatureAlgorithm algorithm) {
        if (spec == KeySpec.EC_P521) {
            throw new UnsupportedException(
                    "Google Cloud KMS has no keys on P-521, only on P-256 and P-384. Choose one of these.");
        }
        return KINDS.entrySet().stream()
                .filter(entry -> entry.getValue().equals(new Kind(spec, Set.of(algorithm))))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow(() -> new UnsupportedException("Google Cloud KMS makes no " + spec
                        + " keys that sign with " + algorithm + ", only with " + offered(spec)
                        + ". Let the policy name one of these as the default."));
    }

    private static String offered(KeySpec spec) {
        return KINDS.values().stream()
                .filter(kind -> kind.spec() == spec && !kind.isRaw())
                .flatMap(kind -> kind.signsWith().stream())
                .map(Enum::name)
                .collect(Collectors.joining(" or "));
    }
}
