package dev.chancery.provider.gcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm;
import com.google.cloud.kms.v1.ProtectionLevel;
import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.MessageTooLargeException;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.UnusableKey.Problem;
import dev.chancery.provider.gcp.Faults.Fault;
import dev.chancery.testkit.witness.JdkSignatures;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.X509EncodedKeySpec;
import java.util.Set;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** ML-DSA, whose public halves come as bytes. The JDK verifies from Java 24 on; BouncyCastle reads what Chancery hands out on every one. */
class PostQuantumTest {
    private static final byte[] MESSAGE = {1, 2, 3};
    private static final boolean KNOWN = Runtime.version().feature() >= 24;

    private final FakeKms kms = new FakeKms();

    @TempDir
    private Path archive;

    @AfterEach
    void nothing_was_sent_that_google_would_not_take() {
        kms.close();
        assertThat(kms.problems()).isEmpty();
    }

    private KeyStore open(String more) {
        return KeyStores.open(kms.uri(more), FakeKms.options(archive));
    }

    private static boolean bouncyCastleVerifies(KeyMetadata key, byte[] message, byte[] signature)
            throws GeneralSecurityException {
        BouncyCastleProvider provider = new BouncyCastleProvider();
        java.security.Signature verifier = java.security.Signature.getInstance("ML-DSA", provider);
        verifier.initVerify(KeyFactory.getInstance("ML-DSA", provider)
                .generatePublic(new X509EncodedKeySpec(key.publicKey().getEncoded())));
        verifier.update(message);
        return verifier.verify(signature);
    }

    @ParameterizedTest
    @EnumSource(
            value = KeySpec.class,
            names = {"ML_DSA_44", "ML_DSA_65", "ML_DSA_87"})
    void keys_are_made_and_sign_where_java_can_verify_and_are_listed_elsewhere(KeySpec spec)
            throws GeneralSecurityException {
        try (KeyStore store = open("")) {
            if (!KNOWN) {
                assertThatThrownBy(() -> store.generate(KeyRequest.of(spec, "invoices")))
                        .hasMessageContaining("JDK 24");
                assertThat(kms.requests("CreateCryptoKey")).isZero();
                KeyId id = kms.make(
                        "theirs", CryptoKeyVersionAlgorithm.valueOf("PQ_SIGN_" + spec), ProtectionLevel.SOFTWARE);
                assertThat(store.get(id).spec()).isEqualTo(spec);
                return;
            }
            KeyMetadata key = store.generate(KeyRequest.of(spec, "invoices"));
            assertThat(key.algorithms()).containsExactly(spec.defaultAlgorithm());
            kms.forgetRequests();
            byte[] signature = store.signer(key.id()).sign(MESSAGE).value();
            assertThat(kms.requests()).isEqualTo(1);
            assertThat(bouncyCastleVerifies(key, MESSAGE, signature)).isTrue();
            assertThat(JdkSignatures.verify(key.publicKey(), key.defaultAlgorithm(), MESSAGE, signature))
                    .isTrue();
            assertThat(store.verifier(key.id()).verify(MESSAGE, signature).isValid())
                    .isTrue();
            assertThatThrownBy(() -> store.signer(key.id()).sign(new byte[65537]))
                    .isInstanceOf(MessageTooLargeException.class);

            kms.faults().next("AsymmetricSign", Fault.WRONG_SIGNATURE, 1);
            assertThatThrownBy(() -> store.signer(key.id()).sign(MESSAGE)).isInstanceOf(IntegrityException.class);
        }
    }

    /** Such a process does not know the key's kind before it has the public half, and Google wants the kind to be known. */
    @Test
    void a_pinned_process_that_sees_the_public_half_only_finds_its_key() {
        KeyId id = kms.make("theirs", CryptoKeyVersionAlgorithm.PQ_SIGN_ML_DSA_65, ProtectionLevel.SOFTWARE);
        kms.denied = Set.of("GetCryptoKey", "GetCryptoKeyVersion");
        try (KeyStore store = open("&pinned=true")) {
            assertThat(store.get(id).spec()).isEqualTo(KeySpec.ML_DSA_65);
        }
        kms.problems().removeIf(problem -> problem.contains("no public key in this format"));
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"WRONG_NAME", "WRONG_CHECKSUM"})
    void a_public_half_that_is_not_whole_is_never_used(Fault fault) {
        KeyId id = kms.make("theirs", CryptoKeyVersionAlgorithm.PQ_SIGN_ML_DSA_44, ProtectionLevel.SOFTWARE);
        kms.faults().next("GetPublicKey", fault, 3);
        try (KeyStore store = open("")) {
            assertThatThrownBy(() -> store.get(id)).isInstanceOf(IntegrityException.class);
            assertThat(store.get(id).spec()).isEqualTo(KeySpec.ML_DSA_44);
        }
    }

    @Test
    void what_chancery_does_not_know_is_listed_as_unsupported() {
        kms.make("known", CryptoKeyVersionAlgorithm.EC_SIGN_P256_SHA256, ProtectionLevel.SOFTWARE);
        KeyId id = kms.make("theirs", CryptoKeyVersionAlgorithm.EC_SIGN_P384_SHA384, ProtectionLevel.SOFTWARE);
        kms.change(id, version -> version.setAlgorithm(CryptoKeyVersionAlgorithm.PQ_SIGN_SLH_DSA_SHA2_128S));
        try (KeyStore store = open("")) {
            assertThat(store.list()).hasSize(1);
            assertThat(store.unusable())
                    .singleElement()
                    .satisfies(unusable -> assertThat(unusable.problem()).isEqualTo(Problem.UNSUPPORTED));
        }
    }
}
