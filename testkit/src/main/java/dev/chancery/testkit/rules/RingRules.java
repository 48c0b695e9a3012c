package dev.chancery.testkit.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.Capability;
import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.Keyring;
import dev.chancery.Signer;
import dev.chancery.Verifier;
import dev.chancery.error.KeyExistsException;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyName;
import dev.chancery.key.KeyState;
import dev.chancery.key.RingPosition;
import dev.chancery.signature.Signature;
import dev.chancery.signature.Verification;
import dev.chancery.signature.VerifyOptions;
import dev.chancery.spi.Traits;
import dev.chancery.testkit.store.StoreUnderTest;
import dev.chancery.testkit.witness.Witnesses;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Rings: which key is current, who follows it, and who may claim a generation. */
public interface RingRules extends Rules {
    /** The ring of these tests. */
    String RING = "certificate-signing";

    @Test
    default void the_first_key_of_a_ring_is_its_current_one() {
        KeyMetadata key = tested().keyInRing("first", RING);

        assertThat(key.state()).isEqualTo(KeyState.ACTIVE);
        assertThat(key.ring()).hasValue(new RingPosition(new KeyName(RING), 1));
        Keyring ring = tested().keys().ring(RING);
        assertThat(ring.name().value()).isEqualTo(RING);
        assertThat(ring.current()).isEqualTo(key);
        assertThat(ring.keys()).containsExactly(key);
        assertThat(tested().keys().rings()).extracting(Keyring::name).containsExactly(new KeyName(RING));
        assertThat(tested().named(RING)).isEqualTo(key.id());
    }

    @Test
    default void a_later_key_waits_for_its_turn() {
        KeyMetadata first = tested().keyInRing("first", RING);
        KeyMetadata next = tested().keyInRing("next", RING);

        assertThat(next.state()).isEqualTo(KeyState.PRE_ACTIVE);
        assertThat(next.ring()).hasValue(new RingPosition(new KeyName(RING), 2));
        assertThat(tested().keys().ring(RING).current().id()).isEqualTo(first.id());
        assertThat(tested().keys().ring(RING).keys())
                .extracting(KeyMetadata::id)
                .containsExactly(first.id());
        assertThat(tested().named(RING))
                .as("a ring's name means its current key")
                .isEqualTo(first.id());
    }

    @Test
    default void keys_of_a_ring_are_called_after_it() {
        KeyStore keys = tested().keys();
        KeyRequest request = KeyRequest.builder(tested().someSpec()).ring(RING).build();

        KeyMetadata first = keys.generate(request);
        KeyMetadata second = keys.generate(request);

        boolean shared = tested().traits().names() == Traits.Names.RING;
        assertThat(tested().named(shared ? RING : RING + "-2026-11")).isEqualTo(first.id());
        assertThat(tested().named(shared ? second.id().value() : RING + "-2026-11-2"))
                .isEqualTo(second.id());
    }

    /** Except where all keys of a ring have the ring's name, as its versions. */
    @Test
    default void a_new_key_and_a_new_ring_never_get_one_name() {
        KeyMetadata first = tested().keyInRing("first", RING);
        assertThatThrownBy(() -> tested().key(RING))
                .isInstanceOf(KeyExistsException.class)
                .hasMessageContaining(RING);
        if (tested().traits().names() != Traits.Names.RING) {
            KeyMetadata single = tested().key("single");
            assertThatThrownBy(() -> tested().keyInRing("second", "single"))
                    .isInstanceOf(KeyExistsException.class)
                    .hasMessageContaining("single");
            assertThat(tested().named("key:single")).isEqualTo(single.id());
        }
        assertThat(tested().named("ring:" + RING)).isEqualTo(first.id());
        assertThat(tested().keys().rings()).hasSize(1);
    }

