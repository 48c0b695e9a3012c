package dev.chancery.provider.gcp;

import static com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm.EC_SIGN_P256_SHA256;
import static com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm.RSA_SIGN_PKCS1_2048_SHA256;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.api.gax.core.NoCredentialsProvider;
import com.google.api.gax.grpc.InstantiatingGrpcChannelProvider;
import com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm;
import com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionState;
import com.google.cloud.kms.v1.KeyManagementServiceClient;
import com.google.cloud.kms.v1.KeyManagementServiceSettings;
import com.google.cloud.kms.v1.ProtectionLevel;
import dev.chancery.Capability;
import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.error.AlgorithmMismatchException;
import dev.chancery.error.KeyStateException;
import dev.chancery.error.MessageTooLargeException;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.health.HealthLevel;
import dev.chancery.health.HealthStatus;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyState;
import dev.chancery.key.UnusableKey.Problem;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.testkit.store.SettableClock;
import dev.chancery.testkit.store.StoreUnderTest;
import dev.chancery.testkit.witness.Witnesses;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What is Google's own: versions, algorithms, states, one map of labels, servers that stand in for it. */
class KeysInKmsTest {
    private static final byte[] MESSAGE = {1, 2, 3};

    private final FakeKms kms = new FakeKms();
    private final SettableClock clock = new SettableClock(StoreUnderTest.START);

    @TempDir
    private Path archive;

    private KeyStoreOptions options() {
        return FakeKms.options(archive).toBuilder()
                .clock(clock)
                .stateTtl(Duration.ZERO)
                .build();
    }

    private KeyStore open(String more) {
        return KeyStores.open(kms.uri(more), options());
    }

    private static KeyRequest inRing() {
        return KeyRequest.builder(KeySpec.EC_P256).ring("certificates").build();
    }

    @AfterEach
    void nothing_was_sent_that_google_would_not_take() {
        kms.close();
        assertThat(kms.problems()).isEmpty();
    }

    // --- requests

    @Test
    void a_signature_is_one_request_and_a_verification_none() {
        try (KeyStore store = KeyStores.open(kms.uri(""), FakeKms.options(archive))) {
            KeyMetadata key = store.generate(KeyRequest.of(KeySpec.EC_P256, "invoices"));
            var signer = store.signer(key.id());
            var verifier = store.verifier(key.id());
            var signature = signer.sign(MESSAGE);
            kms.forgetRequests();

            signer.sign(MESSAGE);
            assertThat(verifier.verify(MESSAGE, signature.value()).isValid()).isTrue();

            assertThat(kms.requests("AsymmetricSign")).isEqualTo(1);
            assertThat(kms.requests()).isEqualTo(1);
        }
    }

    @Test
    void a_version_that_is_still_being_made_is_waited_for() {
        kms.pendingLooks = 3;
        try (KeyStore store = open("")) {
            KeyMetadata key = store.generate(KeyRequest.of(KeySpec.EC_P256, "invoices"));

            Witnesses.confirm(store, key, MESSAGE, store.signer(key.id()).sign(MESSAGE));
        }
    }

    @Test
    void a_version_that_is_made_for_too_long_is_left_to_itself_and_can_be_used_later() {
        kms.pendingLooks = 1_000_000;
        try (KeyStore store = open("&generation=1")) {
            assertThatThrownBy(() -> store.generate(KeyRequest.of(KeySpec.EC_P256, "invoices")))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("generation=");
            KeyId id = new KeyId("invoices/1");
            kms.setState(id, CryptoKeyVersionState.ENABLED);

            assertThat(store.get(id).state()).isEqualTo(KeyState.ACTIVE);
            Witnesses.confirm(store, store.get(id), MESSAGE, store.signer(id).sign(MESSAGE));
        }
    }

    // --- algorithms

