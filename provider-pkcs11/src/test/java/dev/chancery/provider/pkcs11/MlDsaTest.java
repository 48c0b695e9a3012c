package dev.chancery.provider.pkcs11;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyImport;
import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.Keyring;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.ChanceryException;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyName;
import dev.chancery.key.KeyState;
import dev.chancery.key.ProtectionLevel;
import dev.chancery.provider.pkcs11.binding.Ck;
import dev.chancery.provider.pkcs11.binding.CkAttributes;
import dev.chancery.provider.pkcs11.binding.CkMechanism;
import dev.chancery.provider.pkcs11.sessions.TokenConnection;
import dev.chancery.rotation.RotationPolicy;
import dev.chancery.testkit.witness.JdkSignatures;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.Security;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A token that knows PKCS#11 3.2. BouncyCastle verifies on every JDK, as {@link KeyStore} does; the JDK itself from 24 on. */
class MlDsaTest {
    private static final byte[] MESSAGE = "a contract".getBytes(StandardCharsets.UTF_8);
    private static final long[] MECHANISMS = {Ck.CKM_ML_DSA_KEY_PAIR_GEN, Ck.CKM_ML_DSA};
    private static final BouncyCastleProvider BOUNCY_CASTLE = new BouncyCastleProvider();

    @TempDir
    private static Path shared;

    private static Shim shim;
    private static SoftHsm empty;

    @TempDir
    private Path directory;

    private MlDsaToken token;

    @BeforeAll
    static void prepare() {
        Security.addProvider(BOUNCY_CASTLE);
        shim = Shim.compile(shared);
        empty = SoftHsm.create(shared.resolve("empty"));
    }

    @AfterAll
    static void forgetBouncyCastle() {
        Security.removeProvider(BOUNCY_CASTLE.getName());
    }

    @BeforeEach
    void an_empty_token() {
        shim.reset();
        token = MlDsaToken.behind(shim);
        offer(MECHANISMS);
    }

    @AfterEach
    void close() {
        token.close();
    }

    private void offer(long... mechanisms) {
        empty.copyTo(directory.resolve("softhsm-" + mechanisms.length)).behind(shim.offering(mechanisms));
    }

    private static KeyStore open() {
        return open("");
    }

    private static KeyStore open(String more) {
        return KeyStores.open(
                SoftHsm.uri(shim.library()) + more, Tokens.options().build());
    }

