package dev.chancery.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.Signer;
import dev.chancery.Verifier;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.KeyAccessException;
import dev.chancery.error.KeyNotFoundException;
import dev.chancery.error.KeyStateException;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyState;
import dev.chancery.rotation.RotationPolicy;
import dev.chancery.signature.Verification;
import dev.chancery.spi.Service;
import dev.chancery.spi.StoredKey;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What is still served while a store does not answer, and for how long. The state TTL is 10 s, maxStale 60 s. */
class StoreOutageTest {
    private static final byte[] MESSAGE = {1, 2, 3};
    private static final Duration TTL = Duration.ofSeconds(10);
    private static final Duration MAX_STALE = Duration.ofSeconds(60);

    private final FakeStore store = new FakeStore();
    private final KeyMetadata key = store.keyInRing("invoices", "ring");
    private final Signer signer = store.keys.signer(key.id());
    private final Signer following = store.keys.ring("ring").signer();
    private final Verifier verifier = store.keys.verifier(key.id());
    private final Verifier ofRing = store.keys.ring("ring").verifier();
    private final byte[] signature = signer.sign(MESSAGE).value();

    private void outage() {
        store.backend.outage = new StoreUnavailableException("the network is down", null);
    }

    @Test
    void up_to_max_stale_the_last_known_state_serves() {
        outage();
        store.ticker.advance(MAX_STALE);

        assertThat(signer.sign(MESSAGE).keyId()).isEqualTo(key.id());
        assertThat(following.sign(MESSAGE).keyId()).isEqualTo(key.id());
        Verification answer = verifier.verify(MESSAGE, signature);
        assertThat(answer.isValid()).isTrue();
        assertThat(answer.stateUnknown()).isFalse();
    }

    @Test
    void beyond_it_nothing_is_signed_and_the_caller_may_try_again() {
        outage();
        store.ticker.advance(MAX_STALE.plusNanos(1));

        for (Signer each : new Signer[] {signer, following}) {
            assertThatThrownBy(() -> each.sign(MESSAGE))
                    .isInstanceOfSatisfying(
                            StoreUnavailableException.class,
                            e -> assertThat(e.isRetryable()).isTrue())
                    .hasMessageContaining("key invoices in fake:")
                    .hasMessageContaining("PT1M");
        }
    }

    @Test
    void beyond_it_a_verifier_answers_and_says_that_the_state_is_not_known() {
        outage();
        store.ticker.advance(MAX_STALE.plusNanos(1));

        for (Verifier each : new Verifier[] {verifier, ofRing}) {
            Verification answer = each.verify(MESSAGE, signature);
            assertThat(answer.isValid()).isTrue();
            assertThat(answer.stateUnknown()).isTrue();
            assertThat(answer.reason()).contains("could not be refreshed");
        }
    }

    @Test
    void a_ring_that_cannot_be_read_again_says_that_a_newer_key_may_have_signed() {
        outage();

        Verification answer = ofRing.verify(new byte[] {9}, signature);

        assertThat(answer.status()).isEqualTo(Verification.Status.INVALID);
        assertThat(answer.stateUnknown()).isTrue();
        assertThat(answer.reason()).contains("a newer key may have made it");
    }

    @Test
    void when_the_store_answers_again_so_do_signer_and_verifier() {
        outage();
        store.ticker.advance(MAX_STALE.plusNanos(1));
        assertThatThrownBy(() -> signer.sign(MESSAGE)).isInstanceOf(StoreUnavailableException.class);

        store.backend.outage = null;
        store.ticker.advance(TTL);

        assertThat(signer.sign(MESSAGE).keyId()).isEqualTo(key.id());
        assertThat(verifier.verify(MESSAGE, signature).stateUnknown()).isFalse();
    }

    @Test
    void a_change_made_during_the_outage_is_seen_after_it() {
        outage();
        store.ticker.advance(TTL);
        assertThat(signer.sign(MESSAGE).keyId()).isEqualTo(key.id());
        store.broughtElsewhere(key.id(), KeyState.SUSPENDED);

        store.backend.outage = null;
        store.ticker.advance(TTL);

        assertThatThrownBy(() -> signer.sign(MESSAGE)).isInstanceOf(KeyStateException.class);
    }

