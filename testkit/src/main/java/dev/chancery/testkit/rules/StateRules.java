package dev.chancery.testkit.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyStore;
import dev.chancery.Signer;
import dev.chancery.Verifier;
import dev.chancery.error.KeyStateException;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyState;
import dev.chancery.signature.Signature;
import dev.chancery.signature.Verification;
import dev.chancery.signature.Verification.Status;
import dev.chancery.signature.VerifyOptions;
import dev.chancery.testkit.store.StoreUnderTest;
import dev.chancery.testkit.witness.Witnesses;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What each state permits: every cell of the table of {@code docs/architecture.md}, "States". Another process brings the key
 * there; the signer and the verifier that are open already must notice.
 */
public interface StateRules extends Rules {
    /** The first instant of doubt, where it is known. */
    Instant DOUBT = StoreUnderTest.START.plus(Duration.ofHours(1));

    /** The rows of the table. */
    enum Row {
        PRE_ACTIVE(false, Status.VALID, to(KeyState.PRE_ACTIVE)),
        ACTIVE(true, Status.VALID, attributes -> attributes),
        ACTIVE_BEFORE_SIGN_FROM(false, Status.VALID, a -> a.signFrom(StoreUnderTest.START.plusSeconds(1))),
        ACTIVE_AT_SIGN_FROM(true, Status.VALID, a -> a.signFrom(StoreUnderTest.START)),
        ACTIVE_BEFORE_SIGN_UNTIL(true, Status.VALID, a -> a.signUntil(StoreUnderTest.START.plusSeconds(1))),
        ACTIVE_AT_SIGN_UNTIL(false, Status.VALID, a -> a.signUntil(StoreUnderTest.START)),
        ACTIVE_AT_VERIFY_UNTIL(
                false, Status.EXPIRED, a -> a.signUntil(StoreUnderTest.START).verifyUntil(StoreUnderTest.START)),
        SUSPENDED(false, Status.VALID, to(KeyState.SUSPENDED)),
        DEACTIVATED(false, Status.VALID, to(KeyState.DEACTIVATED)),
        DEACTIVATED_BEFORE_VERIFY_UNTIL(
                false, Status.VALID, to(KeyState.DEACTIVATED, a -> a.verifyUntil(StoreUnderTest.START.plusSeconds(1)))),
        DEACTIVATED_AT_VERIFY_UNTIL(
                false, Status.EXPIRED, to(KeyState.DEACTIVATED, a -> a.verifyUntil(StoreUnderTest.START))),
        DESTROYED(false, Status.VALID, to(KeyState.DESTROYED)),
        COMPROMISED(
                false,
                Status.COMPROMISED,
                to(KeyState.COMPROMISED, a -> a.compromisedSince(CompromisedSince.at(DOUBT)))),
        COMPROMISED_SINCE_UNKNOWN(
                false, Status.COMPROMISED, to(KeyState.COMPROMISED, a -> a.compromisedSince(CompromisedSince.UNKNOWN))),
        DESTROYED_AND_COMPROMISED(
                false, Status.COMPROMISED, to(KeyState.DESTROYED, a -> a.compromisedSince(CompromisedSince.at(DOUBT))));

        private final boolean signs;
        private final Status verifies;

        @SuppressWarnings("ImmutableEnumChecker") // the functions hold no state
        private final UnaryOperator<KeyAttributes.Builder> way;

        Row(boolean signs, Status verifies, UnaryOperator<KeyAttributes.Builder> way) {
            this.signs = signs;
            this.verifies = verifies;
            this.way = way;
        }

        private static UnaryOperator<KeyAttributes.Builder> to(KeyState state) {
            return to(state, attributes -> attributes);
        }

        private static UnaryOperator<KeyAttributes.Builder> to(
                KeyState state, UnaryOperator<KeyAttributes.Builder> more) {
            return attributes -> more.apply(attributes.state(state, StoreUnderTest.START, "the contract's table"));
        }
    }

    @ParameterizedTest
    @EnumSource(Row.class)
    default void a_state_decides_who_signs_and_verifies(Row row, @TempDir Path directory) throws IOException {
        KeyStore keys = tested().keys();
        KeyMetadata key = tested().key("invoices");
        Signer signer = keys.signer(key.id());
        Verifier verifier = keys.verifier(key.id());
        byte[] message = "Pay 100 to Alice".getBytes(StandardCharsets.UTF_8);
        Path file = Files.write(directory.resolve("message"), message);
        Signature earlier = signer.sign(message);

        tested().otherProcess().change(key.id(), row.way);

        for (ThrowingCallable sign : waysToSign(signer, message, file)) {
            if (row.signs) {
                assertThatCode(sign).doesNotThrowAnyException();
            } else {
                assertThatThrownBy(sign)
                        .isInstanceOf(KeyStateException.class)
                        .hasMessageContaining(key.id().value())
                        .hasMessageContaining(keys.location());
            }
        }
        Verification answer = verifier.verify(message, earlier.value());
        assertThat(answer.status()).isEqualTo(row.verifies);
        assertThat(answer.state()).hasValue(keys.get(key.id()).state());
        assertThat(answer.stateUnknown()).isFalse();
        assertThat(verifier.verify(file, earlier.value(), VerifyOptions.DEFAULT))
                .isEqualTo(answer);
        assertThat(verifier.verify(new ByteArrayInputStream(message), earlier.value(), VerifyOptions.DEFAULT))
                .isEqualTo(answer);
        assertThat(verifier.verify(new byte[0], earlier.value()).status()).isEqualTo(Status.INVALID);
        assertThat(keys.list()).extracting(KeyMetadata::id).containsExactly(key.id());
        assertThat(keys.unusable()).isEmpty();
    }

