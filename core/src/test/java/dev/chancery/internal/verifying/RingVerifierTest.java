package dev.chancery.internal.verifying;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.Verifier;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.algorithm.SignatureEncoding;
import dev.chancery.error.AlgorithmMismatchException;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.MessageTooLargeException;
import dev.chancery.internal.jca.TestKeys;
import dev.chancery.internal.store.FakeBackend;
import dev.chancery.internal.store.FakeStore;
import dev.chancery.internal.store.StandardError;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyName;
import dev.chancery.key.KeyOrigin;
import dev.chancery.key.KeyState;
import dev.chancery.key.RingPosition;
import dev.chancery.signature.Verification;
import dev.chancery.signature.Verification.Status;
import dev.chancery.signature.VerifyOptions;
import dev.chancery.spi.records.StoredRecord.Damaged;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Finds the key of a ring that made a signature. */
class RingVerifierTest {
    private static final byte[] MESSAGE = {1, 2, 3};
    private static final VerifyOptions DEFAULT = VerifyOptions.DEFAULT;

    private final FakeStore store = new FakeStore(options -> options.ed25519Buffer(1000));
    private final KeyMetadata first = store.keyInRing("first", "ring");

    private byte[] signedBy(KeyId id) {
        return signedBy(id, MESSAGE);
    }

    private byte[] signedBy(KeyId id, byte[] message) {
        return store.keys.signer(id).sign(message).value();
    }

    private KeyId promoted(String name, KeyPair pair, long generation) {
        RingPosition position = new RingPosition(new KeyName("ring"), generation);
        KeyId id = store.backend
                .add(
                        name,
                        pair,
                        KeyAttributes.builder(KeyState.ACTIVE, FakeStore.NOW, KeyOrigin.GENERATED)
                                .ring(position)
                                .build())
                .id();
        store.backend.claim(position, id);
        return id;
    }

    private Verifier verifier() {
        return store.keys.ring("ring").verifier();
    }

    @Test
    void the_newest_key_is_asked_first() {
        // One pair under two ids: whichever is asked first is the answer.
        KeyPair same = FakeBackend.LOCAL_KEYS.generate(KeySpec.EC_P256);
        KeyId second = promoted("second", same, 2);
        KeyId third = promoted("third", same, 3);

        Verification answer = verifier().verify(MESSAGE, signedBy(second));

        assertThat(answer.key()).map(KeyMetadata::id).hasValue(third);
    }

    @Test
    void a_key_that_is_damaged_or_gone_does_not_keep_the_others_from_verifying() {
        byte[] byFirst = signedBy(first.id());
        KeyId second = promoted("second", FakeBackend.LOCAL_KEYS.generate(KeySpec.EC_P256), 2);
        KeyId third = promoted("third", FakeBackend.LOCAL_KEYS.generate(KeySpec.EC_P256), 3);
        store.backend.keys.remove(second);
        store.backend.keys.computeIfPresent(
                third, (id, key) -> key.withRecord(new Damaged(Optional.empty(), "third.json is torn.", "")));

        assertThat(verifier().verify(MESSAGE, byFirst).isValid()).isTrue();
        assertThat(store.keys.ring("ring").keys()).extracting(KeyMetadata::id).containsExactly(first.id());
        assertThatThrownBy(() -> store.keys.ring("ring").current()).isInstanceOf(IntegrityException.class);
    }

    private KeyId promotedForPss(String name, long generation, @Nullable PSSParameterSpec only)
            throws GeneralSecurityException {
        KeyPair pair = TestKeys.pair(KeySpec.RSA_2048);
        RSAPublicKey rsa = (RSAPublicKey) pair.getPublic();
        PublicKey pss = KeyFactory.getInstance("RSASSA-PSS")
                .generatePublic(new RSAPublicKeySpec(rsa.getModulus(), rsa.getPublicExponent(), only));
        return promoted(name, new KeyPair(pss, pair.getPrivate()), generation);
    }

    /** Bound to SHA-1 by its own parameters: it can be shown and managed, and nothing here verifies with it. */
    private KeyId promotedUnverifiable(String name, long generation) throws GeneralSecurityException {
        return promotedForPss(name, generation, new PSSParameterSpec("SHA-1", "MGF1", MGF1ParameterSpec.SHA1, 20, 1));
    }

