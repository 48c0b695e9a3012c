package dev.chancery.provider.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.Signer;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.AlgorithmMismatchException;
import dev.chancery.error.ChanceryException;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.KeyAccessException;
import dev.chancery.error.KeyExistsException;
import dev.chancery.error.KeyNotFoundException;
import dev.chancery.error.KeyStateException;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.key.KeyId;
import java.time.Clock;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.core.exception.SdkException;

/** Each error of KMS becomes the one that tells a caller what to do next. */
class KmsErrorsTest {
    private final FakeKms kms = new FakeKms();
    private KeyStore store;
    private Signer signer;

    @BeforeEach
    void a_store_with_a_key() {
        KeyId key;
        try (KeyStore maker = KeyStores.open(kms.uri(""), FakeKms.options())) {
            key = maker.generate(KeyRequest.of(KeySpec.EC_P256, "invoices")).id();
        }
        // Another opening: whoever has just made a key is patient with it.
        store = KeyStores.open(kms.uri("&deadline=2"), FakeKms.options());
        signer = store.signer(key);
    }

    @AfterEach
    void close() {
        store.close();
        kms.close();
    }

    static Stream<Arguments> codes() {
        return Stream.of(
                Arguments.of("NotFoundException", "does not exist", KeyNotFoundException.class, "region"),
                Arguments.of("NotFoundException", "Invalid arn us-east-1", ConfigurationException.class, "region"),
                Arguments.of("DisabledException", "", KeyStateException.class, "disabled"),
                Arguments.of("KMSInvalidStateException", "pending", KeyStateException.class, "deletion"),
                Arguments.of("AccessDeniedException", "not authorized", KeyAccessException.class, "policy"),
                Arguments.of("InvalidKeyUsageException", "", AlgorithmMismatchException.class, "algorithm"),
                Arguments.of("KeyUnavailableException", "", StoreUnavailableException.class, "Try again"),
                Arguments.of("KMSInternalException", "", StoreUnavailableException.class, "Try again"),
                Arguments.of("DependencyTimeoutException", "", StoreUnavailableException.class, "Try again"),
                Arguments.of("ServiceUnavailableException", "", StoreUnavailableException.class, "Try again"),
                Arguments.of("ThrottlingException", "Rate exceeded", StoreUnavailableException.class, "rate="),
                Arguments.of("LimitExceededException", "", ConfigurationException.class, "quota"),
                Arguments.of("AlreadyExistsException", "", KeyExistsException.class, "another name"),
                Arguments.of("UnsupportedOperationException", "", UnsupportedException.class, "does not offer"),
                Arguments.of("UnknownOperationException", "", UnsupportedException.class, "does not offer"),
                Arguments.of("ExpiredTokenException", "expired", KeyAccessException.class, "expired"),
                Arguments.of("UnrecognizedClientException", "", KeyAccessException.class, "credentials"),
                Arguments.of("InvalidSignatureException", "does not match", KeyAccessException.class, "credentials"),
                Arguments.of(
                        "InvalidSignatureException",
                        "Credential should be scoped to a valid region",
                        ConfigurationException.class,
                        "region"),
                Arguments.of("InvalidSignatureException", "Signature expired: now", KeyAccessException.class, "clock"),
                Arguments.of("ValidationException", "no", ConfigurationException.class, "not what this server takes"));
    }

    @ParameterizedTest
    @MethodSource("codes")
    void a_code_of_kms_says_what_to_do(
            String code, String said, Class<? extends ChanceryException> expected, String advice) {
        kms.faults().refuse("Sign", code, said, Integer.MAX_VALUE);

        assertThatThrownBy(() -> signer.sign(new byte[1]))
                .isInstanceOf(expected)
                .hasMessageContaining(signer.key().id().value())
                .hasMessageContaining(store.location())
                .hasMessageContaining(code)
                .hasMessageContaining(advice)
                .hasCauseInstanceOf(SdkException.class);
    }

    @Test
    void throttling_is_retryable_and_says_when() {
        kms.faults().refuse("Sign", "ThrottlingException");

        assertThatThrownBy(() -> signer.sign(new byte[1]))
                .isInstanceOfSatisfying(StoreUnavailableException.class, e -> {
                    assertThat(e.isRetryable()).isTrue();
                    assertThat(e.retryAfter()).hasValue(Duration.ofSeconds(1));
                });
    }

    @Test
    void a_text_of_the_server_cannot_break_a_line_or_fill_a_log() {
        kms.faults().refuse("Sign", "AccessDeniedException", "two\\nlines" + "x".repeat(5000), 3);

        assertThatThrownBy(() -> signer.sign(new byte[1]))
                .message()
                .doesNotMatch("(?s).*\\p{Cntrl}.*")
                .hasSizeLessThan(1000);
    }

    @Test
    void a_wrong_clock_is_named() {
        kms.clock = Clock.offset(Clock.systemUTC(), Duration.ofHours(2));

        assertThatThrownBy(() -> store.get(signer.key().id()))
                .isInstanceOfAny(KeyAccessException.class, StoreUnavailableException.class);
    }

    @Test
    void a_wrong_region_is_named() {
        String elsewhere = kms.uri("").replace(FakeKms.REGION, "us-east-1");

        try (KeyStore wrong = KeyStores.open(elsewhere, FakeKms.options())) {
            assertThatThrownBy(wrong::list)
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("region");
        }
    }

    @Test
    void a_key_of_another_region_is_refused_before_anybody_is_asked() {
        try (KeyStore aws = KeyStores.open(kms.uri(""), FakeKms.options())) {
            kms.forgetRequests();
            assertThatThrownBy(() ->
                            aws.resolve("arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("us-east-1")
                    .hasMessageContaining("CRYPTO_KMS_REGION");
            assertThat(kms.requests()).isZero();
        }
    }

    @Test
    void nobody_there_is_an_outage() {
        kms.close();

        assertThatThrownBy(() -> store.get(signer.key().id()))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("Check the network");
    }

    @Test
    void a_profile_that_is_not_there_is_named_before_anybody_is_asked() {
        assertThatThrownBy(() -> KeyStores.open(kms.uri("&profile=nobody"), FakeKms.options()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("'nobody'")
                .hasMessageContaining("profile=");
    }
}
