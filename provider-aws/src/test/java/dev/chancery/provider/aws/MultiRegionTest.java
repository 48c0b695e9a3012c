package dev.chancery.provider.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.Signer;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.ChanceryException;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.KeyStateException;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.health.Finding;
import dev.chancery.health.HealthLevel;
import dev.chancery.health.HealthStatus;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyState;
import dev.chancery.options.PublicArchive;
import dev.chancery.rotation.RotationPolicy;
import dev.chancery.testkit.store.SettableClock;
import dev.chancery.testkit.witness.OpenSsl;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Multi-Region keys: the home region decides, and a replica signs while it is out. */
class MultiRegionTest {
    private static final byte[] MESSAGE = {1};
    private final FakeKms home = new FakeKms();
    private final FakeKms replica = home.region("eu-west-1");

    @TempDir
    private Path archive;

    private KeyStore open() {
        return KeyStores.open(
                home.uri("&replicas=eu-west-1&deadline=1"),
                FakeKms.options().toBuilder()
                        .clock(new SettableClock(Instant.now()))
                        .stateTtl(Duration.ZERO)
                        .publicArchive(PublicArchive.directory(archive))
                        .build());
    }

    private static KeyMetadata make(KeyStore store) {
        return store.generate(KeyRequest.of(KeySpec.EC_P256, "invoices"));
    }

    private FakeKey inReplica(KeyId id) {
        return replica.key(id);
    }

    @AfterEach
    void close() {
        assertThat(home.problems()).isEmpty();
        assertThat(replica.problems()).isEmpty();
        home.close();
    }

    @Test
    void a_new_key_has_a_replica_with_its_tags_and_is_listed_once() {
        try (KeyStore store = open()) {
            KeyMetadata key = make(store);

            assertThat(key.id().value()).startsWith("mrk-");
            assertThat(inReplica(key.id()).tags).containsEntry("chancery:state", "ACTIVE");
            assertThat(store.list()).extracting(KeyMetadata::id).containsExactly(key.id());
        }
    }

    @Test
    void a_replica_signs_while_the_home_is_out_and_health_tells() {
        try (KeyStore store = open()) {
            KeyMetadata key = make(store);
            Signer signer = store.signer(key.id());
            assertThat(store.health(HealthLevel.SIGN).findings())
                    .filteredOn(finding -> finding.check().equals("replica eu-west-1"))
                    .extracting(Finding::status)
                    .containsExactly(HealthStatus.UP);
            home.down = true;

            byte[] signature = signer.sign(MESSAGE).value();

            assertThat(OpenSsl.verify(key.publicKey(), key.defaultAlgorithm(), MESSAGE, signature))
                    .isTrue();
            assertThat(replica.requests("Sign")).isEqualTo(1);
            assertThat(store.get(key.id()).state()).isEqualTo(KeyState.ACTIVE);
            assertThat(store.health(HealthLevel.READ).findings()).anySatisfy(finding -> {
                assertThat(finding.check()).isEqualTo("home");
                assertThat(finding.detail()).contains("copies of its keys serve");
            });
            assertThatThrownBy(() -> store.changeState(key.id(), KeyState.SUSPENDED, "on hold"))
                    .as("changes wait for the home")
                    .isInstanceOf(ChanceryException.class);
        }
    }

    @Test
    void a_home_that_answers_again_is_asked_again_and_one_that_is_out_costs_one_deadline_in_half_a_minute() {
        try (KeyStore store = open()) {
            Signer signer = store.signer(make(store).id());
            home.down = true;
            home.forgetRequests();
            for (int i = 0; i < 5; i++) {
                signer.sign(MESSAGE);
            }

            assertThat(replica.requests("Sign")).isEqualTo(5);
        }
    }

    @Test
    void a_ring_signs_on_with_its_current_key() {
        try (KeyStore store = open()) {
            store.generate(KeyRequest.builder(KeySpec.EC_P256).ring("release").build());
            store.ring("release").rotate(RotationPolicy.PRODUCTION);
            KeyId current = store.ring("release").current().id();
            Signer signer = store.ring("release").signer();
            signer.sign(MESSAGE);
            home.down = true;

            assertThat(signer.sign(MESSAGE).keyId()).isEqualTo(current);
            assertThatThrownBy(() -> store.ring("release").rotate(RotationPolicy.PRODUCTION))
                    .isInstanceOf(ChanceryException.class);
        }
    }