    @Test
    default void a_ring_signer_follows_the_ring_and_a_pinned_signer_does_not() {
        KeyMetadata first = tested().keyInRing("first", RING);
        Signer following = tested().keys().signer(RING);
        Signer pinned = tested().keys().signer(first.id().value());
        assertThat(following.sign(new byte[1]).keyId()).isEqualTo(first.id());

        KeyMetadata second = promote("second", 2);

        assertThat(following.key().id()).isEqualTo(second.id());
        Signature signature = following.sign(new byte[1]);
        assertThat(signature.keyId()).isEqualTo(second.id());
        Witnesses.confirm(tested().keys(), second, new byte[1], signature);
        assertThat(tested().keys().verifier(RING).verify(new byte[1], signature).isValid())
                .isTrue();
        assertThat(pinned.sign(new byte[1]).keyId()).isEqualTo(first.id());
        assertThat(tested().keys().ring(RING).keys())
                .extracting(KeyMetadata::id)
                .containsExactly(second.id(), first.id());
    }

    @Test
    default void a_ring_signer_survives_the_retirement_of_the_key_that_it_used() throws IOException {
        KeyMetadata first = tested().keyInRing("first", RING);
        Signer following = tested().keys().ring(RING).signer();
        assertThat(following.sign(new byte[1]).keyId()).isEqualTo(first.id());

        KeyMetadata second = promote("second", 2);
        tested().otherProcess().bring(first.id(), KeyState.DEACTIVATED);

        assertThat(following.sign(new byte[1]).keyId()).isEqualTo(second.id());
        assertThat(following.sign(new ByteArrayInputStream(new byte[1])).keyId())
                .isEqualTo(second.id());
        assertThat(following.signAll(List.of(new byte[1])).get(0).keyId()).isEqualTo(second.id());
    }

    @Test
    default void a_ring_verifier_knows_all_keys_that_were_current_and_says_which_it_was() throws IOException {
        KeyMetadata first = tested().keyInRing("first", RING);
        byte[] old = tested().keys().ring(RING).signer().sign(new byte[1]).value();
        KeyMetadata second = promote("second", 2);
        byte[] recent = tested().keys().ring(RING).signer().sign(new byte[1]).value();
        KeyMetadata stranger = tested().key("stranger");
        byte[] foreign = tested().keys().signer(stranger.id()).sign(new byte[1]).value();

        Verifier verifier = tested().keys().ring(RING).verifier();

        assertThat(signerOf(verifier.verify(new byte[1], old))).isEqualTo(first.id());
        assertThat(signerOf(verifier.verify(new byte[1], recent))).isEqualTo(second.id());
        assertThat(signerOf(verifier.verify(new ByteArrayInputStream(new byte[1]), old, VerifyOptions.DEFAULT)))
                .isEqualTo(first.id());
        Verification no = verifier.verify(new byte[1], foreign);
        assertThat(no.status()).isEqualTo(Verification.Status.INVALID);
        assertThat(no.key()).isEmpty();
    }

    @Test
    default void with_a_hint_a_ring_verifier_asks_that_key_only() {
        KeyMetadata first = tested().keyInRing("first", RING);
        byte[] old = tested().keys().ring(RING).signer().sign(new byte[1]).value();
        KeyMetadata second = promote("second", 2);
        KeyMetadata stranger = tested().key("stranger");
        byte[] foreign = tested().keys().signer(stranger.id()).sign(new byte[1]).value();
        Verifier verifier = tested().keys().ring(RING).verifier();

        assertThat(verifyWithHint(verifier, old, first.id())).isEqualTo(Verification.Status.VALID);
        assertThat(verifyWithHint(verifier, old, second.id())).isEqualTo(Verification.Status.INVALID);
        assertThat(verifyWithHint(verifier, foreign, stranger.id()))
                .as("a right signature of a key outside the ring")
                .isEqualTo(Verification.Status.INVALID);
    }

