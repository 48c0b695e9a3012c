package dev.chancery.cli.report;

import dev.chancery.algorithm.KeyAlgorithm;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.cli.report.Verdict.Standing;
import java.time.LocalDate;

/** A publication that says until when a kind of key may sign. */
enum Standard {
    /** Time frames by security strength. */
    SP_800_57(
            "SP 800-57",
            "NIST SP 800-57 Part 1 Rev. 5 (May 2020), 5.6.1.1, table 2, and 5.6.3, table 4: 112 bits of security protect until the end of 2030") {
        @Override
        Verdict judge(KeySpec spec, LocalDate asOf) {
            if (securityStrength(spec) >= MODERN) {
                return new Verdict(Standing.ACCEPTABLE, "acceptable, no end date");
            }
            return asOf.isBefore(END_OF_112)
                    ? new Verdict(Standing.ENDING, "acceptable through 2030")
                    : new Verdict(Standing.DISALLOWED, "disallowed since 2031; legacy use for verifying");
        }
    },

    /** Lengths by algorithm. It is older than FIPS 186-5 and FIPS 204, and gives no date of its own. */
    SP_800_131A(
            "SP 800-131A",
            "NIST SP 800-131A Rev. 2 (March 2019), 3, table 2: RSA from 2048 bits, ECDSA from 224; it is older than Ed25519's and ML-DSA's standards, FIPS 186-5 and FIPS 204") {
        @Override
        Verdict judge(KeySpec spec, LocalDate asOf) {
            return switch (spec.algorithm()) {
                case RSA, EC -> new Verdict(Standing.ACCEPTABLE, "acceptable, no end date");
                case EDDSA -> new Verdict(Standing.NOT_LISTED, "not listed; approved since by FIPS 186-5");
                case ML_DSA -> new Verdict(Standing.NOT_LISTED, "not listed; approved since by FIPS 204");
            };
        }
    },

    /** National security systems of the United States: a large public-key infrastructure is one of its niche systems. */
    CNSA_2(
            "CNSA 2.0",
            "NSA, The Commercial National Security Algorithm Suite 2.0 (U/OO/194427-22, September 2022) and its FAQ 2.1 (December 2024): ML-DSA-87. CNSA 1.0 (RSA from 3072 bits, P-384) until 2030 for software and firmware, until 2033 for large public-key infrastructures, which prefer 2.0 from 2030 on") {
        @Override
        Verdict judge(KeySpec spec, LocalDate asOf) {
            return switch (spec) {
                case ML_DSA_87 -> new Verdict(Standing.ACCEPTABLE, "the suite's own");
                case RSA_3072, RSA_4096, EC_P384 -> judgeFirstSuite(asOf);
                default -> new Verdict(Standing.DISALLOWED, "in neither suite");
            };
        }

        private Verdict judgeFirstSuite(LocalDate asOf) {
            if (asOf.isBefore(PREFERRED)) {
                return new Verdict(Standing.ENDING, "CNSA 1.0, until 2030 for software and firmware, else 2033");
            }
            return asOf.isBefore(EXCLUSIVE)
                    ? new Verdict(Standing.ENDING, "CNSA 1.0: not for software and firmware, else until 2033")
                    : new Verdict(Standing.DISALLOWED, "CNSA 2.0 alone since 2033");
        }
    };

    private static final int MODERN = 128;
    private static final LocalDate END_OF_112 = LocalDate.of(2031, 1, 1);
    private static final LocalDate PREFERRED = LocalDate.of(2030, 1, 1);
    private static final LocalDate EXCLUSIVE = LocalDate.of(2033, 1, 1);

    private final String title;
    private final String source;

    Standard(String title, String source) {
        this.title = title;
        this.source = source;
    }

    /** What it is called. */
    String title() {
        return title;
    }

    /** Where it says so. */
    String source() {
        return source;
    }

    /** What it says of a kind of key on a day. */
    abstract Verdict judge(KeySpec spec, LocalDate asOf);

    /**
     * The security strength against a classical computer, in bits: SP 800-57 Part 1 Rev. 5, table 2; SP 800-186, 2.1, for Ed25519; for ML-DSA that of the
     * symmetric primitive that FIPS 204, table 1, compares its category with.
     */
    static int securityStrength(KeySpec spec) {
        return switch (spec) {
            case RSA_2048 -> 112;
            case RSA_3072, RSA_4096, EC_P256, ED25519, ML_DSA_44 -> 128;
            case EC_P384, ML_DSA_65 -> 192;
            case EC_P521, ML_DSA_87 -> 256;
        };
    }

    /** Whether a quantum computer is known to break it: Shor's algorithm does RSA and elliptic curves. */
    static boolean isQuantumVulnerable(KeySpec spec) {
        return spec.algorithm() != KeyAlgorithm.ML_DSA;
    }
}
