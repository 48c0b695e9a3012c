package dev.chancery.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.CompromiseReport;
import dev.chancery.KeyRequest;
import dev.chancery.Keyring;
import dev.chancery.Signer;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.error.KeyNotFoundException;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyOrigin;
import dev.chancery.key.KeyState;
import dev.chancery.rotation.Rotation;
import dev.chancery.rotation.RotationPolicy;
import dev.chancery.signature.Signature;
import java.time.Duration;
import java.time.Period;
import org.junit.jupiter.api.Test;

/** The short forms that a first program reaches for mean what the long ones do. */
class FirstProgramTest {
    private static final byte[] MESSAGE = {1, 2, 3};

    private final FakeStore store = new FakeStore();

    @Test
    void a_rings_name_signs_with_its_current_key_and_follows_it() {
        store.keyInRing("first", "ring");
        Signer signer = store.keys.signer("ring");
        KeyId second = store.rotatedElsewhere("second", "ring", 2);
        store.ticker.advance(Duration.ofSeconds(10));

        assertThat(signer.sign(MESSAGE).keyId()).isEqualTo(second);
    }

    @Test
    void a_rings_name_verifies_with_all_its_keys_and_a_keys_name_with_one() {
        KeyMetadata first = store.keyInRing("first", "ring");
        Signature old = store.keys.signer("first").sign(MESSAGE);
        store.rotatedElsewhere("second", "ring", 2);

        assertThat(store.keys.verifier("ring").verify(MESSAGE, old).key()).hasValue(first);
        assertThat(store.keys.verifier("first").verify(MESSAGE, old).isValid()).isTrue();
        assertThat(store.keys.verifier("second").verify(MESSAGE, old).isValid()).isFalse();
    }

    @Test
    void a_key_goes_before_a_ring_of_the_same_name() {
        store.keyInRing("first", "same");
        KeyAttributes outsideRings = KeyAttributes.builder(KeyState.ACTIVE, FakeStore.NOW, KeyOrigin.GENERATED)
                .build();
        KeyId key = store.backend
                .add("same", FakeBackend.LOCAL_KEYS.generate(KeySpec.EC_P256), outsideRings)
                .id();

        Signature signature = store.keys.signer("same").sign(MESSAGE);

        assertThat(signature.keyId()).isEqualTo(key);
        assertThat(store.keys.verifier("same").verify(MESSAGE, signature).isValid())
                .isTrue();
        assertThat(store.keys.signer("key:same").key().id()).isEqualTo(key);
        Signature ofRing = store.keys.signer("ring:same").sign(MESSAGE);
        KeyId second = store.rotatedElsewhere("second", "same", 2);
        store.ticker.advance(Duration.ofSeconds(10));
        assertThat(ofRing.keyId()).isEqualTo(new KeyId("first"));
        assertThat(store.keys.verifier("ring:same").verify(MESSAGE, ofRing).isValid())
                .isTrue();
        assertThat(store.keys.signer("ring:same").key().id()).isEqualTo(second);
    }

    @Test
    void a_name_of_neither_is_named() {
        assertThatThrownBy(() -> store.keys.signer("none"))
                .isInstanceOf(KeyNotFoundException.class)
                .hasMessageContaining("'none'");
        assertThatThrownBy(() -> store.keys.verifier("none")).isInstanceOf(KeyNotFoundException.class);
    }

    @Test
    void a_ring_rotates_by_the_policy_that_the_store_was_opened_with() {
        RotationPolicy monthly =
                RotationPolicy.PRODUCTION.withPeriod(Period.ofMonths(1)).withNextSpec(KeySpec.EC_P384);
        FakeStore opened = new FakeStore(options -> options.rotationPolicy(monthly));
        opened.keyInRing("first", "ring");
        Keyring ring = opened.keys.ring("ring");

        Rotation rotation = ring.rotate();

        assertThat(rotation.generation()).isEqualTo(2);
        assertThat(ring.current().spec()).isEqualTo(KeySpec.EC_P384);
        assertThat(rotation.due()).isEqualTo(monthly.dueAt(rotation.since()));
        assertThat(ring.rotateIfDue()).isEqualTo(rotation);
        assertThat(store.keys.toString()).isEqualTo("KeyStore[" + store.keys.location() + "]");
    }

    @Test
    void a_compromise_without_a_date_is_one_of_unknown_beginning() {
        KeyMetadata key = store.key("invoices");

        CompromiseReport report = store.keys.compromise(key.id(), "laptop stolen");

        assertThat(report.since()).isEqualTo(CompromisedSince.UNKNOWN);
        assertThat(store.keys.get(key.id()).compromisedSince()).hasValue(CompromisedSince.UNKNOWN);
    }

    @Test
    void a_signature_is_verified_with_its_own_algorithm() {
        KeyMetadata key = store.keys.generate(KeyRequest.of(KeySpec.RSA_2048, "rsa"));
        Signature signature =
                store.keys.signer(key.id(), SignatureAlgorithm.RSA_PKCS1_SHA512).sign(MESSAGE);

        assertThat(store.keys.verifier(key.id()).verify(MESSAGE, signature).isValid())
                .isTrue();
        assertThat(store.keys
                        .verifier(key.id())
                        .verify(MESSAGE, signature.value())
                        .isValid())
                .isFalse();
    }
}
