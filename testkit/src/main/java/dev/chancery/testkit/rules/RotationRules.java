package dev.chancery.testkit.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyStore;
import dev.chancery.Keyring;
import dev.chancery.Signer;
import dev.chancery.Verifier;
import dev.chancery.error.ChanceryException;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.KeyStateException;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyName;
import dev.chancery.key.KeyState;
import dev.chancery.key.RingPosition;
import dev.chancery.options.KeyEvent;
import dev.chancery.rotation.Rotation;
import dev.chancery.rotation.RotationPolicy;
import dev.chancery.signature.Signature;
import dev.chancery.signature.Verification;
import dev.chancery.signature.VerifyOptions;
import dev.chancery.testkit.store.Together;
import dev.chancery.testkit.witness.Witnesses;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** How a ring gets its next key, and that no call fails because it did. */
public interface RotationRules extends Rules {
    /** The ring of these tests. */
    String ROTATING = "certificate-signing";

    /** Yearly, as production is. */
    RotationPolicy YEARLY = RotationPolicy.PRODUCTION;

    @Test
    default void a_rotation_makes_a_new_key_current_and_keeps_the_old_one_for_verifying() {
        Keyring ring = ring();
        KeyMetadata old = ring.current();
        Signer signer = ring.signer();
        Signature before = signer.sign(new byte[1]);
        tested().clock().advance(Duration.ofDays(30));

        Rotation rotation = ring.rotate(YEARLY);

        KeyMetadata current = ring.current();
        assertThat(rotation)
                .isEqualTo(new Rotation(
                        new KeyName(ROTATING), 2, current.id(), Optional.of(old.id()), now(), aYearOn(now())));
        assertThat(current.state()).isEqualTo(KeyState.ACTIVE);
        assertThat(current.ring()).hasValue(new RingPosition(new KeyName(ROTATING), 2));
        assertThat(current.spec()).isEqualTo(old.spec());
        Signature after = signer.sign(new byte[1]);
        assertThat(after.keyId()).isEqualTo(current.id());
        Witnesses.confirm(tested().keys(), current, new byte[1], after);
        Verifier verifier = ring.verifier();
        assertThat(verifier.verify(new byte[1], before.value())
                        .key()
                        .orElseThrow()
                        .id())
                .isEqualTo(old.id());
        assertThat(verifier.verify(new byte[1], after.value())
                        .key()
                        .orElseThrow()
                        .id())
                .isEqualTo(current.id());
    }

    @Test
    default void the_old_key_signs_through_a_short_overlap_and_is_then_retired_by_the_next_writer() {
        Keyring ring = ring();
        KeyId old = ring.current().id();
        ring.rotate(YEARLY);

        Instant end = tested().keys().get(old).signUntil().orElseThrow();
        assertThat(end).isBetween(now(), now().plus(Duration.ofHours(1)));
        assertThat(tested().keys().get(old).state()).isEqualTo(KeyState.ACTIVE);

        tested().clock().set(end.plusSeconds(1));
        ring.rotateIfDue(YEARLY);
        assertThat(tested().keys().get(old).state()).isEqualTo(KeyState.DEACTIVATED);
        assertThatThrownBy(() -> tested().keys().signer(old).sign(new byte[1])).isInstanceOf(KeyStateException.class);
    }

    @Test
    default void a_key_on_hold_that_its_ring_has_overtaken_is_retired_when_it_is_resumed_behind_its_overlap() {
        KeyStore keys = tested().keys();
        Keyring ring = ring();
        KeyId old = ring.current().id();
        Signature before = ring.signer().sign(new byte[1]);
        keys.changeState(old, KeyState.SUSPENDED, "a doubt");
        ring.rotate(YEARLY);

        Instant end = keys.get(old).signUntil().orElseThrow();
        assertThat(end).isBetween(now(), now().plus(Duration.ofHours(1)));
        tested().clock().set(end.plusSeconds(1));

        assertThat(keys.changeState(old, KeyState.ACTIVE, "no doubt").state()).isEqualTo(KeyState.DEACTIVATED);
        assertThatThrownBy(() -> keys.signer(old).sign(new byte[1])).isInstanceOf(KeyStateException.class);
        assertThat(keys.verifier(old).verify(new byte[1], before.value()).isValid())
                .isTrue();
        assertThat(ring.rotateIfDue(YEARLY).previous()).hasValue(old);
    }

