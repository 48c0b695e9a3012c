package dev.chancery.provider.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.Signer;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.error.AlgorithmMismatchException;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.KeyStateException;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.provider.azure.FakeVersion.Attributes;
import dev.chancery.signature.Signature;
import dev.chancery.testkit.witness.JdkSignatures;
import dev.chancery.testkit.witness.OpenSsl;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What a signature costs, what it is checked against, and what becomes of an answer that is wrong. */
class SigningTest {
    private static final byte[] MESSAGE = {1};

    /** On each curve, and as many again until a number was short. */
    private static final int SIGNATURES = Integer.getInteger("chancery.signatures", 200);

    private final FakeKeyVault vault = new FakeKeyVault();
    private final KeyStoreOptions patient =
            FakeKeyVault.options().toBuilder().stateTtl(Duration.ofHours(1)).build();
    private final KeyStore store = KeyStores.open(vault.uri(""), patient);

    @AfterEach
    void close() {
        store.close();
        vault.close();
        assertThat(vault.problems()).isEmpty();
    }

    private KeyMetadata key(KeySpec spec) {
        return store.generate(KeyRequest.of(spec, "invoices"));
    }

    @Test
    void a_signature_is_one_request_that_names_the_version_and_a_verification_none() {
        KeyMetadata key = key(KeySpec.EC_P256);
        Signer signer = store.signer(key.id());
        vault.forgetRequests();

        Signature signature = signer.sign(MESSAGE);
        assertThat(store.verifier(key.id()).verify(MESSAGE, signature.value()).isValid())
                .isTrue();

        assertThat(vault.log()).containsExactly("sign /vault-a/keys/" + key.id() + "/sign");
        assertThat(vault.requests()).isEqualTo(1);
        assertThat(signature.requestId()).isPresent();
    }

    /** The first signature of a version, by a process that has just read it. */
    @Test
    void no_look_at_the_key_precedes_the_first_signature() {
        KeyMetadata key = key(KeySpec.RSA_2048);
        try (KeyStore fresh = KeyStores.open(vault.uri(""), FakeKeyVault.options())) {
            Signer signer = fresh.signer(key.id());
            vault.forgetRequests();

            signer.sign(MESSAGE);

            assertThat(vault.log()).containsExactly("sign /vault-a/keys/" + key.id() + "/sign");
        }
    }

    @Test
    void a_large_document_costs_one_request_of_a_few_hundred_bytes() throws IOException {
        Signer signer = store.signer(key(KeySpec.EC_P521).id());
        vault.largestRequest = 0;
        vault.forgetRequests();

        signer.sign(new ByteArrayInputStream(new byte[8 << 20]));

        assertThat(vault.requests()).isEqualTo(1);
        assertThat(vault.largestRequest).isLessThan(400);
    }

    /** r and s have a fixed length there, and the shortest in DER: one number of 256 begins with a zero byte and is shorter, of P-521 each second. */
    @ParameterizedTest
    @CsvSource({"EC_P256, 32", "EC_P384, 48", "EC_P521, 66"})
    void many_ecdsa_signatures_are_der_that_the_jdk_and_openssl_verify(KeySpec spec, int size) {
        KeyMetadata key = key(spec);
        int count = SIGNATURES;
        int made = 0;
        int shorter = 0;
        while (made < count || shorter == 0) {
            List<byte[]> messages = IntStream.range(made, made + count)
                    .mapToObj(number -> ByteBuffer.allocate(4).putInt(number).array())
                    .toList();
            List<Signature> signatures = store.signer(key.id()).signAll(messages);
            for (int i = 0; i < messages.size(); i++) {
                byte[] signature = signatures.get(i).value();
                boolean zeros = numbers(signature).anyMatch(number -> number.bitLength() <= 8 * (size - 1));
                shorter += zeros ? 1 : 0;
                if (zeros || i % 10 == 0) { // core has verified each
                    assertThat(JdkSignatures.verify(
                                    key.publicKey(), spec.defaultAlgorithm(), messages.get(i), signature))
                            .isTrue();
                }
                if (zeros && shorter <= 20) {
                    assertThat(OpenSsl.verify(key.publicKey(), spec.defaultAlgorithm(), messages.get(i), signature))
                            .isTrue();
                }
            }
            made += messages.size();
        }
    }

    /** r and s of a DER signature: a sequence, with its length in one byte or two, of two integers. */
    private static Stream<BigInteger> numbers(byte[] der) {
        int r = der[1] < 0 ? 3 : 2;
        int s = r + 2 + der[r + 1];
        assertThat(der).hasSize(s + 2 + der[s + 1]);
        return Stream.of(new BigInteger(der, r + 2, der[r + 1]), new BigInteger(der, s + 2, der[s + 1]));
    }

