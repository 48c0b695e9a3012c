package dev.chancery.provider.gcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm;
import com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionState;
import com.google.cloud.kms.v1.ProtectionLevel;
import com.google.protobuf.Any;
import com.google.rpc.RetryInfo;
import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.Signer;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.AlgorithmMismatchException;
import dev.chancery.error.ChanceryException;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.KeyAccessException;
import dev.chancery.error.KeyNotFoundException;
import dev.chancery.error.KeyStateException;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyState;
import dev.chancery.key.UnusableKey.Problem;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.provider.gcp.Faults.Fault;
import dev.chancery.testkit.store.SettableClock;
import dev.chancery.testkit.witness.Witnesses;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.protobuf.ProtoUtils;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes wrong on the way to Google and back, and what comes of it. */
class FaultsTest {
    private static final byte[] MESSAGE = {1, 2, 3};
    private static final Map<String, Class<? extends ChanceryException>> ERRORS = Map.of(
            "access", KeyAccessException.class,
            "state", KeyStateException.class,
            "found", KeyNotFoundException.class,
            "unavailable", StoreUnavailableException.class,
            "unsupported", UnsupportedException.class,
            "configuration", ConfigurationException.class,
            "integrity", IntegrityException.class,
            "algorithm", AlgorithmMismatchException.class);

    private final FakeKms kms = new FakeKms();

    @TempDir
    private Path archive;

    private final SettableClock clock = new SettableClock(Instant.now());

    private KeyStoreOptions options() {
        return FakeKms.options(archive).toBuilder().clock(clock).build();
    }

    private KeyStore store;

    private KeyMetadata key(String options) {
        store = KeyStores.open(kms.uri(options), options());
        KeyMetadata key = store.generate(KeyRequest.of(KeySpec.EC_P256, "invoices"));
        Witnesses.confirm(store, key, MESSAGE, store.signer(key.id()).sign(MESSAGE));
        kms.forgetRequests();
        return key;
    }