    @Test
    void a_long_silence_without_an_outage_is_none() {
        store.ticker.advance(Duration.ofDays(30));

        assertThat(signer.sign(MESSAGE).keyId()).isEqualTo(key.id());
        assertThat(verifier.verify(MESSAGE, signature).stateUnknown()).isFalse();
    }

    @Test
    void a_time_to_live_above_max_stale_is_what_counts() {
        FakeStore slow = new FakeStore(options -> options.stateTtl(MAX_STALE.multipliedBy(2)));
        KeyMetadata seldomRead = slow.key("seldom-read");
        Signer itsSigner = slow.keys.signer(seldomRead.id());
        byte[] made = itsSigner.sign(MESSAGE).value();

        slow.backend.outage = new StoreUnavailableException("the network is down", null);
        slow.ticker.advance(MAX_STALE.multipliedBy(2).minusNanos(1));
        assertThat(itsSigner.sign(MESSAGE).keyId()).isEqualTo(seldomRead.id());
        assertThat(slow.keys.verifier(seldomRead.id()).verify(MESSAGE, made).stateUnknown())
                .isFalse();

        slow.ticker.advance(Duration.ofNanos(2));
        assertThatThrownBy(() -> itsSigner.sign(MESSAGE))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("PT2M");
    }

    @Test
    void times_that_no_count_of_nanoseconds_holds_are_for_ever() {
        Duration forEver = Duration.ofSeconds(Long.MAX_VALUE);
        FakeStore store = new FakeStore(options -> options.stateTtl(forEver).maxStale(forEver));
        KeyMetadata first = store.keyInRing("first", "ring");
        store.backend.outage = new StoreUnavailableException("the network is down", null);
        store.ticker.advance(Duration.ofDays(100 * 365));

        assertThat(store.keys.signer(first.id()).sign(MESSAGE).keyId()).isEqualTo(first.id());

        store.backend.outage = null;
        assertThat(store.keys.ring("ring").rotate(RotationPolicy.PRODUCTION).generation())
                .isEqualTo(2);
    }

    @Test
    void a_key_is_not_opened_during_an_outage() {
        FakeStore another = new FakeStore();
        KeyMetadata unread = another.key("unread");
        StoredKey stored = another.backend.keys.get(unread.id());
        store.backend.keys.put(unread.id(), stored);
        outage();

        assertThatThrownBy(() -> store.keys.signer(unread.id())).isInstanceOf(StoreUnavailableException.class);
    }

    @Test
    void a_store_that_refuses_access_is_not_covered_up() {
        store.backend.outage = new KeyAccessException("your rights are gone");
        store.ticker.advance(TTL);

        assertThatThrownBy(() -> signer.sign(MESSAGE)).isInstanceOf(KeyAccessException.class);
        assertThatThrownBy(() -> verifier.verify(MESSAGE, signature)).isInstanceOf(KeyAccessException.class);
    }

    @Test
    void a_key_that_is_gone_is_not_found() {
        store.backend.keys.remove(key.id());
        store.ticker.advance(TTL);

        assertThatThrownBy(() -> signer.sign(MESSAGE)).isInstanceOf(KeyNotFoundException.class);
    }

    @Test
    void other_material_under_the_same_id_is_neither_signed_nor_verified_with() {
        KeyAttributes attributes = key.attributes();
        store.backend.keys.remove(key.id());
        store.backend.add("invoices", FakeBackend.LOCAL_KEYS.generate(KeySpec.EC_P256), attributes);
        store.ticker.advance(TTL);

        assertThatThrownBy(() -> signer.sign(MESSAGE))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("invoices")
                .hasMessageContaining(key.fingerprint());
        assertThatThrownBy(() -> verifier.verify(MESSAGE, signature)).isInstanceOf(IntegrityException.class);
        assertThatThrownBy(() -> store.keys.get(key.id())).isInstanceOf(IntegrityException.class);
    }

    @Test
    void a_key_that_the_store_cannot_sign_with_at_present_says_why() {
        store.backend.keys.computeIfPresent(
                key.id(),
                (id, sound) -> sound.withService(new Service.Out("it was disabled by hand: invoices.pem.disabled.")));
        store.ticker.advance(TTL);

        assertThatThrownBy(() -> signer.sign(MESSAGE))
                .isInstanceOf(KeyStateException.class)
                .hasMessageContaining("disabled by hand");
        assertThat(verifier.verify(MESSAGE, signature).isValid()).isTrue();
    }
}
