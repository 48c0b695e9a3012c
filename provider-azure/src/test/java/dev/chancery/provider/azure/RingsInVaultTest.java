package dev.chancery.provider.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.IntegrityException;
import dev.chancery.health.HealthLevel;
import dev.chancery.health.HealthStatus;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyState;
import dev.chancery.key.RingPosition;
import dev.chancery.key.UnusableKey;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.provider.azure.FakeVersion.Attributes;
import dev.chancery.rotation.Rotation;
import dev.chancery.rotation.RotationPolicy;
import dev.chancery.signature.Signature;
import dev.chancery.testkit.store.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A ring is a name, its keys are versions; which of them signs is core's to say, and never the vault's "latest". */
class RingsInVaultTest {
    private static final byte[] MESSAGE = {1};
    private static final String RING = "release";

    private final FakeKeyVault vault = new FakeKeyVault();
    private final SettableClock clock = new SettableClock(Instant.now());
    private final KeyStore store = open();

    private KeyStore open() {
        KeyStoreOptions options = FakeKeyVault.options().toBuilder()
                .clock(clock)
                .stateTtl(Duration.ZERO)
                .build();
        return KeyStores.open(vault.uri(""), options);
    }

    @AfterEach
    void close() {
        store.close();
        vault.close();
        assertThat(vault.problems()).isEmpty();
    }

    private KeyMetadata inRing() {
        return store.generate(KeyRequest.builder(KeySpec.EC_P256).ring(RING).build());
    }

    /** As the vault's own policy does a moment later: another version, which is the latest, and has no tags or a copy of the others'. */
    private KeyId rotateByVault(Map<String, String> tags) throws InterruptedException {
        Instant made = vault.keys().all().stream()
                .map(version -> version.created)
                .max(Instant::compareTo)
                .orElseThrow();
        while (!Instant.now().isAfter(made.plusSeconds(1))) { // the vault tells whole seconds
            Thread.sleep(50);
        }
        return new KeyId(RING + "/" + vault.keys().add(RING, "P-256", tags).version);
    }

    @Test
    void a_rotation_makes_a_version_of_the_rings_name() {
        KeyMetadata first = inRing();

        Rotation rotation = store.ring(RING).rotate(RotationPolicy.PRODUCTION);

        assertThat(rotation.current().value())
                .startsWith(RING + "/")
                .isNotEqualTo(first.id().value());
        assertThat(store.ring(RING).keys()).hasSize(2);
        assertThat(vault.keys().ofName(RING)).hasSize(2);
        assertThat(store.rings()).hasSize(1);
        assertThat(vault.keys().tags(first.id().value()).values())
                .anySatisfy(value -> assertThat(value).contains("successor=2_"));
        assertThat(vault.requests("list")).as("rings() alone lists the vault").isEqualTo(1);
    }

    @Test
    void two_who_rotate_one_after_the_other_have_one_ring() {
        inRing();
        try (KeyStore other = open()) {
            KeyId second = store.ring(RING).rotate(RotationPolicy.PRODUCTION).current();
            assertThat(other.ring(RING).current().id()).isEqualTo(second);
            KeyId third = other.ring(RING).rotate(RotationPolicy.PRODUCTION).current();
            assertThat(store.ring(RING).signer().sign(MESSAGE).keyId()).isEqualTo(third);
        }
    }

    // --- versions that the vault made

    @Test
    void a_version_of_the_vaults_own_policy_waits_as_a_candidate_and_the_next_rotation_takes_it() throws Exception {
        KeyMetadata current = inRing();
        vault.keys().rotated.add(RING);
        KeyId made = rotateByVault(Map.of());

        KeyMetadata candidate = store.get(made);
        assertThat(candidate.state()).isEqualTo(KeyState.PRE_ACTIVE);
        assertThat(candidate.ring().map(RingPosition::generation)).hasValue(2L);
        assertThat(store.ring(RING).signer().sign(MESSAGE).keyId()).isEqualTo(current.id());
        assertThat(store.get(store.resolve(RING)).id()).isEqualTo(current.id());
        assertThat(store.health(HealthLevel.SIGN).findings())
                .filteredOn(finding -> finding.check().contains(RING))
                .anySatisfy(finding -> {
                    assertThat(finding.status()).isEqualTo(HealthStatus.DEGRADED);
                    assertThat(finding.detail()).contains("by itself", "chancery rotate " + RING);
                });

        Rotation rotation = store.ring(RING).rotate(RotationPolicy.PRODUCTION);

        assertThat(rotation.current()).isEqualTo(made);
        assertThat(vault.keys().tags(made.value())).containsEntry("chancery-state", "ACTIVE");
        Signature signature = store.ring(RING).signer().sign(MESSAGE);
        assertThat(signature.keyId()).isEqualTo(made);
    }