    private static void confirm(KeyMetadata key, byte[] signature) {
        try {
            Signature verifier = Signature.getInstance("ML-DSA", BOUNCY_CASTLE);
            verifier.initVerify(KeyFactory.getInstance("ML-DSA", BOUNCY_CASTLE)
                    .generatePublic(new X509EncodedKeySpec(key.publicKey().getEncoded())));
            verifier.update(MESSAGE);
            assertThat(verifier.verify(signature)).isTrue();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
        if (Runtime.version().feature() >= 24) {
            assertThat(JdkSignatures.verify(key.publicKey(), key.defaultAlgorithm(), MESSAGE, signature))
                    .isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(value = KeySpec.class, mode = EnumSource.Mode.MATCH_ALL, names = "ML_DSA_.*")
    void a_key_is_made_signs_whole_messages_is_found_again_and_destroyed(KeySpec spec) {
        KeyId id;
        try (KeyStore store = open()) {
            KeyMetadata key = store.generate(KeyRequest.of(spec, "invoices"));
            id = key.id();
            assertThat(key.spec()).isEqualTo(spec);
            assertThat(key.algorithms()).containsExactly(spec.defaultAlgorithm());
            assertThat(key.protection()).isEqualTo(ProtectionLevel.HSM);
            shim.reset();
            confirm(key, store.signer(id).sign(MESSAGE).value());
            assertThat(shim.calls(Shim.Function.C_Sign)).isEqualTo(1);
        }
        try (KeyStore store = open()) {
            assertThat(store.list()).extracting(KeyMetadata::id).containsExactly(id);
            KeyMetadata found = store.get(store.resolve("invoices"));
            assertThat(found.spec()).isEqualTo(spec);
            byte[] signature = store.signer(id).sign(MESSAGE).value();
            confirm(found, signature);
            assertThat(store.verifier(id).verify(MESSAGE, signature).isValid()).isTrue();
            assertThat(store.verifier(id).verify(new byte[] {1}, signature).isValid())
                    .isFalse();

            store.changeState(id, KeyState.DEACTIVATED, "no longer needed");
            store.changeState(id, KeyState.DESTROYED, "no longer needed");
            assertThatThrownBy(() -> store.signer(id).sign(MESSAGE)).isInstanceOf(ChanceryException.class);
            assertThat(store.verifier(id).verify(MESSAGE, signature).isValid()).isTrue();
        }
        assertThat(count(Ck.CKO_PRIVATE_KEY)).isZero();
    }

    @Test
    void a_ring_rotates() throws IOException {
        Path records = Files.createDirectory(directory.resolve("records"));
        try (KeyStore store = open("&chancery-metadata=file:" + records)) {
            KeyMetadata first = store.generate(
                    KeyRequest.builder(KeySpec.ML_DSA_44).ring("release").build());
            Keyring ring = store.ring("release");
            byte[] before = ring.signer().sign(MESSAGE).value();

            assertThat(ring.rotate(RotationPolicy.PRODUCTION).generation()).isEqualTo(2);

            assertThat(ring.current().id()).isNotEqualTo(first.id());
            assertThat(ring.current().spec()).isEqualTo(KeySpec.ML_DSA_44);
            confirm(ring.current(), ring.signer().sign(MESSAGE).value());
            assertThat(store.verifier(first.id()).verify(MESSAGE, before).isValid())
                    .isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({"0, does not make ML_DSA_65 keys", "1, signs with no ML_DSA_65 keys"})
    void a_token_without_the_mechanisms_refuses_and_nothing_is_made(int offered, String reason) {
        offer(Arrays.copyOf(MECHANISMS, offered));
        try (KeyStore store = open()) {
            shim.reset();
            assertThatThrownBy(() -> store.generate(KeyRequest.of(KeySpec.ML_DSA_65, "invoices")))
                    .isInstanceOf(UnsupportedException.class)
                    .hasMessageContaining(reason);
            assertThat(shim.calls()).doesNotContain("C_GenerateKeyPair", "C_CreateObject");
        }
    }

    @Test
    void no_key_is_imported() throws GeneralSecurityException {
        KeyImport request = new KeyImport(
                new KeyName("invoices"),
                KeyPairGenerator.getInstance("ML-DSA-65").generateKeyPair(),
                Optional.empty());
        try (KeyStore store = open()) {
            shim.reset();
            assertThatThrownBy(() -> store.importKey(request))
                    .isInstanceOf(UnsupportedException.class)
                    .hasMessageContaining("Generate one");
            assertThat(shim.calls()).doesNotContain("C_GenerateKeyPair", "C_CreateObject");
        }
    }

    // --- keys of other tools

    private static final CkMechanism GENERATE = CkMechanism.of(Ck.CKM_ML_DSA_KEY_PAIR_GEN);

    private static CkAttributes foreign() {
        return new CkAttributes().with(Ck.CKA_LABEL, "foreign").with(Ck.CKA_ID, new byte[] {1});
    }

    private static long generate(CkMechanism mechanism, CkAttributes publicHalf, CkAttributes privateHalf) {
        try (TokenConnection connection = Tokens.connect(shim)) {
            return connection.change(
                    "Making a pair", session -> session.cryptoki().generate(mechanism, publicHalf, privateHalf));
        }
    }

    private static long makeForeign() {
        return generate(GENERATE, foreign().with(Ck.CKA_PARAMETER_SET, Ck.CKP_ML_DSA_65), foreign());
    }

    private static int count(long type) {
        try (TokenConnection connection = Tokens.connect(shim)) {
            return connection
                    .call("Counting", session -> session.find(new CkAttributes().with(Ck.CKA_CLASS, type)))
                    .size();
        }
    }

    @Test
    void a_foreign_key_is_proven_by_a_signature_and_its_private_bytes_are_not_asked_for() {
        makeForeign();
        try (KeyStore store = open()) {
            KeyMetadata key = store.get(store.resolve("foreign"));

            assertThat(key.spec()).isEqualTo(KeySpec.ML_DSA_65);
            assertThat(store.list()).extracting(KeyMetadata::proven).containsExactly(true);
            confirm(key, store.signer(key.id()).sign(MESSAGE).value());
        }
        assertThat(token.timesAskedForPrivateKey()).isZero();
    }

    @Test
    void what_the_private_object_says_of_the_public_half_suffices() {
        token.vouch();
        long publicObject = makeForeign();
        try (TokenConnection connection = Tokens.connect(shim)) {
            connection.change("Destroying", session -> {
                session.cryptoki().destroy(publicObject);
                return session;
            });
        }
        try (KeyStore store = open()) {
            KeyMetadata key = store.get(store.resolve("foreign"));
            confirm(key, store.signer(key.id()).sign(MESSAGE).value());
        }
    }

    @Test
    void a_public_half_of_another_length_is_no_key() {
        makeForeign();
        token.spoilPublicHalves();
        try (KeyStore store = open()) {
            KeyId id = store.resolve("foreign");
            assertThatThrownBy(() -> store.get(id)).isInstanceOf(IntegrityException.class);
            assertThat(store.unusable()).hasSize(1);
        }
    }

    // --- the token of these tests is strict

    @Test
    void the_token_takes_no_template_but_the_standards() {
        CkAttributes sound = foreign().with(Ck.CKA_PARAMETER_SET, Ck.CKP_ML_DSA_65);

        refuses("CKR_TEMPLATE_INCOMPLETE", foreign(), foreign());
        refuses("CKR_ATTRIBUTE_VALUE_INVALID", foreign().with(Ck.CKA_PARAMETER_SET, 4), foreign());
        refuses("CKR_TEMPLATE_INCONSISTENT", sound, foreign().with(Ck.CKA_EXTRACTABLE, true));
        CkAttributes ofCurve = new CkAttributes().with(Ck.CKA_KEY_TYPE, Ck.CKK_EC);
        refuses(
                "CKR_TEMPLATE_INCONSISTENT",
                sound.copy().withAll(ofCurve),
                foreign().withAll(ofCurve));
        refuses("CKR_ATTRIBUTE_TYPE_INVALID", sound, foreign().with(Ck.CKA_PARAMETER_SET, Ck.CKP_ML_DSA_65));
        refuses("CKR_ATTRIBUTE_TYPE_INVALID", sound.copy().with(Ck.CKA_EXTRACTABLE, false), foreign());
    }

    private static void refuses(String code, CkAttributes publicHalf, CkAttributes privateHalf) {
        assertThatThrownBy(() -> generate(GENERATE, publicHalf, privateHalf))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining(code);
    }

    @Test
    void the_token_signs_with_no_mechanism_of_another_kind() {
        long publicObject = makeForeign();
        for (CkMechanism wrong : new CkMechanism[] {CkMechanism.of(Ck.CKM_ECDSA), CkMechanism.of(Ck.CKM_EDDSA)}) {
            assertThatThrownBy(() -> beginSigning(wrong, publicObject + 1))
                    .hasMessageContaining("CKR_KEY_TYPE_INCONSISTENT");
        }
        assertThatThrownBy(() -> beginSigning(CkMechanism.of(Ck.CKM_ML_DSA), publicObject))
                .hasMessageContaining("CKR_KEY_FUNCTION_NOT_PERMITTED");
        CkMechanism withParameter =
                new CkMechanism(Ck.CKM_ML_DSA, Optional.of(new CkMechanism.Pss(Ck.CKM_SHA256, Ck.CKG_MGF1_SHA256, 32)));
        assertThatThrownBy(() -> beginSigning(withParameter, publicObject + 1))
                .hasMessageContaining("CKR_MECHANISM_PARAM_INVALID");
    }

    private static void beginSigning(CkMechanism mechanism, long key) {
        try (TokenConnection connection = Tokens.connect(shim)) {
            connection.call("Signing", session -> {
                session.cryptoki().signInit(mechanism, key);
                return session;
            });
        }
    }
}
