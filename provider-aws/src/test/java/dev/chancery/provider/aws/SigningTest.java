package dev.chancery.provider.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.Signer;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.caller.Caller;
import dev.chancery.error.AlgorithmMismatchException;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.MessageTooLargeException;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.key.KeyMetadata;
import dev.chancery.signature.Signature;
import dev.chancery.testkit.witness.JdkSignatures;
import dev.chancery.testkit.witness.OpenSsl;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a signature costs, what it is checked against, and what is refused before KMS is asked. */
class SigningTest {
    private final FakeKms kms = new FakeKms();
    private final KeyStore store = KeyStores.open(
            kms.uri("&deadline=2"),
            FakeKms.options().toBuilder().stateTtl(Duration.ofHours(1)).build());

    @AfterEach
    void close() {
        store.close();
        kms.close();
    }

    private KeyMetadata key(KeySpec spec) {
        return store.generate(KeyRequest.of(spec, "invoices"));
    }

    @Test
    void a_signature_is_one_request_and_a_verification_none() {
        KeyMetadata key = key(KeySpec.EC_P256);
        Signer signer = store.signer(key.id());
        kms.forgetRequests();

        Signature signature = signer.sign(new byte[] {1});
        assertThat(store.verifier(key.id())
                        .verify(new byte[] {1}, signature.value())
                        .isValid())
                .isTrue();

        assertThat(kms.requests("Sign")).isEqualTo(1);
        assertThat(kms.requests()).isEqualTo(1);
        assertThat(signature.requestId()).isPresent();
        assertThat(JdkSignatures.verify(key.publicKey(), signature.algorithm(), new byte[] {1}, signature.value()))
                .isTrue();
        assertThat(OpenSsl.verify(key.publicKey(), signature.algorithm(), new byte[] {1}, signature.value()))
                .isTrue();
    }

    /** A gibibyte by hand: its hash takes a second, and a minute with the compiler that these tests run with. */
    @Test
    void a_large_document_costs_one_request_of_a_few_hundred_bytes() throws IOException {
        Signer signer = store.signer(key(KeySpec.EC_P256).id());
        kms.forgetRequests();
        kms.largestRequest = 0;

        signer.sign(zeros(Long.getLong("document", 32L << 20)));

        assertThat(kms.requests()).isEqualTo(1);
        assertThat(kms.largestRequest).isLessThan(400);
    }

    private static InputStream zeros(long length) {
        return new InputStream() {
            private long left = length;

            @Override
            public int read() {
                return left-- > 0 ? 0 : -1;
            }

            @Override
            public int read(byte[] into, int offset, int most) {
                if (left <= 0) {
                    return -1;
                }
                int now = (int) Math.min(left, most);
                left -= now;
                return now;
            }
        };
    }

    @Test
    void ed25519_takes_4096_bytes_and_no_more_and_kms_is_not_asked() {
        KeyMetadata key = key(KeySpec.ED25519);
        Signer signer = store.signer(key.id());
        byte[] most = new byte[4096];
        assertThat(OpenSsl.verify(
                        key.publicKey(),
                        SignatureAlgorithm.ED25519,
                        most,
                        signer.sign(most).value()))
                .isTrue();
        kms.forgetRequests();

        assertThatThrownBy(() -> signer.sign(new byte[4097]))
                .isInstanceOf(MessageTooLargeException.class)
                .hasMessageContaining("4096")
                .hasMessageContaining(key.id().value());
        assertThatThrownBy(() -> signer.sign(new ByteArrayInputStream(new byte[4097])))
                .isInstanceOf(MessageTooLargeException.class);
        assertThat(kms.requests()).isZero();
    }

    /** KMS takes messages of one byte or more. */
    @Test
    void the_empty_message_of_an_algorithm_without_a_digest_is_refused_and_kms_is_not_asked() {
        Signer signer = store.signer(key(KeySpec.ED25519).id());
        kms.forgetRequests();

        assertThatThrownBy(() -> signer.sign(new byte[0]))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("empty message");
        assertThat(kms.requests()).isZero();
    }

    /** The key is sound, and taking it out of service would mend nothing. */
    @Test
    void a_pss_signature_with_another_salt_is_withheld_and_the_error_says_so() {
        Signer signer = store.signer(key(KeySpec.RSA_2048).id());
        kms.longestSalts = true;

        assertThatThrownBy(() -> signer.sign(new byte[1]))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("its salt has 222 bytes, where 32 are asked for")
                .message()
                .doesNotContain("out of service");
    }

    @Test
    void a_key_names_what_kms_signs_with_and_no_more() {
        KeyMetadata key = key(KeySpec.EC_P256);
        kms.forgetRequests();

        assertThat(key.algorithms()).containsExactly(SignatureAlgorithm.ECDSA_SHA256);
        assertThatThrownBy(() -> store.signer(key.id(), SignatureAlgorithm.ECDSA_SHA384))
                .isInstanceOf(AlgorithmMismatchException.class)
                .hasMessageContaining("ECDSA_SHA256");
        assertThat(kms.requests()).isZero();
    }