    @Test
    void p521_is_refused_with_the_reason_before_anything_is_asked() {
        try (KeyStore store = open("")) {
            kms.forgetRequests();
            assertThatThrownBy(() -> store.generate(KeyRequest.builder(KeySpec.EC_P521)
                            .ring("certificates")
                            .build()))
                    .isInstanceOf(UnsupportedException.class)
                    .hasMessageContaining("P-384");
            assertThat(kms.requests("CreateCryptoKey")).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = CryptoKeyVersionAlgorithm.class,
            names = {
                "RSA_SIGN_PKCS1_2048_SHA256",
                "RSA_SIGN_PSS_4096_SHA512",
                "RSA_SIGN_PKCS1_4096_SHA512",
                "RSA_SIGN_RAW_PKCS1_2048",
                "EC_SIGN_ED25519",
                "EC_SIGN_P384_SHA384"
            })
    void a_version_that_another_tool_made_signs_with_its_algorithms_and_no_other(CryptoKeyVersionAlgorithm word) {
        KeyId id = kms.make("theirs", word, ProtectionLevel.HSM);
        try (KeyStore store = open("")) {
            KeyMetadata key = store.get(id);
            Set<SignatureAlgorithm> own = Algorithms.kind(word).orElseThrow().signsWith();
            assertThat(key.algorithms()).isEqualTo(own);
            assertThat(key.protection()).isEqualTo(dev.chancery.key.ProtectionLevel.HSM);

            for (SignatureAlgorithm algorithm : own) {
                Witnesses.confirm(
                        store, key, MESSAGE, store.signer(id, algorithm).sign(MESSAGE));
            }
            assertThat(store.signer(id).algorithm()).isIn(own);
            kms.forgetRequests();
            key.spec().algorithms().stream()
                    .filter(other -> !own.contains(other))
                    .forEach(other -> assertThatThrownBy(() -> store.signer(id, other))
                            .isInstanceOf(AlgorithmMismatchException.class));
            assertThat(kms.requests("AsymmetricSign")).isZero();
        }
    }

    /** An external key manager signs for Google; to us the version is one as any other. */
    @ParameterizedTest
    @CsvSource({
        "SOFTWARE, REMOTE",
        "HSM, HSM",
        "HSM_SINGLE_TENANT, HSM",
        "EXTERNAL, EXTERNAL",
        "EXTERNAL_VPC, EXTERNAL_VPC"
    })
    void a_key_shows_its_protection_and_signs(ProtectionLevel told, dev.chancery.key.ProtectionLevel shown) {
        KeyId id = kms.make("theirs", EC_SIGN_P256_SHA256, told);
        try (KeyStore store = open("")) {
            KeyMetadata key = store.get(id);
            assertThat(key.protection()).isEqualTo(shown);
            Witnesses.confirm(store, key, MESSAGE, store.signer(id).sign(MESSAGE));
        }
    }

    @Test
    void a_long_message_for_ed25519_is_refused_before_it_is_sent() {
        KeyId id = kms.make("theirs", CryptoKeyVersionAlgorithm.EC_SIGN_ED25519, ProtectionLevel.SOFTWARE);
        try (KeyStore store = open("")) {
            assertThatThrownBy(() -> store.signer(id).sign(new byte[65537]))
                    .isInstanceOf(MessageTooLargeException.class);
            assertThat(kms.requests("AsymmetricSign")).isZero();
        }
    }

    // --- versions and states

    @Test
    void versions_compare_as_numbers() {
        kms.make("theirs", EC_SIGN_P256_SHA256, ProtectionLevel.SOFTWARE);
        kms.addVersions("theirs", 10);
        String resource = FakeKms.KEY_RING + "/cryptoKeys/theirs";
        try (KeyStore store = open("&pinned=true")) {
            assertThat(store.get(store.resolve(resource)).id().value()).isEqualTo("theirs/11");

            kms.setState(new KeyId("theirs/11"), CryptoKeyVersionState.DISABLED);
            assertThat(store.get(store.resolve(resource)).id().value()).isEqualTo("theirs/10");
            assertThat(store.get(store.resolve(resource + "/cryptoKeyVersions/2"))
                            .id()
                            .value())
                    .isEqualTo("theirs/2");
        }
    }

    @Test
    void a_version_without_its_record_in_a_ring_of_ours_is_damaged_and_not_fresh() {
        try (KeyStore store = open("")) {
            store.generate(inRing());
            kms.addVersions("certificates", 1);

            assertThat(store.unusable()).singleElement().satisfies(damaged -> {
                assertThat(damaged.id().value()).isEqualTo("certificates/2");
                assertThat(damaged.problem()).isEqualTo(Problem.DAMAGED);
            });
            assertThatThrownBy(() -> store.signer(new KeyId("certificates/2"))).hasMessageContaining("certificates/2");
        }
    }

    @Test
    void a_suspended_key_whose_destruction_was_scheduled_comes_back_when_it_is_resumed() {
        try (KeyStore store = open("")) {
            KeyMetadata key = store.generate(KeyRequest.of(KeySpec.EC_P256, "invoices"));
            store.changeState(key.id(), KeyState.SUSPENDED, "a doubt");
            kms.setState(key.id(), CryptoKeyVersionState.DESTROY_SCHEDULED);

            store.changeState(key.id(), KeyState.ACTIVE, "no doubt any more");

            assertThat(kms.state(key.id())).isEqualTo(CryptoKeyVersionState.ENABLED);
            Witnesses.confirm(
                    store, store.get(key.id()), MESSAGE, store.signer(key.id()).sign(MESSAGE));
        }
    }

    // --- one map of labels

    /** The first has read the labels; before it writes, the second marks another version; then the first writes what it had read. */
    @Test
    void a_mark_is_not_lost_to_a_writer_of_another_version_that_had_read_before() {
        try (KeyStore store = open("");
                KeyStore other = open("")) {
            KeyMetadata current = store.generate(inRing());
            KeyMetadata next = store.generate(inRing());
            AtomicReference<Map<String, String>> before = new AtomicReference<>(kms.labels("certificates"));
            // The mark is written, and another process writes all labels as they were when it read them.
            kms.faults().meanwhile("UpdateCryptoKeyVersion", () -> before.set(kms.labels("certificates")));
            kms.faults()
                    .meanwhile(
                            "GetCryptoKeyVersion",
                            () -> kms.faults()
                                    .meanwhile(
                                            "GetCryptoKeyVersion",
                                            () -> kms.faults()
                                                    .meanwhile(
                                                            "GetCryptoKey",
                                                            () -> kms.relabel("certificates", all -> before.get()))));

            other.compromise(next.id(), CompromisedSince.UNKNOWN, "stolen");

            assertThat(kms.labels("certificates")).containsEntry("v2-state", "compromised");
            assertThat(store.get(next.id()).state()).isEqualTo(KeyState.COMPROMISED);
            assertThat(store.get(current.id()).state()).isEqualTo(KeyState.ACTIVE);
        }
    }

    @Test
    void two_stores_that_change_two_versions_at_once_lose_neither_change() {
        try (KeyStore store = open("");
                KeyStore other = open("")) {
            KeyMetadata current = store.generate(inRing());
            KeyMetadata next = store.generate(inRing());
            kms.faults()
                    .meanwhile(
                            "UpdateCryptoKey", () -> other.compromise(next.id(), CompromisedSince.UNKNOWN, "stolen"));

            store.changeState(current.id(), KeyState.DEACTIVATED, "retired");

            other.compromise(next.id(), CompromisedSince.UNKNOWN, "stolen"); // as the report of the first asks for
            assertThat(store.get(next.id()).state()).isEqualTo(KeyState.COMPROMISED);
            assertThat(store.get(current.id()).state()).isEqualTo(KeyState.DEACTIVATED);
        }
    }

    /** Their owner has labels of his own, as many as there is room for. */
    private void fillLabels(int most) {
        kms.relabel("certificates", all -> {
            all.keySet().removeIf(label -> label.startsWith("owner-"));
            for (int i = 0; all.size() < most; i++) {
                all.put("owner-" + i, "accounting");
            }
            return all;
        });
    }

    @Test
    void where_labels_are_full_no_version_is_made() {
        try (KeyStore store = open("")) {
            store.generate(inRing());
            fillLabels(64);

            assertThatThrownBy(() -> store.generate(inRing()))
                    .isInstanceOf(KeyStateException.class)
                    .hasMessageContaining("64 labels")
                    .hasMessageContaining("CHANCERY_ARCHIVE");
            assertThat(kms.requests("CreateCryptoKeyVersion")).isZero();
        }
    }

    @Test
    void where_labels_are_full_those_of_destroyed_versions_move_to_the_archive() {
        try (KeyStore store = open("")) {
            KeyMetadata first = store.generate(inRing());
            byte[] signature = store.signer(first.id()).sign(MESSAGE).value();
            store.ring("certificates").rotate(dev.chancery.rotation.RotationPolicy.PRODUCTION);
            store.changeState(first.id(), KeyState.DEACTIVATED, "retired");
            KeyMetadata destroyed = store.changeState(first.id(), KeyState.DESTROYED, "end of life");
            kms.setState(first.id(), CryptoKeyVersionState.DESTROYED);
            clock.advance(Duration.ofMinutes(1));
            // History gives way first: a version more each time, until there is none left.
            int rounds = 0;
            for (; kms.labels("certificates").containsKey("v1-state") && rounds < 6; rounds++) {
                fillLabels(62);
                store.generate(inRing());
            }

            assertThat(rounds).isBetween(2, 5);
            assertThat(kms.labels("certificates"))
                    .doesNotContainKey("v1-state")
                    .containsKeys("v2-state", "v" + (2 + rounds) + "-state");
            try (KeyStore another = open("")) {
                assertThat(another.get(first.id()).state()).isEqualTo(destroyed.state());
                assertThat(another.verifier(first.id())
                                .verify(MESSAGE, signature)
                                .isValid())
                        .isTrue();
                assertThat(another.unusable()).isEmpty();
            }
        }
    }

    @Test
    void a_ring_that_the_next_rotation_finds_full_is_a_finding() {
        try (KeyStore store = open("")) {
            store.generate(inRing());
            assertThat(store.health(HealthLevel.SIGN).findings())
                    .noneMatch(finding -> finding.check().startsWith("labels"));
            fillLabels(60);
            assertThat(store.health(HealthLevel.SIGN).findings())
                    .filteredOn(finding -> finding.check().equals("labels of certificates"))
                    .singleElement()
                    .satisfies(finding -> {
                        assertThat(finding.status()).isEqualTo(HealthStatus.DEGRADED);
                        assertThat(finding.detail()).contains("60 of 64", "CHANCERY_ARCHIVE");
                    });
        }
    }

    // --- servers that stand in for Google

    @Test
    void a_server_without_labels_makes_keys_that_sign_and_verify_and_says_what_it_lacks() {
        kms.labels = false;
        KeyMetadata key;
        try (KeyStore store = open("")) {
            key = store.generate(KeyRequest.of(KeySpec.EC_P256, "invoices"));
            Witnesses.confirm(store, key, MESSAGE, store.signer(key.id()).sign(MESSAGE));
            assertThatThrownBy(() -> store.generate(inRing()))
                    .isInstanceOf(UnsupportedException.class)
                    .hasMessageContaining("LIFECYCLE");
        }
        try (KeyStore store = open("")) {
            assertThat(store.capabilities()).contains(Capability.GENERATE).doesNotContain(Capability.LIFECYCLE);
            assertThat(store.health(HealthLevel.SIGN).findings())
                    .anySatisfy(finding -> assertThat(finding.detail()).contains("lacks LIFECYCLE"));
            Witnesses.confirm(
                    store, store.get(key.id()), MESSAGE, store.signer(key.id()).sign(MESSAGE));
            assertThatThrownBy(() -> store.changeState(key.id(), KeyState.SUSPENDED, "a doubt"))
                    .isInstanceOf(UnsupportedException.class);
        }
    }

    // --- openings

    @Test
    void a_pinned_process_needs_to_sign_and_to_see_the_public_half_and_nothing_else() {
        kms.make("theirs", RSA_SIGN_PKCS1_2048_SHA256, ProtectionLevel.SOFTWARE);
        kms.denied = Set.of(
                "GetCryptoKey", "GetCryptoKeyVersion", "ListCryptoKeys", "ListCryptoKeyVersions", "UpdateCryptoKey");
        try (KeyStore store = KeyStores.open(
                kms.uri("&pinned=true"),
                options().toBuilder()
                        .defaultKey(FakeKms.KEY_RING + "/cryptoKeys/theirs/cryptoKeyVersions/1")
                        .build())) {
            KeyMetadata key = store.defaultSigner().key();
            Witnesses.confirm(store, key, MESSAGE, store.defaultSigner().sign(MESSAGE));

            kms.setState(key.id(), CryptoKeyVersionState.DISABLED);
            assertThatThrownBy(() -> store.defaultSigner().sign(MESSAGE)).isInstanceOf(KeyStateException.class);
        }
    }

    @Test
    void a_pinned_key_obeys_its_record() {
        KeyMetadata key;
        try (KeyStore store = open("")) {
            key = store.generate(KeyRequest.of(KeySpec.EC_P256, "invoices"));
            store.changeState(key.id(), KeyState.DEACTIVATED, "retired");
        }
        try (KeyStore pinned = open("&pinned=true")) {
            assertThat(pinned.get(key.id()).state()).isEqualTo(KeyState.DEACTIVATED);
            assertThatThrownBy(() -> pinned.signer(key.id()).sign(MESSAGE)).isInstanceOf(KeyStateException.class);
        }
    }

    /** Where labels are certain to be kept, as in Google's own service, the first version comes with its record. */
    @Test
    void an_applications_own_client_stays_open_and_its_retries_do_not_count() throws IOException {
        try (KeyManagementServiceClient client = client()) {
            String uri = "gcpkms://" + FakeKms.KEY_RING;
            try (KeyStore store = GcpKeyStore.open(client, uri, options())) {
                KeyMetadata key = store.generate(KeyRequest.of(KeySpec.EC_P256, "invoices"));
                assertThat(kms.requests("UpdateCryptoKey")).isZero();
                Witnesses.confirm(store, key, MESSAGE, store.signer(key.id()).sign(MESSAGE));
                kms.forgetRequests();
                kms.faults().next("AsymmetricSign", Faults.Fault.LOST_BEFORE, 100);
                assertThatThrownBy(() -> store.signer(key.id()).sign(MESSAGE))
                        .isInstanceOf(StoreUnavailableException.class);
                assertThat(kms.requests("AsymmetricSign")).isEqualTo(3);
            }
            assertThat(client.isShutdown()).isFalse();
        }
    }

    private KeyManagementServiceClient client() throws IOException {
        InstantiatingGrpcChannelProvider channel = KeyManagementServiceSettings.defaultGrpcTransportProviderBuilder()
                .setEndpoint(kms.endpoint())
                .setChannelConfigurator(builder -> builder.usePlaintext())
                .build();
        return KeyManagementServiceClient.create(KeyManagementServiceSettings.newBuilder()
                .setTransportChannelProvider(channel)
                .setCredentialsProvider(NoCredentialsProvider.create())
                .build());
    }
}
