package dev.chancery.provider.azure;

import com.azure.security.keyvault.keys.cryptography.models.SignatureAlgorithm;
import com.azure.security.keyvault.keys.models.KeyCurveName;
import dev.chancery.algorithm.KeyAlgorithm;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.UnsupportedException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The vault's words for ours: <a href="https://learn.microsoft.com/azure/key-vault/keys/about-keys-details">about keys</a>. */
final class Algorithms {
    private static final Map<KeySpec, KeyCurveName> CURVES = Map.of(
            KeySpec.EC_P256, KeyCurveName.P_256,
            KeySpec.EC_P384, KeyCurveName.P_384,
            KeySpec.EC_P521, KeyCurveName.P_521);

    private Algorithms() {}

    /** Refuses what no vault makes. */
    static KeySpec requireMade(KeySpec spec) {
        if (spec.algorithm() != KeyAlgorithm.RSA && !CURVES.containsKey(spec)) {
            throw new UnsupportedException("Azure Key Vault makes no " + spec + " keys.");
        }
        return spec;
    }

    static boolean isKnown(@Nullable KeyCurveName curve) {
        return curve != null && CURVES.containsValue(curve);
    }

    /** Empty for RSA. */
    static Optional<KeyCurveName> curve(KeySpec spec) {
        return Optional.ofNullable(CURVES.get(spec));
    }

    /** The vault signs ECDSA with the hash of the curve only: ES256 with P-256, ES384 with P-384, ES512 with P-521. */
    static Set<dev.chancery.algorithm.SignatureAlgorithm> offered(KeySpec spec) {
        return spec.algorithm() == KeyAlgorithm.EC ? Set.of(spec.defaultAlgorithm()) : Set.copyOf(spec.algorithms());
    }

    static SignatureAlgorithm of(dev.chancery.algorithm.SignatureAlgorithm algorithm) {
        return switch (algorithm) {
            case RSA_PSS_SHA256 -> SignatureAlgorithm.PS256;
            case RSA_PSS_SHA384 -> SignatureAlgorithm.PS384;
            case RSA_PSS_SHA512 -> SignatureAlgorithm.PS512;
            case RSA_PKCS1_SHA256 -> SignatureAlgorithm.RS256;
            case RSA_PKCS1_SHA384 -> SignatureAlgorithm.RS384;
            case RSA_PKCS1_SHA512 -> SignatureAlgorithm.RS512;
            case ECDSA_SHA256 -> SignatureAlgorithm.ES256;
            case ECDSA_SHA384 -> SignatureAlgorithm.ES384;
            case ECDSA_SHA512 -> SignatureAlgorithm.ES512;
            case ED25519, ML_DSA_44, ML_DSA_65, ML_DSA_87 ->
                throw new UnsupportedException("Azure Key Vault does not sign with " + algorithm + ".");
        };
    }
}
