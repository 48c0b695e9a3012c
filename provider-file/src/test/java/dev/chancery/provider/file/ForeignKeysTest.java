package dev.chancery.provider.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.error.AlgorithmMismatchException;
import dev.chancery.error.KeyAccessException;
import dev.chancery.error.KeyStateException;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyOrigin;
import dev.chancery.key.KeyState;
import dev.chancery.key.ProtectionLevel;
import dev.chancery.key.UnusableKey;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.signature.VerifyOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys that OpenSSL makes in the store's directory, and keys that Chancery makes in OpenSSL's hands. */
class ForeignKeysTest {
    private static final KeyId KEY = new KeyId("rsa-prod-2024-01");
    private static final String PRIVATE = "keys/private/rsa-prod-2024-01.pem";
    private static final String PUBLIC = "keys/public/rsa-prod-2024-01.pub";
    private static final String PASSPHRASE = "swordfish";
    private static final byte[] MESSAGE = "a contract".getBytes(UTF_8);

    @TempDir
    private Path temp;

    private Path keys;
    private OpenSsl openssl;

    /** As the guide does, and with its modes. */
    @BeforeEach
    void the_guides_directory() throws IOException {
        keys = temp.resolve("keys");
        Files.createDirectories(keys.resolve("private"));
        Files.createDirectories(keys.resolve("public"));
        openssl = new OpenSsl(temp);
        openssl.write("message", MESSAGE);
        openssl.write("pass", PASSPHRASE.getBytes(UTF_8));
    }

    private void rsa() {
        openssl.run("genpkey -algorithm RSA -out " + PRIVATE);
        openssl.run("pkey -in " + PRIVATE + " -pubout -out " + PUBLIC);
    }

    private KeyStore open() {
        return KeyStores.open(keys);
    }

    private KeyStore openWithPassphrase() {
        return KeyStores.open(
                keys,
                KeyStoreOptions.builder()
                        .environment(Map.of())
                        .passphrases(id -> Optional.of(PASSPHRASE.toCharArray()))
                        .build());
    }

    private void requireOpenSslVerifies(KeyStore store) {
        openssl.write("signature", store.signer(KEY).sign(MESSAGE).value());
        openssl.run("dgst -sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32 -verify " + PUBLIC
                + " -signature signature message");
    }

    @Test
    void a_pem_without_metadata_is_an_active_key_since_its_file_was_written() throws IOException {
        rsa();
        Instant written = Instant.parse("2024-01-31T10:00:00Z");
        Files.setLastModifiedTime(temp.resolve(PRIVATE), FileTime.from(written));
        try (KeyStore store = open()) {
            KeyMetadata key = store.get(KEY);
            assertThat(key.origin()).isEqualTo(KeyOrigin.FOREIGN);
            assertThat(key.state()).isEqualTo(KeyState.ACTIVE);
            assertThat(key.created()).isEqualTo(written);
            assertThat(key.signUntil()).isEmpty();
            assertThat(key.protection()).isEqualTo(ProtectionLevel.SOFTWARE);
            assertThat(store.list()).containsExactly(key);
            requireOpenSslVerifies(store);
        }
        assertThat(new StoreTree(keys).metadata()).as("reading writes nothing").isEmpty();
    }

    @Test
    void what_openssl_signs_the_store_verifies() {
        rsa();
        openssl.run("dgst -sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32 -sign " + PRIVATE
                + " -out signature message");
        try (KeyStore store = open()) {
            assertThat(store.verifier(KEY)
                            .verify(MESSAGE, openssl.file("signature"))
                            .isValid())
                    .isTrue();
        }
    }

    @Test
    void a_foreign_key_gets_metadata_on_the_first_change() {
        rsa();
        try (KeyStore store = open()) {
            store.changeState(KEY, KeyState.SUSPENDED, "audit");
        }
        try (KeyStore store = open()) {
            assertThat(store.get(KEY).state()).isEqualTo(KeyState.SUSPENDED);
            assertThat(store.get(KEY).origin()).isEqualTo(KeyOrigin.FOREIGN);
            assertThatThrownBy(() -> store.signer(KEY).sign(MESSAGE)).isInstanceOf(KeyStateException.class);
        }
    }