    @Test
    default void a_retired_key_of_a_ring_goes_on_verifying_and_a_compromised_one_does_not() {
        KeyMetadata first = tested().keyInRing("first", RING);
        byte[] old = tested().keys().ring(RING).signer().sign(new byte[1]).value();
        promote("second", 2);
        Verifier verifier = tested().keys().ring(RING).verifier();

        tested().otherProcess().bring(first.id(), KeyState.DEACTIVATED);
        assertThat(verifier.verify(new byte[1], old).status()).isEqualTo(Verification.Status.VALID);

        tested().otherProcess()
                .change(
                        first.id(),
                        attributes -> attributes
                                .state(KeyState.COMPROMISED, StoreUnderTest.START, "the laptop was stolen")
                                .compromisedSince(CompromisedSince.UNKNOWN));
        assertThat(verifier.verify(new byte[1], old).status()).isEqualTo(Verification.Status.COMPROMISED);
    }

    @Test
    default void rings_do_not_know_each_other() {
        KeyMetadata a = tested().keyInRing("a", "ring-a");
        KeyMetadata b = tested().keyInRing("b", "ring-b");
        Signature byB = tested().keys().ring("ring-b").signer().sign(new byte[1]);

        assertThat(tested().keys().rings())
                .extracting(ring -> ring.current().id())
                .containsExactly(a.id(), b.id());
        assertThat(tested().keys()
                        .ring("ring-a")
                        .verifier()
                        .verify(new byte[1], byB.value())
                        .isValid())
                .isFalse();
    }

    @Test
    default void only_a_waiting_key_that_holds_no_generation_can_be_discarded() {
        KeyMetadata current = tested().keyInRing("current", RING);
        KeyMetadata waiting = tested().keyInRing("waiting", RING);
        KeyMetadata single = tested().key("single");

        tested().otherProcess().removeCandidate(current.id());
        tested().otherProcess().removeCandidate(waiting.id());
        tested().otherProcess().removeCandidate(single.id());
        tested().otherProcess().removeCandidate(waiting.id());

        assertThat(tested().keys().list())
                .extracting(KeyMetadata::id)
                .filteredOn(id -> !id.equals(waiting.id()))
                .containsExactlyInAnyOrder(current.id(), single.id());
        assertThat(tested().otherProcess().isRemoved(waiting.id())).isTrue();
    }

    @Test
    default void a_store_says_in_one_word_how_a_generation_is_claimed() {
        assertThat(tested().keys().capabilities())
                .filteredOn(EnumSet.of(Capability.CLAIM_ATOMIC, Capability.CLAIM_BY_ELECTION)::contains)
                .hasSize(1);
    }

    @Test
    default void after_close_a_ring_does_nothing() {
        // A long TTL: everything below is remembered, and must not be served.
        KeyStore keys = tested().open(options -> options.stateTtl(Duration.ofHours(1)));
        keys.generate(KeyRequest.builder(tested().someSpec()).ring(RING).build());
        Keyring ring = keys.ring(RING);
        Signer following = ring.signer();
        Verifier anyOfRing = ring.verifier();
        byte[] signature = following.sign(new byte[1]).value();

        keys.close();

        for (ThrowingCallable use : List.<ThrowingCallable>of(
                ring::current,
                ring::keys,
                ring::signer,
                () -> following.sign(new byte[1]),
                () -> anyOfRing.verify(new byte[1], signature))) {
            assertThatIllegalStateException().isThrownBy(use).withMessageContaining(keys.location());
        }
    }

    /** Does by hand, in another process as it were, what a rotation does. */
    private KeyMetadata promote(String name, long generation) {
        KeyMetadata next = tested().keyInRing(name, RING);
        tested().otherProcess().bring(next.id(), KeyState.ACTIVE);
        assertThat(tested().otherProcess().claim(new RingPosition(new KeyName(RING), generation), next.id()))
                .isEqualTo(next.id());
        return next;
    }

    private static KeyId signerOf(Verification answer) {
        assertThat(answer.isValid()).as(answer.reason()).isTrue();
        return answer.key().orElseThrow().id();
    }

    private static Verification.Status verifyWithHint(Verifier verifier, byte[] signature, KeyId hint) {
        return verifier.verify(new byte[1], signature, VerifyOptions.DEFAULT.withKeyHint(hint))
                .status();
    }
}
