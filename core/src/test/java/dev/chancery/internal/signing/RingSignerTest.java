package dev.chancery.internal.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.Keyring;
import dev.chancery.Signer;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.error.KeyStateException;
import dev.chancery.internal.store.FakeBackend;
import dev.chancery.internal.store.FakeStore;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyName;
import dev.chancery.key.KeyOrigin;
import dev.chancery.key.KeyState;
import dev.chancery.key.RingPosition;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.rotation.RotationPolicy;
import dev.chancery.signature.Signature;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A signer that follows its ring, and what it costs. The state TTL is 10 s. */
class RingSignerTest {
    private static final byte[] MESSAGE = {1, 2, 3};

    private final FakeStore store = new FakeStore();
    private final KeyMetadata first = store.keyInRing("first", "ring");
    private final Signer signer = store.keys.ring("ring").signer();

    /** Another instance rotates and retires the old key at once; this one has heard of the retirement only. */
    private KeyId rotatedElsewhereAndRefusedHere() {
        KeyId second = store.rotatedElsewhere("second", "ring", 2);
        store.broughtElsewhere(first.id(), KeyState.DEACTIVATED);
        assertThat(store.keys.get(first.id()).state()).isEqualTo(KeyState.DEACTIVATED);
        store.backend.calls.clear();
        return second;
    }

    @Test
    void a_signature_costs_one_call_and_no_look_ups() {
        store.backend.calls.clear();

        signer.sign(MESSAGE);
        signer.sign(MESSAGE);

        assertThat(store.backend.calls).containsExactly("sign first Digest", "sign first Digest");
    }

    @Test
    void within_the_state_ttl_the_key_that_is_known_signs_on() {
        store.rotatedElsewhere("second", "ring", 2);

        assertThat(signer.sign(MESSAGE).keyId()).isEqualTo(first.id());
    }

    @Test
    void after_it_the_new_key_signs() {
        KeyId second = store.rotatedElsewhere("second", "ring", 2);
        store.ticker.advance(Duration.ofSeconds(10));

        assertThat(signer.sign(MESSAGE).keyId()).isEqualTo(second);
        assertThat(signer.key().id()).isEqualTo(second);
        assertThat(signer.algorithm()).isEqualTo(SignatureAlgorithm.ECDSA_SHA256);
    }

    @Test
    void a_refusal_is_worth_one_fresh_look_at_the_ring() {
        KeyId second = rotatedElsewhereAndRefusedHere();

        assertThat(signer.sign(MESSAGE).keyId()).isEqualTo(second);

        assertThat(store.backend.calls)
                .as("the ring, its new key on first use and again, and the signature")
                .containsExactly("holder ring/2", "holder ring/3", "find second", "find second", "sign second Digest");
    }

    @Test
    void a_rotation_between_the_claims_and_the_record_loses_no_key() {
        Keyring elsewhere = store.backend.open(KeyStoreOptions.DEFAULT).ring("ring");
        KeyId second = elsewhere.rotate(RotationPolicy.PRODUCTION).current();
        assertThat(store.keys.get(first.id()).signUntil()).isPresent(); // heard of the end, and not of who follows
        List<KeyId> third = new ArrayList<>();
        store.backend.beforeRead = () -> {
            List<String> calls = store.backend.calls;
            if (calls.get(calls.size() - 1).equals("find " + second)) {
                store.backend.beforeRead = () -> {};
                third.add(elsewhere.rotate(RotationPolicy.PRODUCTION).current());
            }
        };

        assertThat(signer.sign(MESSAGE).keyId()).isIn(third);
    }

    /** A way to sign {@link #MESSAGE}. */
    @FunctionalInterface
    interface Way {
        Signature sign(Signer signer, Path file) throws IOException;
    }

