package dev.chancery.benchmarks.contenders;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import java.util.Locale;

/** What is signed with: a key, an algorithm, and what {@code openssl speed} calls the same arithmetic. */
public enum Workload {
    RSA_PSS_2048(KeySpec.RSA_2048, SignatureAlgorithm.RSA_PSS_SHA256, "rsa2048"),
    RSA_PSS_3072(KeySpec.RSA_3072, SignatureAlgorithm.RSA_PSS_SHA256, "rsa3072"),
    RSA_PSS_4096(KeySpec.RSA_4096, SignatureAlgorithm.RSA_PSS_SHA256, "rsa4096"),
    RSA_PKCS1_2048(KeySpec.RSA_2048, SignatureAlgorithm.RSA_PKCS1_SHA256, "rsa2048"),
    EC_P256(KeySpec.EC_P256, SignatureAlgorithm.ECDSA_SHA256, "ecdsap256"),
    EC_P384(KeySpec.EC_P384, SignatureAlgorithm.ECDSA_SHA384, "ecdsap384"),
    EC_P521(KeySpec.EC_P521, SignatureAlgorithm.ECDSA_SHA512, "ecdsap521"),
    ED25519(KeySpec.ED25519, SignatureAlgorithm.ED25519, "ed25519"),
    ML_DSA_44(KeySpec.ML_DSA_44, SignatureAlgorithm.ML_DSA_44, Workload.NOT_IN_OPENSSL),
    ML_DSA_65(KeySpec.ML_DSA_65, SignatureAlgorithm.ML_DSA_65, Workload.NOT_IN_OPENSSL),
    ML_DSA_87(KeySpec.ML_DSA_87, SignatureAlgorithm.ML_DSA_87, Workload.NOT_IN_OPENSSL);

    /** What {@code openssl speed} of OpenSSL 3.0 does not know. */
    static final String NOT_IN_OPENSSL = "-";

    private final KeySpec spec;
    private final SignatureAlgorithm algorithm;
    private final String opensslName;

    Workload(KeySpec spec, SignatureAlgorithm algorithm, String opensslName) {
        this.spec = spec;
        this.algorithm = algorithm;
        this.opensslName = opensslName;
    }

    KeySpec spec() {
        return spec;
    }

    SignatureAlgorithm algorithm() {
        return algorithm;
    }

    public String opensslName() {
        return opensslName;
    }

    /** How large a Java array with a signature is, at most. */
    public int signatureArray() {
        int length = switch (algorithm.scheme()) {
            case RSA_PSS, RSA_PKCS1 -> spec.bits() / 8;
            // Two INTEGERs with tag, length and a leading zero, in a SEQUENCE.
            case ECDSA -> 2 * (3 + (spec.bits() + 7) / 8) + (spec.bits() > 480 ? 3 : 2);
            case EDDSA -> 64;
            case ML_DSA ->
                switch (spec) {
                    case ML_DSA_44 -> 2420;
                    case ML_DSA_65 -> 3309;
                    default -> 4627;
                };
        };
        return (16 + length + 7) / 8 * 8;
    }

    /** As it is written in options and tables. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