    @ParameterizedTest
    @EnumSource(
            value = KeySpec.class,
            names = {"ML_DSA_44", "ML_DSA_65", "ML_DSA_87"})
    void ml_dsa_is_made_listed_and_used_where_java_can_verify_it(KeySpec spec) throws GeneralSecurityException {
        if (Runtime.version().feature() < 24) {
            assertThatThrownBy(() -> key(spec)).hasMessageContaining("JDK 24");
            assertThat(kms.keys()).isEmpty();
            assertThat(listedFromElsewhere(spec)).isEqualTo(spec);
            return;
        }
        KeyMetadata key = key(spec);
        Signer signer = store.signer(key.id());
        for (int length : new int[] {1, 4096, 4097, 100_000}) {
            byte[] message = new byte[length];
            if (length > 4096 && Runtime.version().feature() < 25) {
                assertThatThrownBy(() -> signer.sign(message)).hasMessageContaining("SHAKE256");
                continue;
            }
            kms.forgetRequests();
            byte[] signature = signer.sign(message).value();
            assertThat(kms.requests()).as("requests for " + length + " bytes").isEqualTo(1);
            assertThat(bouncyCastleVerifies(key, message, signature)).isTrue();
            assertThat(JdkSignatures.verify(key.publicKey(), key.defaultAlgorithm(), message, signature))
                    .isTrue();
            assertThat(store.verifier(key.id()).verify(message, signature).isValid())
                    .isTrue();
        }
        assertThat(kms.problems()).isEmpty();
    }

    /** Somebody else made the key, on a newer Java. */
    private KeySpec listedFromElsewhere(KeySpec spec) {
        try (var client = kms.client()) {
            String id = client.createKey(order -> order.keySpec(spec.name()).keyUsage("SIGN_VERIFY"))
                    .keyMetadata()
                    .keyId();
            client.createAlias(alias -> alias.aliasName("alias/chancery/theirs").targetKeyId(id));
            kms.copyTags(key(KeySpec.EC_P256).id().value(), id);
        }
        assertThat(store.unusable()).isEmpty();
        KeyMetadata listed = store.list().stream()
                .filter(key -> key.spec() == spec)
                .findFirst()
                .orElseThrow();
        assertThatThrownBy(() -> store.signer(listed.id()).sign(new byte[1]))
                .hasMessageContaining(listed.id().value())
                .hasMessageContaining("JDK 24");
        assertThat(store.get(listed.id())).isEqualTo(listed);
        return listed.spec();
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

    @Test
    void a_description_of_another_key_is_not_taken_for_the_one_that_was_asked_for() {
        KeyMetadata key = key(KeySpec.EC_P256);
        try (KeyStore fresh = KeyStores.open(kms.uri(""), FakeKms.options())) {
            kms.faults().next("DescribeKey", Faults.Fault.OTHER_KEY, 1);

            assertThatThrownBy(() -> fresh.signer(key.id()))
                    .isInstanceOf(IntegrityException.class)
                    .hasMessageContaining(key.id().value())
                    .hasMessageContaining("described 00000000-0000-0000-0000-000000000000");
            assertThat(fresh.signer(key.id()).sign(new byte[1]).keyId()).isEqualTo(key.id());
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Faults.Fault.class,
            names = {"OTHER_KEY", "OTHER_ALGORITHM", "WRONG_SIGNATURE"})
    void a_wrong_answer_is_withheld(Faults.Fault fault) {
        KeyMetadata key = key(KeySpec.EC_P256);
        Signer signer = store.signer(key.id());
        kms.faults().next("Sign", fault, 1);

        assertThatThrownBy(() -> signer.sign(new byte[1]))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining(key.id().value())
                .hasMessageContaining("withheld");
        assertThat(signer.sign(new byte[1]).keyId()).isEqualTo(key.id());
    }

    @ParameterizedTest
    @EnumSource(
            value = Faults.Fault.class,
            names = {"DROPPED_AFTER_COMMIT", "DROPPED_BEFORE", "TRUNCATED"})
    void a_broken_connection_costs_one_more_attempt_and_no_more(Faults.Fault fault) {
        Signer signer = store.signer(key(KeySpec.EC_P256).id());
        kms.faults().next("Sign", fault, 1);
        kms.forgetRequests();

        assertThat(signer.sign(new byte[1]).value()).isNotEmpty();

        assertThat(kms.requests("Sign")).isEqualTo(2);
    }

    @Test
    void what_is_no_json_is_an_outage() {
        Signer signer = store.signer(key(KeySpec.EC_P256).id());
        kms.faults().next("Sign", Faults.Fault.CORRUPTED, 3);

        assertThatThrownBy(() -> signer.sign(new byte[1]))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("makes sense");
    }

    @Test
    void silence_ends_with_the_deadline() {
        Signer signer = store.signer(key(KeySpec.EC_P256).id());
        kms.faults().next("Sign", Faults.Fault.SILENCE, 3);

        assertThatThrownBy(() -> signer.sign(new byte[1])).isInstanceOf(StoreUnavailableException.class);
    }

    @Test
    void who_asks_goes_out_only_where_the_uri_says_so() {
        KeyMetadata key = key(KeySpec.EC_P256);
        Caller alice = Caller.of("alice <at> home").correlationId("trace-7");
        store.signer(key.id()).as(alice).sign(new byte[1]);
        assertThat(kms.lastUserAgent).contains("chancery").doesNotContain("alice");

        try (KeyStore telling = KeyStores.open(kms.uri("&caller=user-agent"), FakeKms.options())) {
            telling.signer(key.id()).as(alice).sign(new byte[1]);
        }
        assertThat(kms.lastUserAgent).contains("alice__at__home#trace-7");
    }
}
