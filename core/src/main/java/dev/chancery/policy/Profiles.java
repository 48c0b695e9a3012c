package dev.chancery.policy;

import static dev.chancery.algorithm.SignatureAlgorithm.ECDSA_SHA256;
import static dev.chancery.algorithm.SignatureAlgorithm.ECDSA_SHA384;
import static dev.chancery.algorithm.SignatureAlgorithm.ECDSA_SHA512;
import static dev.chancery.algorithm.SignatureAlgorithm.RSA_PKCS1_SHA384;
import static dev.chancery.algorithm.SignatureAlgorithm.RSA_PSS_SHA384;

import dev.chancery.algorithm.KeyAlgorithm;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.key.KeyName;
import dev.chancery.policy.KeyPolicy.Rule;
import java.time.Period;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The built-in policies, with what each rule rests on. */
final class Profiles {
    private static final KeyName CA_ROOT = new KeyName("ca-root");

    private static final String CRYPTOPERIOD =
            "NIST SP 800-57 Part 1 Rev. 5, 5.3.6, table 1: one to three years for a private signature key";
    private static final String STRENGTH =
            "NIST SP 800-57 Part 1 Rev. 5, 5.6.1.1, table 2: RSA 2048 has a security strength of 112 bits only; prefer"
                    + " RSA_3072";
    private static final String FAULTS =
            "Boneh, DeMillo, Lipton, EUROCRYPT '97: one faulty RSA-CRT signature gives the private key away";
    private static final String ROOT_VALIDITY =
            "CA/Browser Forum TLS Baseline Requirements, 7.1.2.1.1: a root certificate lives up to 9132 days, about 25"
                    + " years";

    private Profiles() {}

    static List<String> names() {
        return List.of("default", "webpki", "cnsa2");
    }

    static Optional<KeyPolicy> find(String name) {
        return switch (name) {
            case "default" -> Optional.of(KeyPolicy.DEFAULT);
            case "webpki" -> Optional.of(KeyPolicy.WEBPKI);
            case "cnsa2" -> Optional.of(KeyPolicy.CNSA2);
            default -> Optional.empty();
        };
    }

    static KeyPolicy byDefault() {
        KeyPolicy.Builder policy = common("default")
                .ring(CA_ROOT, RingRules.signingFor(Period.ofYears(25), ROOT_VALIDITY))
                .source(
                        Rule.ALGORITHMS,
                        "FIPS 186-5 (RSA from 2048 bits, P-256, P-384, P-521, Ed25519) with the hashes of FIPS 180-4"
                                + " from SHA-256 on; FIPS 204 (ML-DSA)");
        for (KeySpec spec : KeySpec.values()) {
            policy.allow(spec, spec.algorithms());
        }
        return policy.build();
    }

    static KeyPolicy webpki() {
        KeyPolicy.Builder policy = common("webpki")
                .ring(CA_ROOT, RingRules.signingFor(Period.ofYears(25), ROOT_VALIDITY))
                .source(
                        Rule.ALGORITHMS,
                        "CA/Browser Forum TLS Baseline Requirements, 6.1.5 (key sizes), 6.1.6 (public exponent) and"
                                + " 7.1.3.2 (signature algorithms)");
        for (KeySpec spec : KeySpec.values()) {
            if (spec.algorithm() == KeyAlgorithm.RSA) {
                policy.allow(spec, spec.algorithms());
            }
        }
        return policy.allow(KeySpec.EC_P256, Set.of(ECDSA_SHA256))
                .allow(KeySpec.EC_P384, Set.of(ECDSA_SHA384))
                .allow(KeySpec.EC_P521, Set.of(ECDSA_SHA512))
                .build();
    }

    /** No 25 years for roots here: a root that cannot outlive the transition should not promise to. */
    static KeyPolicy cnsa2() {
        Set<SignatureAlgorithm> rsa = Set.of(RSA_PSS_SHA384, RSA_PKCS1_SHA384);
        return common("cnsa2")
                .warnOn(Set.of())
                .allow(KeySpec.RSA_3072, rsa)
                .allow(KeySpec.RSA_4096, rsa)
                .allow(KeySpec.EC_P384, Set.of(ECDSA_SHA384))
                .allow(KeySpec.ML_DSA_87, Set.of(SignatureAlgorithm.ML_DSA_87))
                .source(
                        Rule.ALGORITHMS,
                        "NSA CNSA 2.0 (U/OO/194427-22): ML-DSA-87 (its LMS and XMSS are not available here), and what its"
                                + " transition tolerates, CNSA 1.0 (CNSSP 15 of October 2016, Annex B; RFC 8603): RSA"
                                + " from 3072 bits and P-384, with SHA-384")
                .build();
    }

    private static KeyPolicy.Builder common(String name) {
        return KeyPolicy.builder(name)
                .warnOn(Set.of(KeySpec.RSA_2048))
                .maxSigningPeriod(Period.ofYears(3))
                .verifyAfterSign(VerifyAfterSign.WHERE_NEEDED)
                .source(Rule.WARN_ON, STRENGTH)
                .source(Rule.MAX_SIGNING_PERIOD, CRYPTOPERIOD)
                .source(Rule.VERIFY_AFTER_SIGN, FAULTS);
    }
}