    @Test
    void a_key_that_is_confined_to_another_algorithm_is_not_asked() throws GeneralSecurityException {
        KeyId rsa = promoted("rsa", TestKeys.pair(KeySpec.RSA_2048), 2);
        promotedForPss("pss", 3, null);
        byte[] pkcs1 = store.keys
                .signer(rsa, SignatureAlgorithm.RSA_PKCS1_SHA256)
                .sign(MESSAGE)
                .value();

        Verification answer =
                verifier().verify(MESSAGE, pkcs1, DEFAULT.withAlgorithm(SignatureAlgorithm.RSA_PKCS1_SHA256));

        assertThat(answer.isValid()).isTrue();
        assertThat(answer.key()).map(KeyMetadata::id).hasValue(rsa);
    }

    @Test
    void a_key_that_nothing_here_verifies_with_does_not_keep_the_others_from_verifying(@TempDir Path directory)
            throws GeneralSecurityException, IOException {
        byte[] byFirst = signedBy(first.id());
        promotedUnverifiable("second", 2);
        Path file = Files.write(directory.resolve("message"), MESSAGE);
        Verifier verifier = verifier();

        try (StandardError log = new StandardError()) {
            assertThat(verifier.verify(MESSAGE, byFirst).isValid()).isTrue();
            assertThat(log.text()).contains("WARN").contains("Key second in fake:");
        }
        try (StandardError log = new StandardError()) {
            assertThat(verifier.verify(new ByteArrayInputStream(MESSAGE), byFirst, DEFAULT)
                            .isValid())
                    .isTrue();
            assertThat(verifier.verify(file, byFirst, DEFAULT).isValid()).isTrue();
            assertThat(verifier.verify(new byte[] {9}, byFirst).status()).isEqualTo(Status.INVALID);
            assertThat(log.text()).as("once is enough").isEmpty();
        }
    }

    @Test
    void a_hint_at_a_key_that_must_not_be_used_gets_a_no() throws GeneralSecurityException {
        byte[] byFirst = signedBy(first.id());
        KeyId second = promotedUnverifiable("second", 2);

        try (StandardError log = new StandardError()) {
            assertThat(verifier()
                            .verify(MESSAGE, byFirst, DEFAULT.withKeyHint(second))
                            .status())
                    .isEqualTo(Status.INVALID);
            assertThat(log.text()).contains("Key second in fake:");
        }
    }

    @Test
    void a_hint_makes_it_one_check() {
        KeyId second = store.rotatedElsewhere("second", "ring", 2);
        byte[] signature = signedBy(first.id());

        assertThat(verifier()
                        .verify(MESSAGE, signature, DEFAULT.withKeyHint(first.id()))
                        .status())
                .isEqualTo(Status.VALID);
        assertThat(verifier()
                        .verify(MESSAGE, signature, DEFAULT.withKeyHint(second))
                        .status())
                .isEqualTo(Status.INVALID);
        assertThat(verifier()
                        .verify(MESSAGE, signature, DEFAULT.withKeyHint(new KeyId("nobody")))
                        .status())
                .isEqualTo(Status.INVALID);
    }

    @Test
    void a_valid_signature_costs_no_call() {
        Verifier verifier = verifier();
        byte[] signature = signedBy(first.id());
        store.backend.calls.clear();

        assertThat(verifier.verify(MESSAGE, signature).isValid()).isTrue();

        assertThat(store.backend.calls).isEmpty();
    }

    @Test
    void a_key_that_this_instance_has_not_heard_of_is_found_by_a_fresh_look() throws IOException {
        Verifier verifier = verifier();
        KeyId second = store.rotatedElsewhere("second", "ring", 2);
        FakeStore elsewhere = new FakeStore();
        elsewhere.backend.keys.putAll(store.backend.keys);
        elsewhere.backend.privateKeys.putAll(store.backend.privateKeys);
        byte[] signature = elsewhere.keys.signer(second).sign(MESSAGE).value();

        assertThat(verifier.verify(MESSAGE, signature, DEFAULT.withKeyHint(second))
                        .isValid())
                .isTrue();
        assertThat(verifier.verify(new ByteArrayInputStream(MESSAGE), signature, DEFAULT)
                        .key())
                .map(KeyMetadata::id)
                .hasValue(second);
    }

    @Test
    void a_signature_that_no_key_made_costs_one_look_at_the_ring() {
        KeyMetadata outside = store.key("outside");
        Verifier verifier = verifier();
        byte[] foreign = signedBy(outside.id());
        store.backend.calls.clear();

        assertThat(verifier.verify(MESSAGE, foreign).status()).isEqualTo(Status.INVALID);

        assertThat(store.backend.calls).containsExactly("holder ring/2");
    }