    static List<Named<Way>> ways() {
        return List.of(
                Named.of("a message", (signer, file) -> signer.sign(MESSAGE)),
                Named.of("a stream", (signer, file) -> signer.sign(new ByteArrayInputStream(MESSAGE))),
                Named.of("a file", (signer, file) -> signer.sign(file)),
                Named.of("a digest", (signer, file) -> signer.signDigest(sha256(MESSAGE))),
                Named.of(
                        "a batch",
                        (signer, file) -> signer.signAll(List.of(MESSAGE)).get(0)));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void no_call_fails_because_another_instance_rotated(Way way, @TempDir Path directory) throws IOException {
        Path file = Files.write(directory.resolve("message"), MESSAGE);
        KeyId second = rotatedElsewhereAndRefusedHere();

        Signature signature = way.sign(signer, file);

        assertThat(signature.keyId()).isEqualTo(second);
        assertThat(store.keys
                        .verifier(second)
                        .verify(MESSAGE, signature.value())
                        .isValid())
                .as("the whole message was signed")
                .isTrue();
    }

    @ParameterizedTest
    @MethodSource("ways")
    void a_refusal_by_the_store_itself_costs_nothing_of_the_message(Way way, @TempDir Path directory)
            throws IOException {
        Path file = Files.write(directory.resolve("message"), MESSAGE);
        KeyId second = store.rotatedElsewhere("second", "ring", 2);
        boolean[] refused = {false};
        store.backend.onSign = made -> {
            if (!refused[0]) {
                refused[0] = true;
                throw new KeyStateException("Somebody disabled the key where it is kept.");
            }
            return made;
        };

        Signature signature = way.sign(signer, file);

        assertThat(refused[0]).isTrue();
        assertThat(signature.keyId()).isEqualTo(second);
        assertThat(isOfTheWholeMessage(signature)).isTrue();
    }

    private boolean isOfTheWholeMessage(Signature signature) {
        return store.keys
                .verifier(signature.keyId())
                .verify(MESSAGE, signature.value())
                .isValid();
    }

    @Test
    void a_key_that_is_compromised_while_a_stream_is_read_is_followed_by_the_next_one() throws IOException {
        Signature signature = signer.sign(new EventfulMessage(
                MESSAGE, () -> store.keys.compromise(first.id(), CompromisedSince.UNKNOWN, "stolen")));

        assertThat(signature.keyId()).isNotEqualTo(first.id());
        assertThat(signature.keyId())
                .isEqualTo(store.keys.ring("ring").current().id());
        assertThat(isOfTheWholeMessage(signature)).isTrue();
    }

    @Test
    void a_key_in_its_overlap_signs_what_was_read_for_it() throws IOException {
        Signature signature = signer.sign(
                new EventfulMessage(MESSAGE, () -> store.keys.ring("ring").rotate(RotationPolicy.PRODUCTION)));

        assertThat(signature.keyId()).isEqualTo(first.id());
        assertThat(isOfTheWholeMessage(signature)).isTrue();
    }

    @Test
    void a_digest_that_the_next_key_cannot_sign_is_not_signed_and_the_caller_is_told_to_sign_again()
            throws IOException {
        KeyId second = promotedElsewhere("second", KeySpec.ED25519, 2);
        EventfulMessage message = new EventfulMessage(MESSAGE, this::retired);

        assertThatThrownBy(() -> signer.sign(message))
                .isInstanceOf(KeyStateException.class)
                .hasMessageContaining("Key second in fake:")
                .hasMessageContaining("ED25519")
                .hasMessageContaining("ECDSA_SHA256")
                .hasMessageContaining("sign the message again");

        Signature again = signer.sign(new ByteArrayInputStream(MESSAGE));
        assertThat(again.keyId()).isEqualTo(second);
        assertThat(isOfTheWholeMessage(again)).isTrue();
    }

    @Test
    void a_message_that_was_read_whole_is_signed_by_any_next_key() throws IOException {
        KeyId second = promotedElsewhere("second", KeySpec.ED25519, 2);
        store.ticker.advance(Duration.ofSeconds(10));
        assertThat(signer.key().id()).isEqualTo(second);
        KeyId third = store.rotatedElsewhere("third", "ring", 3);

        Signature signature = signer.sign(new EventfulMessage(MESSAGE, () -> {
            store.broughtElsewhere(second, KeyState.DEACTIVATED);
            assertThat(store.keys.get(second).state()).isEqualTo(KeyState.DEACTIVATED);
        }));

        assertThat(signature.keyId()).isEqualTo(third);
        assertThat(isOfTheWholeMessage(signature)).isTrue();
    }

    private KeyId promotedElsewhere(String name, KeySpec spec, long generation) {
        RingPosition position = new RingPosition(new KeyName("ring"), generation);
        KeyAttributes attributes = KeyAttributes.builder(KeyState.ACTIVE, FakeStore.NOW, KeyOrigin.GENERATED)
                .ring(position)
                .build();
        KeyId id = store.backend
                .add(name, FakeBackend.LOCAL_KEYS.generate(spec), attributes)
                .id();
        store.backend.claim(position, id);
        return id;
    }

    private void retired() {
        store.broughtElsewhere(first.id(), KeyState.DEACTIVATED);
        assertThat(store.keys.get(first.id()).state()).isEqualTo(KeyState.DEACTIVATED);
    }

    private static byte[] sha256(byte[] message) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(message);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void a_ring_without_a_key_that_may_sign_is_looked_at_once_and_the_refusal_stands() {
        store.broughtElsewhere(first.id(), KeyState.SUSPENDED);
        assertThat(store.keys.get(first.id()).state()).isEqualTo(KeyState.SUSPENDED);
        store.backend.calls.clear();

        assertThatThrownBy(() -> signer.sign(MESSAGE))
                .isInstanceOf(KeyStateException.class)
                .hasMessageContaining("SUSPENDED");

        assertThat(store.backend.calls).containsExactly("holder ring/2", "find first");
    }

    @Test
    void a_key_whose_claim_stands_signs_before_its_state_records_it() {
        KeyId second = store.rotatedElsewhere("second", "ring", 2);
        store.changedElsewhere(second, attributes -> attributes.state(KeyState.PRE_ACTIVE, FakeStore.NOW, "not yet"));
        store.ticker.advance(Duration.ofSeconds(10));

        assertThat(signer.sign(MESSAGE).keyId()).isEqualTo(second);
        assertThatThrownBy(() -> store.keys.signer(second).sign(MESSAGE))
                .as("pinned, it is a key like any other")
                .isInstanceOf(KeyStateException.class);
    }
}