    @Test
    void a_curve_signs_with_its_own_hash_only_and_the_vault_is_not_asked() {
        KeyMetadata key = key(KeySpec.EC_P256);
        vault.forgetRequests();

        assertThatThrownBy(() ->
                        store.signer(key.id(), SignatureAlgorithm.ECDSA_SHA384).sign(MESSAGE))
                .isInstanceOf(AlgorithmMismatchException.class)
                .hasMessageContaining("ECDSA_SHA256");
        assertThat(vault.requests("sign")).isZero();
        assertThat(key.algorithms()).containsExactly(SignatureAlgorithm.ECDSA_SHA256);
    }

    // --- what goes wrong

    @ParameterizedTest
    @EnumSource(
            value = Faults.Fault.class,
            names = {"OTHER_VERSION", "WRONG_SIGNATURE"})
    void a_wrong_answer_is_withheld(Faults.Fault fault) {
        KeyMetadata key = key(KeySpec.EC_P256);
        Signer signer = store.signer(key.id());
        vault.faults().next("sign", fault, 1);

        assertThatThrownBy(() -> signer.sign(MESSAGE))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining(key.id().value())
                .hasMessageContaining("withheld");
        assertThat(signer.sign(MESSAGE).keyId()).isEqualTo(key.id());
    }

    @Test
    void a_description_of_another_version_is_not_taken_for_the_one_that_was_asked_for() {
        KeyMetadata key = key(KeySpec.EC_P256);
        try (KeyStore fresh = KeyStores.open(vault.uri(""), FakeKeyVault.options())) {
            vault.faults().next("get", Faults.Fault.OTHER_VERSION, 1);

            assertThatThrownBy(() -> fresh.signer(key.id()))
                    .isInstanceOf(IntegrityException.class)
                    .hasMessageContaining(key.id().value());
            assertThat(fresh.signer(key.id()).sign(MESSAGE).keyId()).isEqualTo(key.id());
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Faults.Fault.class,
            names = {"DROPPED_AFTER_COMMIT", "DROPPED_BEFORE", "TRUNCATED", "CORRUPTED"})
    void a_lost_or_garbled_answer_costs_one_more_attempt(Faults.Fault fault) {
        Signer signer = store.signer(key(KeySpec.EC_P256).id());
        vault.faults().next("sign", fault, 1);
        vault.forgetRequests();

        assertThat(signer.sign(MESSAGE).value()).isNotEmpty();

        assertThat(vault.requests("sign")).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(
            value = Faults.Fault.class,
            names = {"DROPPED_BEFORE", "TRUNCATED", "CORRUPTED"})
    void three_attempts_are_all(Faults.Fault fault) {
        Signer signer = store.signer(key(KeySpec.EC_P256).id());
        vault.faults().next("sign", fault, 9);
        vault.forgetRequests();

        assertThatThrownBy(() -> signer.sign(MESSAGE))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("makes sense");
        assertThat(vault.requests("sign")).isEqualTo(3);
    }

    @Test
    void silence_ends_with_the_deadline() {
        KeyId id = key(KeySpec.EC_P256).id();
        try (KeyStore hurried = KeyStores.open(vault.uri("&deadline=2"), patient)) {
            vault.faults().next("sign", Faults.Fault.SILENCE, 3);

            assertThatThrownBy(() -> hurried.signer(id).sign(MESSAGE))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("in time");
        }
    }

    /** What a client has kept of the key does not count: the vault decides with each signature. */
    @Test
    void a_key_that_was_disabled_or_has_expired_signs_no_more_at_once() {
        KeyMetadata key = key(KeySpec.EC_P256);
        Signer signer = store.signer(key.id());
        signer.sign(MESSAGE);

        long past = Instant.now().minusSeconds(60).getEpochSecond();
        vault.keys()
                .change(key.id().value(), old -> new Attributes(true, Optional.empty(), Optional.of(past), old.tags()));
        assertThatThrownBy(() -> signer.sign(MESSAGE))
                .isInstanceOf(KeyStateException.class)
                .hasMessageContaining("KeyExpired");

        vault.keys()
                .change(key.id().value(), old -> new Attributes(false, Optional.empty(), Optional.empty(), old.tags()));
        assertThatThrownBy(() -> signer.sign(MESSAGE)).isInstanceOf(KeyStateException.class);
    }
}
