package dev.chancery.policy;

import static dev.chancery.algorithm.KeySpec.EC_P256;
import static dev.chancery.algorithm.KeySpec.EC_P384;
import static dev.chancery.algorithm.KeySpec.EC_P521;
import static dev.chancery.algorithm.KeySpec.ED25519;
import static dev.chancery.algorithm.KeySpec.ML_DSA_44;
import static dev.chancery.algorithm.KeySpec.ML_DSA_65;
import static dev.chancery.algorithm.KeySpec.ML_DSA_87;
import static dev.chancery.algorithm.KeySpec.RSA_2048;
import static dev.chancery.algorithm.KeySpec.RSA_3072;
import static dev.chancery.algorithm.KeySpec.RSA_4096;
import static dev.chancery.algorithm.SignatureAlgorithm.ECDSA_SHA256;
import static dev.chancery.algorithm.SignatureAlgorithm.ECDSA_SHA384;
import static dev.chancery.algorithm.SignatureAlgorithm.ECDSA_SHA512;
import static dev.chancery.algorithm.SignatureAlgorithm.RSA_PKCS1_SHA256;
import static dev.chancery.algorithm.SignatureAlgorithm.RSA_PKCS1_SHA384;
import static dev.chancery.algorithm.SignatureAlgorithm.RSA_PKCS1_SHA512;
import static dev.chancery.algorithm.SignatureAlgorithm.RSA_PSS_SHA256;
import static dev.chancery.algorithm.SignatureAlgorithm.RSA_PSS_SHA384;
import static dev.chancery.algorithm.SignatureAlgorithm.RSA_PSS_SHA512;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.error.ConfigurationException;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyName;
import dev.chancery.key.KeyOrigin;
import dev.chancery.key.KeyState;
import dev.chancery.key.ProtectionLevel;
import dev.chancery.key.RingPosition;
import dev.chancery.policy.KeyPolicy.Rule;
import java.lang.management.ManagementFactory;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.time.Instant;
import java.time.Period;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyPolicyTest {
    private static final Set<SignatureAlgorithm> ANY_RSA = Set.of(
            RSA_PSS_SHA256, RSA_PSS_SHA384, RSA_PSS_SHA512, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512);
    private static final Set<SignatureAlgorithm> ANY_ECDSA = Set.of(ECDSA_SHA256, ECDSA_SHA384, ECDSA_SHA512);
    private static final KeyName CA_ROOT = new KeyName("ca-root");

    @Test
    void the_default_allows_every_supported_key_with_every_hash_from_sha_256_on() {
        assertThat(KeyPolicy.DEFAULT.algorithms())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        RSA_2048, ANY_RSA,
                        RSA_3072, ANY_RSA,
                        RSA_4096, ANY_RSA,
                        EC_P256, ANY_ECDSA,
                        EC_P384, ANY_ECDSA,
                        EC_P521, ANY_ECDSA,
                        ED25519, Set.of(SignatureAlgorithm.ED25519),
                        ML_DSA_44, Set.of(SignatureAlgorithm.ML_DSA_44),
                        ML_DSA_65, Set.of(SignatureAlgorithm.ML_DSA_65),
                        ML_DSA_87, Set.of(SignatureAlgorithm.ML_DSA_87)));
        assertThat(KeyPolicy.DEFAULT.warnOn()).containsExactly(RSA_2048);
    }

    /** Baseline Requirements 6.1.5 and 7.1.3.2. */
    @Test
    void webpki_pairs_each_curve_with_the_hash_of_its_size_and_has_no_ed25519() {
        assertThat(KeyPolicy.WEBPKI.algorithms())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        RSA_2048,
                        ANY_RSA,
                        RSA_3072,
                        ANY_RSA,
                        RSA_4096,
                        ANY_RSA,
                        EC_P256,
                        Set.of(ECDSA_SHA256),
                        EC_P384,
                        Set.of(ECDSA_SHA384),
                        EC_P521,
                        Set.of(ECDSA_SHA512)));
    }

    /** CNSSP 15 of October 2016, Annex B, and RFC 8603: what CNSA 2.0 tolerates until everybody has its own algorithms. */
    @Test
    void cnsa2_has_ml_dsa_87_and_rsa_from_3072_bits_and_p384_with_sha_384_and_nothing_else() {
        Set<SignatureAlgorithm> rsa = Set.of(RSA_PSS_SHA384, RSA_PKCS1_SHA384);
        assertThat(KeyPolicy.CNSA2.algorithms())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        RSA_3072,
                        rsa,
                        RSA_4096,
                        rsa,
                        EC_P384,
                        Set.of(ECDSA_SHA384),
                        KeySpec.ML_DSA_87,
                        Set.of(SignatureAlgorithm.ML_DSA_87)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"default", "webpki", "cnsa2"})
    void a_profile_names_the_source_of_every_rule_it_sets(String profile) {
        KeyPolicy policy = KeyPolicy.profile(profile);
        assertThat(policy.name()).isEqualTo(profile);
        assertThat(policy.maxSignatures()).isEmpty();
        assertThat(policy.maxSignaturesPerMinute()).isEmpty();
        assertThat(policy.sources())
                .containsOnlyKeys(Rule.ALGORITHMS, Rule.WARN_ON, Rule.MAX_SIGNING_PERIOD, Rule.VERIFY_AFTER_SIGN);
    }

    @Test
    void an_unknown_profile_is_refused_with_the_known_ones() {
        assertThatThrownBy(() -> KeyPolicy.profile("fips"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("'fips'")
                .hasMessageContaining("[default, webpki, cnsa2]");
    }

    @Test
    void a_refused_kind_of_key_is_told_the_rule_and_its_source() {
        assertThat(KeyPolicy.WEBPKI.refusalToMake(ED25519, Optional.empty()))
                .hasValueSatisfying(refusal -> assertThat(refusal)
                        .contains("'webpki'", "no ED25519 keys", "rule: algorithms", "Baseline Requirements, 6.1.5"));
        assertThat(KeyPolicy.CNSA2.refusalToMake(RSA_2048, Optional.empty()))
                .hasValueSatisfying(
                        refusal -> assertThat(refusal).contains("CNSA 2.0", "CNSSP 15 of October 2016, Annex B"));
        assertThat(KeyPolicy.WEBPKI.refusalToMake(EC_P256, Optional.empty())).isEmpty();
    }

    @Test
    void a_refused_algorithm_is_told_the_rule_and_its_source() throws Exception {
        assertThat(KeyPolicy.WEBPKI.refusalToSign(p256(Optional.empty()), ECDSA_SHA256))
                .isEmpty();
        assertThat(KeyPolicy.WEBPKI.refusalToSign(p256(Optional.empty()), ECDSA_SHA384))
                .hasValueSatisfying(refusal -> assertThat(refusal)
                        .contains(
                                "EC_P256 keys sign with ECDSA_SHA384",
                                "only [ECDSA_SHA256]",
                                "rule: algorithms.EC_P256",
                                "7.1.3.2"));
        assertThat(KeyPolicy.CNSA2.refusalToSign(p256(Optional.empty()), ECDSA_SHA256))
                .hasValueSatisfying(refusal -> assertThat(refusal).contains("no EC_P256 keys"));
    }

    @Test
    void a_ring_may_allow_less_than_the_policy() throws Exception {
        KeyName timestamps = new KeyName("timestamps");
        KeyPolicy policy = KeyPolicy.DEFAULT.toBuilder()
                .ring(
                        timestamps,
                        new RingRules(Map.of(EC_P256, Set.of(ECDSA_SHA512)), Optional.empty(), "house rule 7"))
                .build();

        assertThat(policy.refusalToMake(RSA_3072, Optional.of(timestamps)))
                .hasValueSatisfying(refusal ->
                        assertThat(refusal).contains("rule: ring.timestamps.algorithms", "source: house rule 7"));
        assertThat(policy.refusalToMake(RSA_3072, Optional.of(CA_ROOT))).isEmpty();
        assertThat(policy.refusalToSign(p256(Optional.of(timestamps)), ECDSA_SHA512))
                .isEmpty();
        assertThat(policy.refusalToSign(p256(Optional.of(timestamps)), ECDSA_SHA256))
                .hasValueSatisfying(
                        refusal -> assertThat(refusal).contains("rule: ring.timestamps.algorithms.EC_P256"));
        assertThat(policy.refusalToSign(p256(Optional.empty()), ECDSA_SHA256)).isEmpty();
        assertThat(policy.defaultAlgorithm(EC_P256, Optional.of(timestamps))).isEqualTo(ECDSA_SHA512);
    }

    @Test
    void a_ring_may_not_allow_more_than_the_policy() {
        KeyPolicy.Builder policy = KeyPolicy.WEBPKI.toBuilder()
                .ring(CA_ROOT, new RingRules(Map.of(EC_P256, Set.of(ECDSA_SHA384)), Optional.empty(), "a mistake"));
        assertThatThrownBy(policy::build)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("ring.ca-root.algorithms.EC_P256")
                .hasMessageContaining("[ECDSA_SHA384]");
    }

    @Test
    void a_key_signs_for_three_calendar_years_and_one_of_ca_root_for_25() {
        Instant made = Instant.parse("2028-02-29T12:00:00Z");
        assertThat(KeyPolicy.DEFAULT.signUntil(made, Optional.empty())).isEqualTo("2031-02-28T12:00:00Z");
        assertThat(KeyPolicy.DEFAULT.signUntil(made, Optional.of(new KeyName("other"))))
                .isEqualTo("2031-02-28T12:00:00Z");
        assertThat(KeyPolicy.DEFAULT.signUntil(made, Optional.of(CA_ROOT))).isEqualTo("2053-02-28T12:00:00Z");
        assertThat(KeyPolicy.CNSA2.signUntil(made, Optional.of(CA_ROOT))).isEqualTo("2031-02-28T12:00:00Z");
    }

    @Test
    void a_key_too_old_to_sign_is_told_the_rule_and_its_source() {
        assertThat(KeyPolicy.DEFAULT.refusalByAge(Optional.empty()))
                .contains("P3Y", "rule: max-signing-period", "SP 800-57 Part 1 Rev. 5, 5.3.6");
        assertThat(KeyPolicy.DEFAULT.refusalByAge(Optional.of(CA_ROOT)))
                .contains("P25Y", "rule: ring.ca-root.max-signing-period", "7.1.2.1.1");
    }

    @Test
    void a_new_key_signs_by_default_with_what_the_policy_allows() {
        assertThat(KeyPolicy.DEFAULT.defaultAlgorithm(RSA_3072, Optional.empty()))
                .isEqualTo(RSA_PSS_SHA256);
        assertThat(KeyPolicy.CNSA2.defaultAlgorithm(RSA_3072, Optional.empty())).isEqualTo(RSA_PSS_SHA384);
    }

    @Test
    void verifying_after_signing_can_be_changed_alone() {
        KeyPolicy always = KeyPolicy.WEBPKI.withVerifyAfterSign(VerifyAfterSign.ALWAYS);
        assertThat(always.verifyAfterSign()).isEqualTo(VerifyAfterSign.ALWAYS);
        assertThat(always.withVerifyAfterSign(VerifyAfterSign.WHERE_NEEDED)).isEqualTo(KeyPolicy.WEBPKI);
    }

    @Test
    void what_makes_no_sense_is_refused() {
        assertRefused(KeyPolicy.builder("nothing"), "allows no key at all");
        assertRefused(KeyPolicy.builder("x").allow(RSA_3072, Set.of(ECDSA_SHA256)), "algorithms.RSA_3072");
        assertRefused(KeyPolicy.builder("x").allow(RSA_3072, Set.of()), "lists no algorithm");
        assertRefused(KeyPolicy.DEFAULT.toBuilder().maxSignatures(OptionalLong.of(0)), "max-signatures is 1 or more");
        assertRefused(
                KeyPolicy.DEFAULT.toBuilder().maxSignaturesPerMinute(OptionalInt.of(0)),
                "max-signatures-per-minute is 1 to 1000000");
        assertRefused(
                KeyPolicy.DEFAULT.toBuilder().maxSignaturesPerMinute(OptionalInt.of(1_000_001)),
                "max-signatures-per-minute is 1 to 1000000");
        assertRefused(KeyPolicy.DEFAULT.toBuilder().maxSigningPeriod(Period.ZERO), "not P0D");
        assertRefused(KeyPolicy.DEFAULT.toBuilder().maxSigningPeriod(Period.ofMonths(-1)), "not P-1M");
        assertRefused(KeyPolicy.DEFAULT.toBuilder().maxSigningPeriod(Period.ofYears(101)), "not P101Y");
        assertRefused(KeyPolicy.DEFAULT.toBuilder().name("two\nlines"), "name is one line");
        assertRefused(KeyPolicy.DEFAULT.toBuilder().source(Rule.ALGORITHMS, " "), "source is one line");
    }

    private static void assertRefused(KeyPolicy.Builder policy, String because) {
        assertThatThrownBy(policy::build)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(because);
    }

    @Test
    void a_yes_on_the_way_of_a_signature_allocates_nothing() throws Exception {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long self = Thread.currentThread().getId();
        KeyMetadata key = p256(Optional.of(CA_ROOT));
        int refusals = 0;
        long before = 0;
        for (int n = 0; n < 20_000; n++) {
            if (n == 10_000) {
                before = threads.getThreadAllocatedBytes(self);
            }
            refusals += KeyPolicy.DEFAULT.refusalToSign(key, ECDSA_SHA256).isPresent() ? 1 : 0;
        }
        long allocated = threads.getThreadAllocatedBytes(self) - before;
        assertThat(refusals).isZero();
        assertThat(allocated).as("bytes allocated by 10,000 decisions").isLessThan(10_000);
    }

    private static KeyMetadata p256(Optional<KeyName> ring) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        PublicKey key = generator.generateKeyPair().getPublic();
        KeyAttributes.Builder attributes =
                KeyAttributes.builder(KeyState.ACTIVE, Instant.parse("2026-11-23T00:00:00Z"), KeyOrigin.GENERATED);
        ring.ifPresent(name -> attributes.ring(new RingPosition(name, 1)));
        return new KeyMetadata(
                new KeyId("key"),
                KeySpec.EC_P256,
                key,
                KeyMetadata.fingerprint(key),
                ProtectionLevel.SOFTWARE,
                attributes.build());
    }
}