    @Test
    void what_happened_to_a_key_at_home_has_happened_to_its_replica() {
        try (KeyStore store = open()) {
            KeyMetadata key = make(store);
            store.changeState(key.id(), KeyState.SUSPENDED, "on hold");
            assertThat(inReplica(key.id()).state).isEqualTo("Disabled");
            store.changeState(key.id(), KeyState.ACTIVE, "found");
            assertThat(inReplica(key.id()).state).isEqualTo("Enabled");
            store.changeState(key.id(), KeyState.DEACTIVATED, "retired");
            assertThat(inReplica(key.id()).tags).containsEntry("chancery:state", "DEACTIVATED");
            store.compromise(key.id(), CompromisedSince.UNKNOWN, "stolen");
            assertThat(inReplica(key.id()).state).isEqualTo("Disabled");
            assertThat(inReplica(key.id()).tags).containsEntry("chancery:compromised-since", "UNKNOWN");
            store.changeState(key.id(), KeyState.DESTROYED, "gone");
            assertThat(inReplica(key.id()).state).isEqualTo("PendingDeletion");
        }
    }

    /** A process that never saw the key at home knows no more than what the replica was told. */
    @Test
    void a_retired_key_does_not_sign_in_its_replica() {
        KeyId id;
        try (KeyStore store = open()) {
            id = make(store).id();
            store.changeState(id, KeyState.DEACTIVATED, "retired");
        }
        home.down = true;

        try (KeyStore store = open()) {
            assertThat(store.get(id).state()).isEqualTo(KeyState.DEACTIVATED);
            assertThatThrownBy(() -> store.signer(id).sign(MESSAGE)).isInstanceOf(KeyStateException.class);
        }
    }

    @Test
    void a_replica_without_a_record_serves_nobody_who_has_not_seen_the_home() {
        KeyId id;
        try (KeyStore store = open()) {
            id = make(store).id();
        }
        inReplica(id).tags.clear();
        home.down = true;

        try (KeyStore store = open()) {
            assertThatThrownBy(() -> store.signer(id).sign(MESSAGE))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("eu-west-1");
        }
    }

    /** What makes no sense in one place is not mended by the other. */
    @Test
    void a_key_whose_record_is_damaged_at_home_or_in_its_replica_does_not_sign() {
        try (KeyStore store = open()) {
            KeyId atHome = make(store).id();
            KeyId inReplica =
                    store.generate(KeyRequest.of(KeySpec.EC_P256, "contracts")).id();
            store.get(inReplica);
            home.key(atHome).tags.put("chancery:state", "SPLENDID");
            assertThatThrownBy(() -> store.get(atHome)).isInstanceOf(IntegrityException.class);
            KeyId lostAtHome =
                    store.generate(KeyRequest.of(KeySpec.EC_P256, "orders")).id();
            home.untag(lostAtHome.value());
            assertThatThrownBy(() -> store.get(lostAtHome)).isInstanceOf(IntegrityException.class);
            replica.key(inReplica).tags.put("chancery:state", "SPLENDID");
            replica.key(inReplica).tags.put("chancery:compromised-since", "UNKNOWN");
            home.down = true;

            for (KeyId id : new KeyId[] {atHome, inReplica, lostAtHome}) {
                assertThatThrownBy(() -> store.signer(id).sign(MESSAGE)).isInstanceOf(IntegrityException.class);
            }
            assertThat(replica.requests("Sign")).isZero();
        }
    }

    @Test
    void a_mark_that_a_replica_did_not_hear_of_is_reported_and_made_good_when_the_key_is_looked_at() {
        try (KeyStore store = open()) {
            KeyMetadata key = make(store);
            replica.denied = Set.of("DisableKey", "TagResource");

            assertThat(store.compromise(key.id(), CompromisedSince.UNKNOWN, "stolen")
                            .isComplete())
                    .isFalse();
            assertThat(store.health(HealthLevel.READ).findings())
                    .extracting(Finding::check)
                    .contains("copies");
            replica.denied = Set.of();
            store.get(key.id());

            assertThat(inReplica(key.id()).state).isEqualTo("Disabled");
            assertThat(inReplica(key.id()).tags).containsEntry("chancery:compromised-since", "UNKNOWN");
            assertThat(store.health(HealthLevel.READ).findings())
                    .extracting(Finding::check)
                    .doesNotContain("copies");
        }
    }

    /** Its alias is in another region. */
    @Test
    void a_replica_is_no_orphan_of_its_region() {
        try (KeyStore store = open()) {
            make(store);
        }
        String there = home.uri("").replace(FakeKms.REGION, "eu-west-1");

        try (KeyStore store = KeyStores.open(there, FakeKms.options())) {
            assertThat(store.orphans()).isEmpty();
        }
    }

    @Test
    void a_replica_that_cannot_be_made_makes_no_key() {
        home.denied = Set.of("ReplicateKey");

        try (KeyStore store = open()) {
            assertThatThrownBy(() -> make(store)).isInstanceOf(ChanceryException.class);
        }
        assertThat(home.aliases()).isEqualTo(Map.of());
        assertThat(home.unnamed()).isEmpty();
    }
}
