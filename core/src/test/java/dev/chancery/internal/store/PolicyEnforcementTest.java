package dev.chancery.internal.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyImport;
import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.Signer;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.error.PolicyViolationException;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyName;
import dev.chancery.key.KeyOrigin;
import dev.chancery.key.KeyState;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.policy.KeyPolicy;
import dev.chancery.policy.RingRules;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Clock;
import java.time.Instant;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a policy forbids does not happen, whatever the store. */
class PolicyEnforcementTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final byte[] MESSAGE = "to be signed".getBytes(UTF_8);

    private final FakeBackend backend = new FakeBackend();

    private KeyStore open(KeyPolicy policy) {
        return open(policy, NOW);
    }

    private KeyStore open(KeyPolicy policy, Instant now) {
        return backend.open(KeyStoreOptions.builder()
                .policy(policy)
                .clock(Clock.fixed(now, ZoneOffset.UTC))
                .build());
    }

    @Test
    void a_forbidden_kind_of_key_is_not_generated() {
        KeyStore store = open(KeyPolicy.WEBPKI);
        assertThatThrownBy(() -> store.generate(KeyRequest.of(KeySpec.ED25519, "ed")))
                .isInstanceOf(PolicyViolationException.class)
                .hasMessageContainingAll("ED25519", "fake:", "rule: algorithms", "Baseline Requirements, 6.1.5");
        assertThat(store.list()).isEmpty();
    }

    @Test
    void a_forbidden_kind_of_key_is_not_imported() throws Exception {
        KeyStore store = open(KeyPolicy.CNSA2);
        KeyImport p256 = new KeyImport(new KeyName("p256"), ec(256), Optional.empty());
        assertThatThrownBy(() -> store.importKey(p256))
                .isInstanceOf(PolicyViolationException.class)
                .hasMessageContainingAll("EC_P256", "CNSA 2.0");
        assertThat(store.list()).isEmpty();
        assertThatCode(() -> store.importKey(new KeyImport(new KeyName("p384"), ec(384), Optional.empty())))
                .doesNotThrowAnyException();
    }

    @Test
    void a_forbidden_kind_of_key_does_not_enter_its_ring_by_rotation_either() {
        open(KeyPolicy.DEFAULT).generate(ringed(KeySpec.EC_P256, "codes"));
        KeyStore stricter = open(KeyPolicy.CNSA2);
        assertThatThrownBy(() -> stricter.ring("codes").rotate(dev.chancery.rotation.RotationPolicy.PRODUCTION))
                .isInstanceOf(PolicyViolationException.class)
                .hasMessageContaining("EC_P256");
        assertThat(stricter.list()).hasSize(1);
    }

    @Test
    void every_way_to_sign_is_refused_with_a_forbidden_algorithm() throws Exception {
        KeyMetadata key = open(KeyPolicy.DEFAULT).generate(KeyRequest.of(KeySpec.EC_P256, "p256"));
        Signer signer = open(KeyPolicy.WEBPKI).signer(key.id(), SignatureAlgorithm.ECDSA_SHA384);
        Path file = Files.createTempFile("message", ".txt");
        assertRefused(() -> signer.sign(MESSAGE));
        assertRefused(() -> signer.sign(new ByteArrayInputStream(MESSAGE)));
        assertRefused(() -> signer.sign(file));
        assertRefused(() -> signer.signDigest(new byte[48]));
        assertRefused(() -> signer.signAll(List.of(MESSAGE)));
        Files.delete(file);
    }

    private static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOf(PolicyViolationException.class)
                .hasMessageContainingAll("Key p256 in fake:", "rule: algorithms.EC_P256", "7.1.3.2");
    }

    @Test
    void a_key_of_another_policys_time_is_refused_and_still_verifies() {
        KeyStore before = open(KeyPolicy.DEFAULT);
        KeyMetadata key = before.generate(KeyRequest.of(KeySpec.EC_P256, "p256"));
        byte[] signature = before.signer(key.id()).sign(MESSAGE).value();

        KeyStore after = open(KeyPolicy.CNSA2);
        assertThatThrownBy(() -> after.signer(key.id()).sign(MESSAGE)).isInstanceOf(PolicyViolationException.class);
        assertThat(after.verifier(key.id()).verify(MESSAGE, signature).isValid())
                .isTrue();
    }

    @Test
    void a_new_key_signs_by_default_with_what_the_policy_allows() {
        KeyStore store = open(KeyPolicy.CNSA2);
        KeyMetadata key = store.generate(KeyRequest.of(KeySpec.RSA_3072, "rsa"));
        assertThat(key.defaultAlgorithm()).isEqualTo(SignatureAlgorithm.RSA_PSS_SHA384);
        assertThat(store.signer(key.id()).sign(MESSAGE).algorithm()).isEqualTo(SignatureAlgorithm.RSA_PSS_SHA384);
    }

    @Test
    void a_ring_takes_only_the_keys_and_algorithms_of_its_rules() {
        KeyStore store = open(KeyPolicy.DEFAULT.toBuilder()
                .ring(
                        new KeyName("codes"),
                        new RingRules(
                                Map.of(KeySpec.EC_P256, Set.of(SignatureAlgorithm.ECDSA_SHA256)),
                                Optional.empty(),
                                "house rule 7"))
                .build());
        assertThatThrownBy(() -> store.generate(ringed(KeySpec.ED25519, "codes")))
                .isInstanceOf(PolicyViolationException.class)
                .hasMessageContainingAll("rule: ring.codes.algorithms", "house rule 7");
        KeyMetadata key = store.generate(ringed(KeySpec.EC_P256, "codes"));
        assertThat(store.ring("codes").signer().sign(MESSAGE).keyId()).isEqualTo(key.id());
        assertThatThrownBy(() ->
                        store.signer(key.id(), SignatureAlgorithm.ECDSA_SHA512).sign(MESSAGE))
                .isInstanceOf(PolicyViolationException.class)
                .hasMessageContaining("rule: ring.codes.algorithms.EC_P256");
        assertThatCode(() -> store.generate(KeyRequest.of(KeySpec.ED25519, "elsewhere")))
                .doesNotThrowAnyException();
    }

    @Test
    void sign_until_is_set_by_the_policy_and_its_rings() throws Exception {
        KeyStore store = open(KeyPolicy.DEFAULT);
        assertThat(store.generate(KeyRequest.of(KeySpec.ED25519, "ed")).signUntil())
                .hasValue(Instant.parse("2029-11-23T12:00:00Z"));
        assertThat(store.importKey(new KeyImport(new KeyName("im"), ec(256), Optional.empty()))
                        .signUntil())
                .hasValue(Instant.parse("2029-11-23T12:00:00Z"));
        assertThat(store.generate(ringed(KeySpec.EC_P384, "ca-root")).signUntil())
                .hasValue(Instant.parse("2051-11-23T12:00:00Z"));
    }

    @Test
    void a_key_without_dates_or_with_too_generous_ones_signs_no_longer_than_the_policy_says() throws Exception {
        KeyAttributes made =
                KeyAttributes.builder(KeyState.ACTIVE, NOW, KeyOrigin.GENERATED).build();
        backend.add("undated", ec(256), made);
        backend.add(
                "generous",
                ec(256),
                made.toBuilder().signUntil(NOW.plusSeconds(999_999_999)).build());
        Instant end = Instant.parse("2027-11-23T12:00:00Z");
        KeyPolicy oneYear = KeyPolicy.DEFAULT.toBuilder()
                .maxSigningPeriod(Period.ofYears(1))
                .build();
        for (String id : List.of("undated", "generous")) {
            KeyStore before = open(oneYear, end.minusMillis(1));
            assertThatCode(() -> before.signer(before.resolve(id)).sign(MESSAGE))
                    .doesNotThrowAnyException();
            KeyStore after = open(oneYear, end);
            assertThatThrownBy(() -> after.signer(after.resolve(id)).sign(MESSAGE))
                    .isInstanceOf(PolicyViolationException.class)
                    .hasMessageContainingAll("Key " + id + " in fake:", "P1Y", "rule: max-signing-period");
        }
    }

    @Test
    void the_age_of_a_key_that_another_tool_made_is_not_guessed_from_its_file() throws Exception {
        KeyAttributes copiedWithItsDate = KeyAttributes.builder(
                        KeyState.ACTIVE, NOW.minusSeconds(999_999_999), KeyOrigin.FOREIGN)
                .build();
        backend.add("foreign", ec(256), copiedWithItsDate);
        KeyStore store = open(KeyPolicy.DEFAULT);
        assertThatCode(() -> store.signer(store.resolve("foreign")).sign(MESSAGE))
                .doesNotThrowAnyException();
    }

    @Test
    void caps_count_signatures_per_key_and_spare_refused_ones() {
        KeyStore store = open(
                KeyPolicy.WEBPKI.toBuilder().maxSignatures(OptionalLong.of(3)).build());
        KeyMetadata one = store.generate(KeyRequest.of(KeySpec.EC_P256, "one"));
        KeyMetadata two = store.generate(KeyRequest.of(KeySpec.EC_P256, "two"));
        assertThatThrownBy(() ->
                        store.signer(one.id(), SignatureAlgorithm.ECDSA_SHA512).sign(MESSAGE))
                .hasMessageContaining("rule: algorithms");
        store.signer(one.id()).signAll(List.of(MESSAGE, MESSAGE));
        store.signer(one.id()).sign(MESSAGE);
        assertThatThrownBy(() -> store.signer(one.id()).sign(MESSAGE))
                .isInstanceOf(PolicyViolationException.class)
                .hasMessageContainingAll(
                        "Key one", "3 signatures, counted in this process alone", "rule: max-signatures");
        assertThatCode(() -> store.signer(two.id()).sign(MESSAGE)).doesNotThrowAnyException();
    }

    @Test
    void a_cap_a_minute_holds_across_the_signers_of_a_key() {
        KeyStore store = open(KeyPolicy.DEFAULT.toBuilder()
                .maxSignaturesPerMinute(OptionalInt.of(2))
                .build());
        KeyMetadata key = store.generate(ringed(KeySpec.EC_P256, "codes"));
        store.signer(key.id()).sign(MESSAGE);
        store.ring("codes").signer().sign(MESSAGE);
        assertThatThrownBy(() -> store.ring("codes").signer().sign(MESSAGE))
                .isInstanceOf(PolicyViolationException.class)
                .hasMessageContaining("2 signatures a minute");
    }

    @Test
    void rsa_2048_is_generated_with_a_warning_that_names_its_source() {
        PrintStream stderr = System.err;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        System.setErr(new PrintStream(log, true, UTF_8));
        try {
            open(KeyPolicy.DEFAULT).generate(KeyRequest.of(KeySpec.RSA_2048, "small"));
        } finally {
            System.setErr(stderr);
        }
        assertThat(log.toString(UTF_8)).contains("RSA_2048", "rule: warn-on", "SP 800-57", "112 bits");
    }

    private static KeyRequest ringed(KeySpec spec, String ring) {
        return KeyRequest.builder(spec).ring(ring).build();
    }

    private static KeyPair ec(int bits) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(bits);
        return generator.generateKeyPair();
    }
}