    private static List<ThrowingCallable> waysToSign(Signer signer, byte[] message, Path file) {
        List<ThrowingCallable> ways = new ArrayList<>(List.of(
                () -> signer.sign(message),
                () -> signer.sign(new ByteArrayInputStream(message)),
                () -> signer.sign(file),
                () -> signer.signAll(List.of(message))));
        if (signer.algorithm().digest().isPresent()) {
            ways.add(() -> signer.signDigest(new byte[signer.algorithm().digestLength()]));
        }
        return ways;
    }

    @Test
    default void dates_and_marks_are_kept_to_the_second() {
        KeyMetadata key = tested().key("invoices");
        Instant from = StoreUnderTest.START.plusSeconds(1);
        Instant until = StoreUnderTest.START.plusSeconds(2);
        Instant verifyUntil = StoreUnderTest.START.plusSeconds(3);
        UnaryOperator<KeyAttributes.Builder> all = attributes -> attributes
                .state(KeyState.DESTROYED, StoreUnderTest.START, "the laptop was stolen")
                .signFrom(from)
                .signUntil(until)
                .verifyUntil(verifyUntil)
                .compromisedSince(CompromisedSince.at(DOUBT));

        tested().otherProcess().change(key.id(), all);

        assertThat(tested().open(options -> options).get(key.id())).satisfies(found -> {
            assertThat(found.state()).isEqualTo(KeyState.DESTROYED);
            assertThat(found.created()).isEqualTo(key.created());
            assertThat(found.origin()).isEqualTo(key.origin());
            assertThat(found.fingerprint()).isEqualTo(key.fingerprint());
            assertThat(found.signFrom()).hasValue(from);
            assertThat(found.signUntil()).hasValue(until);
            assertThat(found.verifyUntil()).hasValue(verifyUntil);
            assertThat(found.compromisedSince()).hasValue(CompromisedSince.at(DOUBT));
        });
    }

    @Test
    default void a_key_on_hold_says_so_and_signs_again_when_resumed() {
        KeyMetadata key = tested().key("invoices");
        Signer signer = tested().keys().signer(key.id());
        byte[] signature = signer.sign(new byte[1]).value();

        tested().otherProcess().bring(key.id(), KeyState.SUSPENDED);
        assertThat(tested().keys()
                        .verifier(key.id())
                        .verify(new byte[1], signature)
                        .reason())
                .contains("SUSPENDED");

        tested().otherProcess().bring(key.id(), KeyState.ACTIVE);
        Witnesses.confirm(tested().keys(), key, new byte[1], signer.sign(new byte[1]));
    }

    @ParameterizedTest
    @EnumSource(
            value = Row.class,
            names = {"COMPROMISED", "DESTROYED_AND_COMPROMISED"})
    default void only_proof_of_an_earlier_time_saves_a_signature_of_a_compromised_key(Row row) {
        KeyMetadata key = tested().key("invoices");
        byte[] signature = tested().keys().signer(key.id()).sign(new byte[1]).value();
        Verifier verifier = tested().keys().verifier(key.id());

        tested().otherProcess().change(key.id(), row.way);

        assertThat(provenAt(DOUBT.minusMillis(1), verifier, signature)).isEqualTo(Status.VALID);
        assertThat(provenAt(DOUBT, verifier, signature)).isEqualTo(Status.COMPROMISED);
        assertThat(provenAt(DOUBT.plusMillis(1), verifier, signature)).isEqualTo(Status.COMPROMISED);
    }

    @Test
    default void where_nobody_knows_since_when_no_proof_saves_a_signature() {
        KeyMetadata key = tested().key("invoices");
        byte[] signature = tested().keys().signer(key.id()).sign(new byte[1]).value();
        Verifier verifier = tested().keys().verifier(key.id());

        tested().otherProcess().change(key.id(), Row.COMPROMISED_SINCE_UNKNOWN.way);

        assertThat(provenAt(Instant.EPOCH, verifier, signature)).isEqualTo(Status.COMPROMISED);
    }

    @Test
    default void a_change_that_is_refused_changes_nothing() {
        KeyMetadata key = tested().key("invoices");

        assertThatThrownBy(() -> tested().otherProcess().change(key.id(), attributes -> {
                    throw new IllegalStateException("not like this");
                }))
                .hasMessage("not like this");

        assertThat(tested().keys().get(key.id()).attributes()).isEqualTo(key.attributes());
    }

    private static Status provenAt(Instant proof, Verifier verifier, byte[] signature) {
        return verifier.verify(new byte[1], signature, VerifyOptions.DEFAULT.withProvenAt(proof))
                .status();
    }
}