    @Test
    void a_version_with_another_versions_tags_is_the_vaults_own_and_neither_current_nor_marked() throws Exception {
        KeyMetadata current = inRing();
        KeyId made = rotateByVault(vault.keys().tags(current.id().value()));

        assertThat(store.get(made).state()).isEqualTo(KeyState.PRE_ACTIVE);
        assertThat(store.ring(RING).current().id()).isEqualTo(current.id());
        assertThat(store.get(store.resolve(RING)).id()).isEqualTo(current.id());
        assertThat(store.ring(RING).rotate(RotationPolicy.PRODUCTION).current()).isEqualTo(made);
    }

    @Test
    void a_copy_under_a_name_that_is_no_ring_does_not_take_the_names_place() throws Exception {
        KeyMetadata key = store.generate(KeyRequest.of(KeySpec.EC_P256, RING));
        KeyId made = rotateByVault(vault.keys().tags(key.id().value()));

        assertThat(store.get(store.resolve(RING)).id()).isEqualTo(key.id());
        assertThat(store.get(made).state()).isEqualTo(KeyState.PRE_ACTIVE);
    }

    // --- versions whose tags are gone

    @Test
    void a_version_of_our_ring_without_tags_is_damaged_and_never_fresh() throws Exception {
        KeyMetadata first = inRing();
        KeyId second = store.ring(RING).rotate(RotationPolicy.PRODUCTION).current();
        for (KeyId lost : Set.of(first.id(), second)) {
            Map<String, String> tags = Map.copyOf(vault.keys().tags(lost.value()));
            vault.keys().tag(lost.value(), all -> Map.of("owner", "a tidy colleague"));

            try (KeyStore other = open()) {
                assertThat(other.unusable()).singleElement().satisfies(unusable -> {
                    assertThat(unusable.id()).isEqualTo(lost);
                    assertThat(unusable.problem()).isEqualTo(UnusableKey.Problem.DAMAGED);
                    assertThat(unusable.reason()).contains("version of '" + RING + "'");
                });
                assertThatThrownBy(() -> other.signer(lost).sign(MESSAGE)).isInstanceOf(IntegrityException.class);
            }
            vault.keys().tag(lost.value(), all -> tags);
        }
        // Nor where the vault has a policy: the predecessor names it, or it is not the newest.
        vault.keys().rotated.add(RING);
        for (KeyId lost : Set.of(first.id(), second)) {
            Map<String, String> tags = Map.copyOf(vault.keys().tags(lost.value()));
            vault.keys().tag(lost.value(), all -> Map.of());
            try (KeyStore fresh = open()) {
                assertThatThrownBy(() -> fresh.signer(lost).sign(MESSAGE)).isInstanceOf(IntegrityException.class);
                fresh.compromise(lost, CompromisedSince.UNKNOWN, "who knows");
            }
            assertThat(vault.keys().get(lost.value()).now.enabled()).isFalse();
            assertThat(vault.keys().tags(lost.value())).containsEntry("chancery-state", "COMPROMISED");
            vault.keys().change(lost.value(), old -> new Attributes(true, old.notBefore(), old.expires(), tags));
        }
    }

    /** Without the permission to read the policy, nothing says that the vault made it. */
    @Test
    void a_version_without_tags_whose_policy_may_not_be_read_is_damaged() throws Exception {
        inRing();
        vault.keys().rotated.add(RING);
        KeyId made = rotateByVault(Map.of());
        vault.denied = Set.of("rotationpolicy");

        assertThat(store.unusable()).extracting(UnusableKey::id).containsExactly(made);
    }
}