    @Test
    void a_signature_that_is_not_the_named_keys_costs_no_look_at_the_ring() {
        KeyMetadata outside = store.key("outside");
        Verifier verifier = verifier();
        byte[] foreign = signedBy(outside.id());
        store.backend.calls.clear();

        Verification answer = verifier.verify(MESSAGE, foreign, DEFAULT.withKeyHint(first.id()));

        assertThat(answer.status()).isEqualTo(Status.INVALID);
        assertThat(answer.stateUnknown()).isFalse();
        assertThat(store.backend.calls).isEmpty();
    }

    @Test
    void an_answer_that_is_not_simply_no_ends_the_search() {
        store.rotatedElsewhere("second", "ring", 2);
        byte[] signature = signedBy(first.id());
        store.changedElsewhere(first.id(), attributes -> attributes.verifyUntil(FakeStore.NOW));
        assertThat(store.keys.get(first.id()).verifyUntil()).isPresent();

        Verification answer = verifier().verify(MESSAGE, signature);

        assertThat(answer.status()).isEqualTo(Status.EXPIRED);
        assertThat(answer.key()).map(KeyMetadata::id).hasValue(first.id());
    }

    @Test
    void messages_streams_files_and_digests_are_all_searched(@TempDir Path directory)
            throws IOException, NoSuchAlgorithmException {
        store.rotatedElsewhere("second", "ring", 2);
        byte[] signature = signedBy(first.id());
        Path file = Files.write(directory.resolve("message"), MESSAGE);
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(MESSAGE);
        Verifier verifier = verifier();

        assertThat(verifier.verify(MESSAGE, signature).isValid()).isTrue();
        assertThat(verifier.verify(new ByteArrayInputStream(MESSAGE), signature, DEFAULT)
                        .isValid())
                .isTrue();
        assertThat(verifier.verify(file, signature, DEFAULT).isValid()).isTrue();
        assertThat(verifier.verifyDigest(digest, signature, DEFAULT).isValid()).isTrue();
    }

    @Test
    void options_reach_the_key_that_is_asked() {
        byte[] p1363 = store.keys.signer(first.id()).sign(MESSAGE).toP1363();

        assertThat(verifier()
                        .verify(MESSAGE, p1363, DEFAULT.withEncoding(SignatureEncoding.P1363))
                        .isValid())
                .isTrue();
        assertThat(verifier().verify(MESSAGE, p1363, DEFAULT).isValid()).isFalse();
    }

    @Test
    void keys_of_one_algorithm_share_the_digest_of_a_stream_of_any_length() throws IOException {
        store.rotatedElsewhere("second", "ring", 2);
        byte[] message = new byte[1_000_000];
        byte[] signature = signedBy(first.id(), message);

        assertThat(verifier()
                        .verify(new ByteArrayInputStream(message), signature, DEFAULT)
                        .isValid())
                .isTrue();
    }

    @Test
    void a_ring_of_several_algorithms_buffers_a_stream_up_to_the_limit() throws IOException {
        KeyId second = promoted("second", FakeBackend.LOCAL_KEYS.generate(KeySpec.ED25519), 2);
        byte[] most = new byte[1000];

        for (KeyId id : new KeyId[] {first.id(), second}) {
            InputStream message = new ByteArrayInputStream(most);
            assertThat(verifier().verify(message, signedBy(id, most), DEFAULT).isValid())
                    .isTrue();
        }
        byte[] tooMuch = new byte[1001];
        byte[] signature = signedBy(first.id(), tooMuch);
        assertThatThrownBy(() -> verifier().verify(new ByteArrayInputStream(tooMuch), signature, DEFAULT))
                .isInstanceOf(MessageTooLargeException.class);
    }

    @Test
    void an_algorithm_picks_the_keys_that_it_fits() {
        promoted("second", FakeBackend.LOCAL_KEYS.generate(KeySpec.ED25519), 2);

        Verification answer = verifier()
                .verify(MESSAGE, signedBy(first.id()), DEFAULT.withAlgorithm(SignatureAlgorithm.ECDSA_SHA256));

        assertThat(answer.isValid()).isTrue();
    }

    @Test
    void an_algorithm_that_fits_no_key_of_the_ring_is_a_mistake() {
        byte[] signature = signedBy(first.id());
        VerifyOptions rsa = DEFAULT.withAlgorithm(SignatureAlgorithm.RSA_PSS_SHA256);

        assertThatThrownBy(() -> verifier().verify(MESSAGE, signature, rsa))
                .isInstanceOf(AlgorithmMismatchException.class)
                .hasMessageContaining("'ring'")
                .hasMessageContaining("RSA_PSS_SHA256");
    }
}