    @Test
    default void a_ring_is_rotated_when_it_is_due_and_not_before() {
        Keyring ring = ring();
        KeyId first = ring.current().id();
        Instant due = aYearOn(now());

        tested().clock().set(due.minusSeconds(1));
        assertThat(ring.rotateIfDue(YEARLY).current()).isEqualTo(first);
        tested().clock().set(due);
        Rotation rotation = ring.rotateIfDue(YEARLY);
        assertThat(rotation.current()).isNotEqualTo(first);
        assertThat(rotation.generation()).isEqualTo(2);
        assertThat(ring.rotateIfDue(YEARLY)).as("idempotent").isEqualTo(rotation);
        assertThat(tested().keys().list()).hasSize(2);
    }

    @Test
    default void a_fleet_that_rotates_at_once_agrees_and_leaves_no_orphan() throws Exception {
        ring();
        tested().clock().set(aYearOn(now()));
        List<Callable<Rotation>> fleet = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            KeyStore instance = tested().open(options -> options);
            fleet.add(() -> instance.ring(ROTATING).rotateIfDue(YEARLY));
        }

        List<Rotation> answers = Together.run(tested().clock(), fleet);

        assertThat(answers).containsOnly(answers.get(0));
        assertThat(tested().keys().list())
                .extracting(KeyMetadata::id)
                .filteredOn(id -> !tested().otherProcess().isRemoved(id))
                .containsExactlyInAnyOrder(
                        answers.get(0).current(), answers.get(0).previous().orElseThrow());
    }

    @Test
    default void a_lead_time_publishes_the_next_key_before_it_signs() {
        Keyring ring = ring();
        KeyId first = ring.current().id();
        RotationPolicy policy = YEARLY.withLeadTime(Duration.ofDays(7));
        tested().clock().set(aYearOn(now()).minus(Duration.ofDays(7)));

        assertThat(ring.rotateIfDue(policy).current()).isEqualTo(first);
        assertThat(ring.rotateIfDue(policy).current()).isEqualTo(first);

        List<KeyMetadata> waiting = tested().keys().list().stream()
                .filter(key -> key.state() == KeyState.PRE_ACTIVE)
                .toList();
        assertThat(waiting).hasSize(1);
        tested().clock().advance(Duration.ofDays(7));
        assertThat(ring.rotateIfDue(policy).current()).isEqualTo(waiting.get(0).id());
        assertThat(tested().keys().list()).hasSize(2);
    }

    @Test
    default void machines_whose_clocks_differ_rotate_and_sign() {
        Keyring ring = ring();
        ring.rotate(YEARLY);
        tested().clock().advance(Duration.ofSeconds(-3));
        Keyring slower = tested().open(options -> options).ring(ROTATING);

        assertThat(slower.signer().sign(new byte[1]).keyId())
                .isEqualTo(ring.current().id());
        assertThat(slower.rotate(YEARLY).generation()).isEqualTo(3);
        assertThat(slower.signer().sign(new byte[1]).keyId())
                .isEqualTo(slower.current().id());
    }

    @Test
    default void a_verifier_elsewhere_accepts_a_key_that_it_has_not_heard_of() {
        ring();
        KeyStore elsewhere = tested().open(options -> options.stateTtl(Duration.ofHours(1)));
        Verifier verifier = elsewhere.ring(ROTATING).verifier();

        KeyId current = tested().keys().ring(ROTATING).rotate(YEARLY).current();
        byte[] recent =
                tested().keys().ring(ROTATING).signer().sign(new byte[1]).value();

        assertThat(verifier.verify(new byte[1], recent).key().orElseThrow().id())
                .isEqualTo(current);
    }

    @Test
    default void five_years_of_rotations_and_every_signature_still_verifies() {
        Keyring ring = ring();
        Signer signer = ring.signer();
        int quarters = 5 * 4;
        List<Signature> signatures = new ArrayList<>();
        for (int quarter = 0; quarter < quarters; quarter++) {
            ring.rotateIfDue(YEARLY);
            signatures.add(signer.sign(new byte[] {(byte) quarter}));
            tested().clock().advance(Duration.ofDays(93));
        }

        Verifier verifier = tested().open(options -> options).ring(ROTATING).verifier();
        for (int quarter = 0; quarter < quarters; quarter++) {
            Signature signature = signatures.get(quarter);
            byte[] message = {(byte) quarter};
            assertThat(verifier.verify(message, signature.value()).isValid()).isTrue();
            Verification hinted =
                    verifier.verify(message, signature.value(), VerifyOptions.DEFAULT.withKeyHint(signature.keyId()));
            assertThat(hinted.key().orElseThrow().id()).isEqualTo(signature.keyId());
        }
        assertThat(ring.keys()).hasSize(5);
        assertThat(tested().keys().list())
                .filteredOn(key -> key.state() == KeyState.ACTIVE)
                .hasSize(1);
    }

    @Test
    default void listeners_hear_of_rotations_once_and_are_warned_at_four_fifths() {
        ring();
        List<KeyEvent> heard = new ArrayList<>();
        Keyring ring = tested().open(options -> options.listener(heard::add)).ring(ROTATING);

        tested().clock().set(YEARLY.warnAt(now()));
        ring.rotateIfDue(YEARLY);
        ring.rotateIfDue(YEARLY);
        tested().clock().advance(Duration.ofDays(100));
        ring.rotateIfDue(YEARLY);
        ring.rotateIfDue(YEARLY);

        assertThat(heard)
                .extracting(KeyEvent::type)
                .containsExactly(KeyEvent.Type.ROTATION_DUE_SOON, KeyEvent.Type.ROTATED);
        assertThat(heard).allSatisfy(event -> assertThat(event.ring()).hasValue(new KeyName(ROTATING)));
    }

    @Test
    default void a_clock_set_back_a_year_is_an_error_and_changes_nothing() {
        List<KeyEvent> heard = new ArrayList<>();
        ring();
        Keyring ring = tested().open(options -> options.listener(heard::add)).ring(ROTATING);
        List<KeyMetadata> before = tested().keys().list();
        tested().clock().advance(Duration.ofDays(-365));

        assertThatThrownBy(() -> ring.rotateIfDue(YEARLY))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("clock");
        assertThatThrownBy(() -> ring.rotate(YEARLY)).isInstanceOf(ConfigurationException.class);

        assertThat(tested().keys().list()).isEqualTo(before);
        assertThat(heard).extracting(KeyEvent::type).containsOnly(KeyEvent.Type.ROTATION_FAILED);
    }

    @Test
    default void only_a_waiting_key_of_the_ring_can_be_promoted() {
        Keyring ring = ring();
        KeyId current = ring.current().id();
        KeyMetadata stranger = tested().key("stranger");
        KeyMetadata destroyed = tested().keyInRing("destroyed", ROTATING);
        tested().keys().changeState(destroyed.id(), KeyState.DESTROYED, "not wanted");
        KeyMetadata waiting = tested().keyInRing("waiting", ROTATING);

        for (KeyMetadata wrong : List.of(stranger, destroyed)) {
            assertThatThrownBy(() -> ring.promote(wrong.id(), YEARLY))
                    .isInstanceOf(KeyStateException.class)
                    .hasMessageContaining(wrong.id().value());
        }
        assertThatThrownBy(() -> ring.promote(new KeyId("nobody"), YEARLY)).isInstanceOf(ChanceryException.class);
        assertThat(ring.promote(current, YEARLY).current()).isEqualTo(current);
        assertThat(ring.promote(waiting.id(), YEARLY).current()).isEqualTo(waiting.id());
    }

    private Keyring ring() {
        tested().keyInRing("first", ROTATING);
        return tested().keys().ring(ROTATING);
    }

    private Instant now() {
        return tested().clock().instant();
    }

    private static Instant aYearOn(Instant since) {
        return YEARLY.dueAt(since);
    }
}