    @AfterEach
    void close() {
        store.close();
        kms.close();
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"WRONG_NAME", "WRONG_CHECKSUM", "NO_CHECKSUM", "NOT_VERIFIED", "CORRUPTED_SIGNATURE"})
    void an_answer_that_is_not_whole_is_thrown_away_and_asked_for_again_twice_at_most(Fault fault) {
        KeyMetadata key = key("");
        Signer signer = store.signer(key.id());

        kms.faults().next("AsymmetricSign", fault, 2);
        Witnesses.confirm(store, key, MESSAGE, signer.sign(MESSAGE));
        assertThat(kms.requests("AsymmetricSign")).isEqualTo(3);

        kms.faults().next("AsymmetricSign", fault, 3);
        assertThatThrownBy(() -> signer.sign(MESSAGE))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining(key.id().value())
                .hasMessageContaining(store.location());
        assertThat(kms.requests("AsymmetricSign")).isEqualTo(6);
    }

    @Test
    void a_signature_that_does_not_verify_is_withheld() {
        KeyMetadata key = key("");
        kms.faults().next("AsymmetricSign", Fault.WRONG_SIGNATURE, 1);

        assertThatThrownBy(() -> store.signer(key.id()).sign(MESSAGE)).isInstanceOf(IntegrityException.class);
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"WRONG_NAME", "WRONG_CHECKSUM", "NO_CHECKSUM"})
    void a_public_half_that_is_not_whole_is_never_used(Fault fault) {
        KeyMetadata key = key("");
        kms.faults().next("GetPublicKey", fault, 3);

        try (KeyStore another = KeyStores.open(kms.uri(""), options())) {
            assertThatThrownBy(() -> another.get(key.id())).isInstanceOf(IntegrityException.class);
            assertThat(another.get(key.id()).fingerprint()).isEqualTo(key.fingerprint());
        }
        assertThat(kms.requests("GetPublicKey")).isEqualTo(4);
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"LOST_BEFORE", "LOST_AFTER_COMMIT"})
    void a_lost_answer_is_asked_for_again_in_one_layer(Fault fault) {
        KeyMetadata key = key("");
        kms.faults().next("AsymmetricSign", fault, 1);
        Witnesses.confirm(store, key, MESSAGE, store.signer(key.id()).sign(MESSAGE));
        assertThat(kms.requests("AsymmetricSign")).isEqualTo(2);

        kms.faults().next("AsymmetricSign", fault, 100);
        assertThatThrownBy(() -> store.signer(key.id()).sign(MESSAGE)).isInstanceOf(StoreUnavailableException.class);
        assertThat(kms.requests("AsymmetricSign"))
                .as("the SDK's own retries add nothing")
                .isEqualTo(5);
    }

    @Test
    void no_answer_ends_with_the_deadline() {
        KeyMetadata key = key("&deadline=1");
        kms.faults().next("AsymmetricSign", Fault.HANG, 100);

        assertThatThrownBy(() -> store.signer(key.id()).sign(MESSAGE))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("in time");
    }

    /** Whatever is asked, silence ends: looking, listing, making, changing. */
    @ParameterizedTest
    @ValueSource(strings = {"GetCryptoKey", "ListCryptoKeys", "UpdateCryptoKeyVersion"})
    void silence_ends_with_the_deadline_whatever_is_asked(String operation) {
        KeyMetadata key = key("&deadline=1");
        kms.faults().next(operation, Fault.HANG, 1000);
        ThrowingCallable call = switch (operation) {
            case "GetCryptoKey" -> () -> fresh("&deadline=1", other -> other.get(key.id()));
            case "ListCryptoKeys" -> () -> fresh("&deadline=1", KeyStore::list);
            default -> () -> store.changeState(key.id(), KeyState.SUSPENDED, "a doubt");
        };
        assertThatThrownBy(call).isInstanceOf(StoreUnavailableException.class).hasMessageContaining(store.location());
    }

    private <T> T fresh(String options, Function<KeyStore, T> use) {
        try (KeyStore other = KeyStores.open(kms.uri(options), options())) {
            return use.apply(other);
        }
    }

    /** A mark is worth a second attempt: the key is out of service, and the report says what is missing. */
    @Test
    void a_key_that_cannot_be_disabled_is_marked_all_the_same_and_the_report_says_so() {
        KeyMetadata key = key("");
        kms.faults().refuse("UpdateCryptoKeyVersion", Status.PERMISSION_DENIED.withDescription("no"), 100);

        assertThat(store.compromise(key.id(), CompromisedSince.UNKNOWN, "stolen")
                        .toString())
                .contains("PERMISSION_DENIED");

        assertThat(kms.labels("invoices")).containsEntry("v1-state", "compromised");
        KeyMetadata marked = fresh("", other -> other.get(key.id()));
        assertThat(marked.state()).isEqualTo(KeyState.COMPROMISED);
        assertThatThrownBy(() -> store.signer(key.id()).sign(MESSAGE)).isInstanceOf(KeyStateException.class);
    }

    @Test
    void a_lost_answer_to_a_change_is_read_back_and_what_never_arrived_is_told() {
        KeyMetadata key = key("");
        kms.faults().next("UpdateCryptoKey", Fault.LOST_BEFORE, 1);
        assertThatThrownBy(() -> store.changeState(key.id(), KeyState.DEACTIVATED, "retired"))
                .isInstanceOf(StoreUnavailableException.class);
        assertThat(store.get(key.id()).state()).isEqualTo(KeyState.ACTIVE);

        kms.faults().next("UpdateCryptoKey", Fault.LOST_AFTER_COMMIT, 1);
        assertThat(store.changeState(key.id(), KeyState.DEACTIVATED, "retired").state())
                .isEqualTo(KeyState.DEACTIVATED);
        assertThat(kms.labels("invoices")).containsEntry("v1-state", "deactivated");
    }

    @Test
    void a_stale_answer_after_a_mark_does_not_make_the_key_sign_again() {
        KeyMetadata key = key("");
        store.compromise(key.id(), CompromisedSince.UNKNOWN, "stolen");
        kms.faults().next("GetCryptoKey", Fault.STALE, 1000);

        assertThat(store.get(key.id()).state()).isEqualTo(KeyState.COMPROMISED);
        assertThatThrownBy(() -> store.signer(key.id()).sign(MESSAGE)).isInstanceOf(KeyStateException.class);
    }

    @Test
    void a_description_of_another_key_is_not_taken_for_the_one_that_was_asked_for() {
        KeyMetadata key = key("");
        for (String operation : List.of("GetCryptoKey", "GetCryptoKeyVersion")) {
            kms.faults().next(operation, Fault.WRONG_NAME, 3);
            assertThatThrownBy(() -> fresh("", other -> other.get(key.id())))
                    .isInstanceOf(IntegrityException.class)
                    .hasMessageContaining(
                            operation.equals("GetCryptoKey")
                                    ? "invoices"
                                    : key.id().value());
        }
    }

    @Test
    void a_key_that_was_disabled_elsewhere_signs_no_more_at_once() {
        KeyMetadata key = key("");
        Signer signer = store.signer(key.id());
        kms.setState(key.id(), CryptoKeyVersionState.DISABLED);

        assertThatThrownBy(() -> signer.sign(MESSAGE))
                .isInstanceOf(KeyStateException.class)
                .hasMessageContaining("DISABLED");
    }

    @Test
    void a_list_reads_all_pages_and_one_key_out_of_reach_hides_no_other() {
        key("");
        for (int i = 0; i < 7; i++) {
            kms.make("theirs-" + i, CryptoKeyVersionAlgorithm.EC_SIGN_P256_SHA256, ProtectionLevel.SOFTWARE);
        }
        kms.addVersions("theirs-0", 4);
        assertThat(fresh("", KeyStore::list)).hasSize(12);

        kms.faults().refuse("GetPublicKey", Status.PERMISSION_DENIED.withDescription("no"), 1);
        try (KeyStore other = KeyStores.open(kms.uri(""), options())) {
            assertThat(other.listing().unusable()).singleElement().satisfies(unusable -> {
                assertThat(unusable.problem()).isEqualTo(Problem.INACCESSIBLE);
                assertThat(unusable.reason()).contains("PERMISSION_DENIED");
            });
        }
    }

    @Test
    void a_text_of_the_server_cannot_break_a_line_or_fill_a_log() {
        KeyMetadata key = key("");
        kms.faults()
                .refuse(
                        "AsymmetricSign",
                        Status.PERMISSION_DENIED.withDescription("a\nFAKE LOG LINE\u001b[31m" + "x".repeat(5000)),
                        1);
        assertThatThrownBy(() -> store.signer(key.id()).sign(MESSAGE))
                .satisfies(e -> assertThat(e.getMessage())
                        .doesNotContain("\n", "\u001b")
                        .hasSizeLessThan(1000));
    }

    @Test
    void throttling_is_retryable_and_says_when() {
        KeyMetadata key = key("&deadline=1");
        Metadata details = new Metadata();
        details.put(
                Metadata.Key.of(
                        "grpc-status-details-bin",
                        ProtoUtils.metadataMarshaller(com.google.rpc.Status.getDefaultInstance())),
                com.google.rpc.Status.newBuilder()
                        .setCode(8)
                        .addDetails(Any.pack(RetryInfo.newBuilder()
                                .setRetryDelay(com.google.protobuf.Duration.newBuilder()
                                        .setSeconds(7))
                                .build()))
                        .build());
        kms.faults().refuse("AsymmetricSign", Status.RESOURCE_EXHAUSTED.withDescription("Quota"), details, 100);

        assertThatThrownBy(() -> store.signer(key.id()).sign(MESSAGE))
                .isInstanceOfSatisfying(StoreUnavailableException.class, e -> {
                    assertThat(e.isRetryable()).isTrue();
                    assertThat(e.retryAfter().orElseThrow()).isGreaterThan(Duration.ofSeconds(5));
                });
        assertThat(kms.requests("AsymmetricSign")).isEqualTo(1);
    }

    @Test
    void nobody_there_is_an_outage() {
        key("");
        int port = Integer.parseInt(kms.endpoint().replaceAll(".*:", ""));
        kms.close();
        try (KeyStore nobody = KeyStores.open(
                "gcpkms://" + FakeKms.KEY_RING + "?endpoint=localhost:" + port + "&plaintext=true&deadline=2",
                options())) {
            assertThatThrownBy(nobody::list)
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("network");
        }
    }

    @Test
    void throttling_is_waited_out_within_the_deadline() {
        KeyMetadata key = key("");
        kms.faults().refuse("AsymmetricSign", Status.RESOURCE_EXHAUSTED.withDescription("Quota exceeded"), 4);

        Witnesses.confirm(store, key, MESSAGE, store.signer(key.id()).sign(MESSAGE));
        assertThat(kms.requests("AsymmetricSign")).isEqualTo(5);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PERMISSION_DENIED | Permission 'cloudkms.x' denied | access | docs/providers/gcp.md",
                "PERMISSION_DENIED | Cloud KMS API has not been used in project 1 before | access | gcloud services enable",
                "PERMISSION_DENIED | This API method requires billing to be enabled | access | billing account",
                "FAILED_PRECONDITION | billing is disabled | access | billing account",
                "FAILED_PRECONDITION | is not enabled, current state is: DISABLED | state | resume",
                "UNAUTHENTICATED | expired token | access | gcloud auth",
                "NOT_FOUND | no such version | found | chancery list",
                "UNIMPLEMENTED | not here | unsupported | server",
                "INVALID_ARGUMENT | Wrong digest for the algorithm | algorithm | chancery show",
                "INVALID_ARGUMENT | odd | configuration | server",
                "RESOURCE_EXHAUSTED | gRPC message exceeds maximum size 4194304 | integrity | larger"
            })
    void each_refusal_becomes_the_error_that_says_what_to_do(
            Status.Code code, String said, String error, String advice) {
        KeyMetadata key = key("");
        Signer signer = store.signer(key.id());
        kms.faults().refuse("AsymmetricSign", code.toStatus().withDescription(said), 100);

        assertThatThrownBy(() -> signer.sign(MESSAGE))
                .isInstanceOf(ERRORS.get(error))
                .hasMessageContaining(key.id().value())
                .hasMessageContaining(store.location())
                .hasMessageContaining(advice);
    }

    @Test
    void a_cryptokey_whose_answer_was_lost_is_found_and_not_made_twice() {
        key("");
        kms.faults().next("CreateCryptoKey", Fault.LOST_AFTER_COMMIT, 1);

        KeyMetadata made = store.generate(KeyRequest.of(KeySpec.EC_P384, "orders"));

        assertThat(kms.requests("CreateCryptoKey")).isEqualTo(1);
        Witnesses.confirm(store, made, MESSAGE, store.signer(made.id()).sign(MESSAGE));
    }

    @Test
    void a_cryptokey_that_was_not_made_is_no_key_and_the_error_says_that_it_is_not_known() {
        key("");
        kms.faults().next("CreateCryptoKey", Fault.LOST_BEFORE, 1);

        assertThatThrownBy(() -> store.generate(KeyRequest.of(KeySpec.EC_P384, "orders")))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("not known");
        assertThat(kms.requests("CreateCryptoKey")).isEqualTo(1);
        assertThat(store.list()).hasSize(1);
    }

    @Test
    void another_version_whose_answer_was_lost_is_damaged_and_nothing_signs_with_it() {
        key("");
        KeyMetadata first = store.generate(
                KeyRequest.builder(KeySpec.EC_P256).ring("certificates").build());
        kms.faults().next("CreateCryptoKeyVersion", Fault.LOST_AFTER_COMMIT, 1);

        assertThatThrownBy(() -> store.generate(
                        KeyRequest.builder(KeySpec.EC_P256).ring("certificates").build()))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("chancery list");
        assertThat(store.unusable()).singleElement().satisfies(damaged -> {
            assertThat(damaged.id().value()).isEqualTo("certificates/2");
            assertThat(damaged.problem()).isEqualTo(Problem.DAMAGED);
        });
        assertThat(store.ring("certificates").current().id()).isEqualTo(first.id());
    }
}