    @Test
    void a_private_key_without_its_public_half_signs_and_is_listed_once_it_is_known() throws IOException {
        rsa();
        Files.delete(temp.resolve(PUBLIC));
        try (KeyStore store = open()) {
            assertThat(store.list()).isEmpty();
            assertThat(store.unusable()).singleElement().satisfies(key -> {
                assertThat(key.problem()).isEqualTo(UnusableKey.Problem.INACCESSIBLE);
                assertThat(key.reason()).contains("openssl pkey -in private/" + KEY + ".pem -pubout");
            });

            assertThat(store.signer(KEY).sign(MESSAGE).keyId()).isEqualTo(KEY);

            assertThat(store.list()).extracting(KeyMetadata::id).containsExactly(KEY);
            assertThat(store.unusable()).isEmpty();
            store.changeState(KEY, KeyState.SUSPENDED, "audit");
            store.changeState(KEY, KeyState.ACTIVE, "audit over");
            assertThat(temp.resolve(PUBLIC)).exists();
            requireOpenSslVerifies(store);
        }
    }

    @Test
    void a_key_disabled_by_hand_verifies_and_does_not_sign() throws IOException {
        rsa();
        byte[] signature;
        try (KeyStore store = open()) {
            signature = store.signer(KEY).sign(MESSAGE).value();
            Files.move(temp.resolve(PRIVATE), temp.resolve(PRIVATE + ".disabled"));
            store.get(KEY);
            assertThatThrownBy(() -> store.signer(KEY).sign(MESSAGE))
                    .isInstanceOf(KeyStateException.class)
                    .hasMessageContaining("disabled by hand")
                    .hasMessageContaining("chancery compromise " + KEY);
        }
        Files.delete(temp.resolve(PUBLIC));
        try (KeyStore store = open()) {
            assertThat(store.verifier(KEY).verify(MESSAGE, signature).isValid()).isTrue();
        }
    }

    @Test
    void a_key_whose_private_half_is_archived_verifies() throws IOException {
        rsa();
        Files.delete(temp.resolve(PRIVATE));
        try (KeyStore store = open()) {
            assertThat(store.list()).hasSize(1);
            assertThatThrownBy(() -> store.signer(KEY).sign(MESSAGE))
                    .isInstanceOf(KeyStateException.class)
                    .hasMessageContaining("not in the store");
        }
    }

    @Test
    void an_encrypted_key_takes_its_passphrase() {
        openssl.run("genpkey -algorithm RSA -aes256 -pass file:pass -out " + PRIVATE);
        openssl.run("pkey -in " + PRIVATE + " -passin file:pass -pubout -out " + PUBLIC);
        try (KeyStore store = openWithPassphrase()) {
            requireOpenSslVerifies(store);
            assertThat(store.get(KEY).protection()).isEqualTo(ProtectionLevel.SOFTWARE_ENCRYPTED);
        }
        try (KeyStore store = KeyStores.open(
                keys,
                KeyStoreOptions.builder()
                        .environment(Map.of("CHANCERY_PASSPHRASE", "wrong"))
                        .build())) {
            assertThat(store.list()).hasSize(1);
            assertThatThrownBy(() -> store.signer(KEY).sign(MESSAGE))
                    .isInstanceOf(KeyAccessException.class)
                    .hasMessageContaining(KEY + ".pem")
                    .hasMessageNotContaining("wrong");
        }
    }

    @Test
    void a_weak_encryption_is_replaced_by_a_strong_one() throws IOException {
        rsa();
        openssl.run("pkcs8 -topk8 -v1 PBE-SHA1-3DES -passout file:pass -in " + PRIVATE + " -out weak.pem");
        Files.write(temp.resolve(PRIVATE), openssl.file("weak.pem"));
        try (KeyStore store = openWithPassphrase()) {
            assertThat(store.reencrypt(KEY).protection()).isEqualTo(ProtectionLevel.SOFTWARE_ENCRYPTED);
            requireOpenSslVerifies(store);
        }
        assertThat(new String(openssl.run("asn1parse -in " + PRIVATE), UTF_8))
                .contains("PBES2", "aes-256-cbc", ":0927C0");
        assertThat(openssl.run("pkey -passin file:pass -pubout -in " + PRIVATE)).isEqualTo(openssl.file(PUBLIC));
        assertThat(new StoreTree(keys).files())
                .as("a foreign key stays one")
                .containsExactly(PRIVATE.substring(5), PUBLIC.substring(5));
    }

    @Test
    void with_a_passphrase_reencrypting_encrypts_a_plain_key() {
        rsa();
        try (KeyStore store = openWithPassphrase()) {
            assertThat(store.reencrypt(KEY).protection()).isEqualTo(ProtectionLevel.SOFTWARE_ENCRYPTED);
        }
        assertThat(new String(openssl.file(PRIVATE), UTF_8)).startsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----");
        try (KeyStore store = openWithPassphrase()) {
            requireOpenSslVerifies(store);
            assertThat(store.get(KEY).protection()).isEqualTo(ProtectionLevel.SOFTWARE_ENCRYPTED);
        }
    }

