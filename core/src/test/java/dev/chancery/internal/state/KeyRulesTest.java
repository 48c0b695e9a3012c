package dev.chancery.internal.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.KeyStateException;
import dev.chancery.interception.SignPurpose;
import dev.chancery.internal.store.FakeBackend;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyName;
import dev.chancery.key.KeyOrigin;
import dev.chancery.key.KeyState;
import dev.chancery.key.ProtectionLevel;
import dev.chancery.key.RingPosition;
import dev.chancery.signature.Verification;
import dev.chancery.signature.Verification.Status;
import dev.chancery.signature.VerifyOptions;
import java.security.PublicKey;
import java.time.Instant;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The table of {@code docs/architecture.md}, "States", purpose by purpose. The testkit runs it against whole stores. */
class KeyRulesTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final PublicKey PUBLIC_KEY =
            FakeBackend.LOCAL_KEYS.generate(KeySpec.ED25519).getPublic();
    private static final Verification MATCHES =
            new Verification(Status.VALID, Optional.empty(), false, "The signature is valid.");

    @ParameterizedTest
    @CsvSource({
        "PRE_ACTIVE,   DATA,                false",
        "PRE_ACTIVE,   PROOF_OF_POSSESSION, true",
        "PRE_ACTIVE,   SELF_TEST,           true",
        "ACTIVE,       DATA,                true",
        "ACTIVE,       PROOF_OF_POSSESSION, true",
        "ACTIVE,       SELF_TEST,           true",
        "SUSPENDED,    DATA,                false",
        "SUSPENDED,    PROOF_OF_POSSESSION, false",
        "SUSPENDED,    SELF_TEST,           false",
        "DEACTIVATED,  DATA,                false",
        "DEACTIVATED,  PROOF_OF_POSSESSION, false",
        "DEACTIVATED,  SELF_TEST,           false",
        "DESTROYED,    DATA,                false",
        "DESTROYED,    PROOF_OF_POSSESSION, false",
        "DESTROYED,    SELF_TEST,           false",
        "COMPROMISED,  DATA,                false",
        "COMPROMISED,  PROOF_OF_POSSESSION, false",
        "COMPROMISED,  SELF_TEST,           false"
    })
    void a_state_permits_purposes(KeyState state, SignPurpose purpose, boolean permitted) {
        KeyMetadata key = key(
                state,
                attributes -> state == KeyState.COMPROMISED
                        ? attributes.compromisedSince(CompromisedSince.UNKNOWN)
                        : attributes);

        if (permitted) {
            assertThatCode(() -> requireSigning(key, purpose)).doesNotThrowAnyException();
        } else {
            assertThatThrownBy(() -> requireSigning(key, purpose))
                    .isInstanceOf(KeyStateException.class)
                    .hasMessageContaining("Key invoices in fake: must not sign")
                    .hasMessageContaining(state == KeyState.COMPROMISED ? "compromised" : state.name());
        }
    }

    @ParameterizedTest
    @EnumSource(SignPurpose.class)
    void a_destroyed_key_with_the_mark_is_refused_for_the_mark(SignPurpose purpose) {
        KeyMetadata key = key(KeyState.DESTROYED, a -> a.compromisedSince(CompromisedSince.UNKNOWN));

        assertThatThrownBy(() -> requireSigning(key, purpose)).hasMessageContaining("compromised");
    }

    @Test
    void the_claim_of_a_generation_is_the_promotion_before_the_state_records_it() {
        KeyMetadata key = key(KeyState.PRE_ACTIVE, a -> a);

        assertThatCode(() -> KeyRules.requireSigning(key, SignPurpose.DATA, true, NOW.toEpochMilli(), "fake:"))
                .doesNotThrowAnyException();
    }

    @Test
    void the_signing_period_includes_its_first_moment_and_not_its_last() {
        Instant end = NOW.plusSeconds(10);
        KeyMetadata key = key(KeyState.ACTIVE, a -> a.signFrom(NOW).signUntil(end));

        assertThat(signsAt(key, NOW.minusMillis(1))).isFalse();
        assertThat(signsAt(key, NOW)).isTrue();
        assertThat(signsAt(key, end.minusMillis(1))).isTrue();
        assertThat(signsAt(key, end)).isFalse();
    }

    @Test
    void a_refusal_by_date_names_the_date() {
        KeyMetadata early = key(KeyState.ACTIVE, a -> a.signFrom(NOW.plusSeconds(1)));
        KeyMetadata late = key(KeyState.ACTIVE, a -> a.signUntil(NOW));

        assertThatThrownBy(() -> requireSigning(early, SignPurpose.DATA)).hasMessageContaining("2026-11-23T12:00:01Z");
        assertThatThrownBy(() -> requireSigning(late, SignPurpose.DATA))
                .hasMessageContaining("2026-11-23T12:00:00Z")
                .hasMessageContaining("Sign with another key");
    }

    @Test
    void what_to_do_instead_names_the_ring() {
        KeyMetadata retired =
                key(KeyState.DEACTIVATED, a -> a.ring(new RingPosition(new KeyName("certificate-signing"), 1)));

        assertThatThrownBy(() -> requireSigning(retired, SignPurpose.DATA))
                .hasMessageContaining("its ring 'certificate-signing'")
                .hasMessageContaining("`chancery rotate certificate-signing`");
    }

    @Test
    void the_current_key_of_a_ring_has_begun_whatever_a_slow_clock_says() {
        KeyMetadata key = key(KeyState.ACTIVE, a -> a.signFrom(NOW.plusSeconds(1)));

        assertThatCode(() -> KeyRules.requireSigning(key, SignPurpose.DATA, true, NOW.toEpochMilli(), "fake:"))
                .doesNotThrowAnyException();
    }

    @Test
    void before_its_signing_period_a_key_may_prove_that_it_is_there() {
        KeyMetadata key = key(KeyState.ACTIVE, a -> a.signFrom(NOW.plusSeconds(1)));

        assertThatCode(() -> requireSigning(key, SignPurpose.PROOF_OF_POSSESSION))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @EnumSource(
            value = KeyState.class,
            names = {"COMPROMISED"},
            mode = EnumSource.Mode.EXCLUDE)
    void a_key_that_nobody_doubts_verifies_in_every_state(KeyState state) {
        Verification answer = judge(key(state, a -> a), VerifyOptions.DEFAULT, false);

        assertThat(answer.status()).isEqualTo(Status.VALID);
        assertThat(answer.state()).hasValue(state);
        assertThat(answer.reason().contains("SUSPENDED")).isEqualTo(state == KeyState.SUSPENDED);
    }

    @Test
    void a_verifying_period_ends_at_its_end() {
        KeyMetadata running = key(KeyState.DEACTIVATED, a -> a.verifyUntil(NOW.plusNanos(1)));
        KeyMetadata over = key(KeyState.DEACTIVATED, a -> a.verifyUntil(NOW));

        assertThat(judge(running, VerifyOptions.DEFAULT, false).status()).isEqualTo(Status.VALID);
        assertThat(judge(over, VerifyOptions.DEFAULT, false).status()).isEqualTo(Status.EXPIRED);
        assertThat(judge(over, VerifyOptions.DEFAULT, false).reason()).contains(NOW.toString());
    }

    @ParameterizedTest
    @EnumSource(
            value = KeyState.class,
            names = {"COMPROMISED", "DESTROYED"})
    void a_mark_is_looked_at_first(KeyState state) {
        KeyMetadata key =
                key(state, a -> a.compromisedSince(CompromisedSince.at(NOW)).verifyUntil(NOW));

        assertThat(judge(key, VerifyOptions.DEFAULT, false).status()).isEqualTo(Status.COMPROMISED);
        assertThat(judge(key, VerifyOptions.DEFAULT.withProvenAt(NOW), false).status())
                .isEqualTo(Status.COMPROMISED);
        Verification older = judge(key, VerifyOptions.DEFAULT.withProvenAt(NOW.minusNanos(1)), false);
        assertThat(older.status()).isEqualTo(Status.VALID);
        assertThat(older.reason()).contains("compromised since " + NOW).contains("proven to be older");
    }

    @Test
    void a_signature_that_does_not_match_is_invalid_whatever_the_state() {
        Verification no = new Verification(Status.INVALID, Optional.empty(), false, "no");
        KeyMetadata key = key(KeyState.COMPROMISED, a -> a.compromisedSince(CompromisedSince.UNKNOWN));

        Verification answer = KeyRules.judge(no, key, VerifyOptions.DEFAULT, NOW, false);

        assertThat(answer.status()).isEqualTo(Status.INVALID);
        assertThat(answer.key()).hasValue(key);
        assertThat(answer.reason()).isEqualTo("no");
    }

    @Test
    void an_answer_that_rests_on_an_old_state_says_so() {
        Verification answer = judge(key(KeyState.ACTIVE, a -> a), VerifyOptions.DEFAULT, true);

        assertThat(answer.isValid()).isTrue();
        assertThat(answer.stateUnknown()).isTrue();
        assertThat(answer.reason()).contains("could not be refreshed").contains("ACTIVE");
    }

    private static Verification judge(KeyMetadata key, VerifyOptions options, boolean stateUnknown) {
        return KeyRules.judge(MATCHES, key, options, NOW, stateUnknown);
    }

    private static void requireSigning(KeyMetadata key, SignPurpose purpose) {
        KeyRules.requireSigning(key, purpose, false, NOW.toEpochMilli(), "fake:");
    }

    private static boolean signsAt(KeyMetadata key, Instant now) {
        try {
            KeyRules.requireSigning(key, SignPurpose.DATA, false, now.toEpochMilli(), "fake:");
            return true;
        } catch (KeyStateException e) {
            return false;
        }
    }

    private static KeyMetadata key(KeyState state, UnaryOperator<KeyAttributes.Builder> change) {
        return new KeyMetadata(
                new KeyId("invoices"),
                KeySpec.ED25519,
                PUBLIC_KEY,
                KeyMetadata.fingerprint(PUBLIC_KEY),
                ProtectionLevel.SOFTWARE,
                change.apply(KeyAttributes.builder(state, NOW, KeyOrigin.GENERATED))
                        .build());
    }
}