    @Test
    void with_a_passphrase_new_keys_are_encrypted_and_openssl_signs_with_them() {
        try (KeyStore store = openWithPassphrase()) {
            KeyMetadata key = store.generate(KeyRequest.of(KeySpec.RSA_2048, KEY.value()));
            assertThat(key.protection()).isEqualTo(ProtectionLevel.SOFTWARE_ENCRYPTED);
            openssl.run("dgst -sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32 -passin file:pass -sign "
                    + PRIVATE + " -out signature message");
            assertThat(store.verifier(KEY)
                            .verify(MESSAGE, openssl.file("signature"))
                            .isValid())
                    .isTrue();
        }
    }

    /** RFC 4055, 1.2. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_key_for_pss_only_verifies_nothing_else_even_when_its_private_half_is_gone(boolean publicHalf) {
        openssl.run("genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -out " + PRIVATE);
        if (publicHalf) {
            openssl.run("pkey -in " + PRIVATE + " -pubout -out " + PUBLIC);
        }
        byte[] pss;
        try (KeyStore store = open()) {
            pss = store.signer(KEY).sign(MESSAGE).value();
            requireConfined(store, pss);
            assertThatThrownBy(() -> store.signer(KEY, SignatureAlgorithm.RSA_PKCS1_SHA256))
                    .isInstanceOf(AlgorithmMismatchException.class);

            store.changeState(KEY, KeyState.DEACTIVATED, "retired");
            store.changeState(KEY, KeyState.DESTROYED, "past its retention");
        }
        assertThat(temp.resolve(PRIVATE)).doesNotExist();
        try (KeyStore store = open()) {
            requireConfined(store, pss);
        }
    }

    @Test
    void a_key_that_is_confined_to_another_hash_than_the_usual_one_signs_with_that() {
        openssl.run("genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_pss_keygen_md:sha384"
                + " -pkeyopt rsa_pss_keygen_mgf1_md:sha384 -pkeyopt rsa_pss_keygen_saltlen:48 -out " + PRIVATE);
        openssl.run("pkey -in " + PRIVATE + " -pubout -out " + PUBLIC);
        try (KeyStore store = open()) {
            assertThat(store.get(KEY).defaultAlgorithm()).isEqualTo(SignatureAlgorithm.RSA_PSS_SHA384);
            byte[] signature = store.signer(KEY).sign(MESSAGE).value();
            assertThat(store.verifier(KEY).verify(MESSAGE, signature).isValid()).isTrue();
        }
    }

    private static void requireConfined(KeyStore store, byte[] pss) {
        assertThat(store.verifier(KEY).verify(MESSAGE, pss).isValid()).isTrue();
        VerifyOptions pkcs1 = VerifyOptions.DEFAULT.withAlgorithm(SignatureAlgorithm.RSA_PKCS1_SHA256);
        assertThatThrownBy(() -> store.verifier(KEY).verify(MESSAGE, pss, pkcs1))
                .isInstanceOf(AlgorithmMismatchException.class)
                .hasMessageContaining("RSA_PKCS1_SHA256");
    }

    @Test
    void a_key_of_an_unsupported_kind_is_shown_and_not_used() {
        rsa();
        openssl.run("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024 -out keys/private/small.pem");
        openssl.run("pkey -in keys/private/small.pem -pubout -out keys/public/small.pub");
        try (KeyStore store = open()) {
            assertThat(store.list()).extracting(KeyMetadata::id).containsExactly(KEY);
            assertThat(store.unusable()).singleElement().satisfies(key -> {
                assertThat(key.problem()).isEqualTo(UnusableKey.Problem.UNSUPPORTED);
                assertThat(key.reason()).contains("1024");
            });
        }
    }

    @Test
    void other_programs_files_are_left_alone() throws IOException {
        rsa();
        Files.writeString(keys.resolve("key-inventory.csv"), "key_id\n");
        Files.writeString(keys.resolve("package.json"), "{\"name\": \"x\"}");
        Files.writeString(keys.resolve("private/README"), "hands off");
        try (KeyStore store = open()) {
            assertThat(store.list()).hasSize(1);
            assertThat(store.unusable()).isEmpty();
        }
    }
}
