package dev.chancery.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.Capability;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.health.Finding;
import dev.chancery.health.HealthLevel;
import dev.chancery.health.HealthReport;
import dev.chancery.health.HealthStatus;
import dev.chancery.health.Subject;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyName;
import dev.chancery.key.KeyOrigin;
import dev.chancery.key.KeyState;
import dev.chancery.key.Orphan;
import dev.chancery.key.RingPosition;
import dev.chancery.spi.PublicHalf;
import dev.chancery.spi.Service;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.Traits;
import dev.chancery.spi.records.KeyRecord;
import dev.chancery.spi.records.StoredRecord;
import dev.chancery.spi.support.Deadline;
import dev.chancery.spi.support.PacedCalls;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a store's health depends on: each test breaks one thing, and one finding says so. */
class HealthTest {
    private static final Subject RING = Subject.ring("ring");

    private static List<Finding> of(HealthReport report, String check) {
        return report.findings().stream()
                .filter(finding -> finding.check().equals(check))
                .toList();
    }

    /** The one finding that is not in order. */
    private static Finding only(HealthReport report) {
        List<Finding> wrong = report.findings().stream()
                .filter(finding -> finding.status() != HealthStatus.UP)
                .toList();
        assertThat(wrong).as("%s", report.findings()).hasSize(1);
        return wrong.get(0);
    }

    private static FakeStore local() {
        FakeBackend backend = new FakeBackend();
        backend.traits = Traits.ofLocalPlace().build();
        return new FakeStore(backend, options -> options);
    }

    private static void change(FakeStore store, KeyId id, StoredKey changed) {
        assertThat(store.backend.keys.replace(id, changed)).isNotNull();
    }

    @ParameterizedTest
    @EnumSource(names = {"READ", "SIGN"})
    void a_default_ring_that_is_not_there_is_down(HealthLevel level) {
        FakeStore store = new FakeStore(options -> options.defaultRing("nobodys"));
        store.keyInRing("first", "ring");

        Finding found = only(store.keys.health(level));

        assertThat(found.subject()).isEqualTo(Subject.ring("nobodys"));
        assertThat(found.status()).isEqualTo(HealthStatus.DOWN);
        assertThat(found.detail()).contains("'nobodys'");
    }

    @Test
    void a_default_ring_that_is_there_signs_once() {
        FakeStore store = new FakeStore(options -> options.defaultRing("ring").defaultKey("nobody"));
        store.keyInRing("first", "ring");

        HealthReport report = store.keys.health(HealthLevel.SIGN);

        assertThat(report.status()).isEqualTo(HealthStatus.UP);
        assertThat(of(report, "test signature")).hasSize(1);
    }

    @Test
    void a_default_key_that_is_its_rings_current_one_signs_once() {
        FakeStore store = new FakeStore(options -> options.defaultKey("first").pinned(true));
        store.keyInRing("first", "ring");

        HealthReport report = store.keys.health(HealthLevel.SIGN);

        assertThat(report.status()).isEqualTo(HealthStatus.UP);
        assertThat(store.backend.calls)
                .filteredOn(call -> call.startsWith("sign"))
                .hasSize(1);
    }

    @Test
    void a_sound_ring_is_up_with_each_of_its_parts() {
        FakeStore store = new FakeStore();
        KeyMetadata key = store.keyInRing("first", "ring");

        HealthReport report = store.keys.health(HealthLevel.SIGN);

        assertThat(report.status()).isEqualTo(HealthStatus.UP);
        assertThat(report.isReady()).isTrue();
        assertThat(report.subjects())
                .containsOnlyKeys(Subject.STORE, RING, Subject.key(key.id().value()));
        assertThat(report.findings()).noneMatch(finding -> finding.mend().isPresent());
    }

    @Test
    void configuration_alone_asks_no_remote_place() {
        FakeStore store = new FakeStore();
        store.key("key");
        store.backend.calls.clear();

        assertThat(store.keys.health(HealthLevel.CONFIG).status()).isEqualTo(HealthStatus.UP);
        assertThat(store.backend.calls).isEmpty();
    }

    @Test
    void a_remote_place_with_a_ring_is_asked_for_its_current_key_alone_until_all_are_to_sign() {
        FakeStore store = new FakeStore();
        store.keyInRing("first", "ring");
        store.key("other");
        store.backend.calls.clear();

        store.keys.health(HealthLevel.READ);
        assertThat(store.backend.calls).containsExactly("claims ring", "find first", "probe READ");

        store.keys.health(HealthLevel.SIGN);
        assertThat(store.backend.calls).contains("list");
    }

    @Test
    void a_default_name_that_can_be_no_key_is_down_before_the_place_is_asked() {
        FakeStore store = new FakeStore(options -> options.defaultKey("No Key"));

        Finding found = only(store.keys.health(HealthLevel.CONFIG));

        assertThat(found.check()).isEqualTo("configuration");
        assertThat(found.status()).isEqualTo(HealthStatus.DOWN);
    }

    @Test
    void a_place_that_forgets_public_halves_wants_an_archive() {
        FakeBackend backend = new FakeBackend();
        backend.lacks.add(Capability.LIFECYCLE);

        Finding found = only(new FakeStore(backend, options -> options).keys.health(HealthLevel.CONFIG));

        assertThat(found.check()).isEqualTo("archive");
        assertThat(found.mend()).hasValueSatisfying(mend -> assertThat(mend).contains("CHANCERY_ARCHIVE"));
    }

    @Test
    void a_place_that_does_not_answer_is_down() {
        FakeStore store = new FakeStore();
        store.key("key");
        store.backend.outage = new StoreUnavailableException("No network.", null);

        HealthReport report = store.keys.health(HealthLevel.READ);

        assertThat(report.isReady()).isFalse();
        assertThat(of(report, "answer")).anySatisfy(found -> {
            assertThat(found.status()).isEqualTo(HealthStatus.DOWN);
            assertThat(found.detail()).isEqualTo("No network.");
        });
    }

    @Test
    void what_the_place_says_of_itself_is_in_the_report_with_its_command_or_that_of_the_places_own_tool() {
        FakeBackend backend = new FakeBackend();
        backend.traits =
                Traits.ofLocalPlace().diagnosis(Optional.of("ls -la keys")).build();
        FakeStore store = new FakeStore(backend, options -> options);
        store.key("key");
        Finding low = new Finding("free space", HealthStatus.DEGRADED, "Little is left.");

        backend.probed = List.of(low);
        assertThat(only(store.keys.health(HealthLevel.READ))).isEqualTo(low.withMend("ls -la keys"));
        backend.probed = List.of(low.withMend("df -h"));
        assertThat(only(store.keys.health(HealthLevel.READ))).isEqualTo(low.withMend("df -h"));
    }

    @Test
    void a_current_key_on_hold_is_down_and_the_command_is_there() {
        FakeStore store = new FakeStore();
        KeyMetadata key = store.keyInRing("first", "ring");
        store.broughtElsewhere(key.id(), KeyState.SUSPENDED);

        Finding found = only(store.keys.health(HealthLevel.SIGN));

        assertThat(found.subject()).isEqualTo(RING);
        assertThat(found.check()).isEqualTo("current key");
        assertThat(found.status()).isEqualTo(HealthStatus.DOWN);
        assertThat(found.mend()).hasValue("chancery resume first");
    }

    @Test
    void a_current_key_that_is_gone_is_down() {
        FakeStore store = new FakeStore();
        KeyMetadata key = store.keyInRing("first", "ring");
        store.backend.keys.remove(key.id());

        Finding found = only(store.keys.health(HealthLevel.READ));

        assertThat(found.detail()).contains("first is gone");
        assertThat(found.mend()).hasValue("chancery rotate ring");
    }

    @Test
    void a_current_key_that_is_damaged_is_down_and_so_is_its_ring() {
        FakeStore store = new FakeStore();
        KeyMetadata key = store.keyInRing("first", "ring");
        damage(store, key.id());

        HealthReport report = store.keys.health(HealthLevel.READ);

        assertThat(report.subjects())
                .containsEntry(RING, HealthStatus.DOWN)
                .containsEntry(Subject.key("first"), HealthStatus.DOWN);
    }

    @Test
    void a_ring_that_names_a_successor_that_is_nowhere_is_down() {
        FakeStore store = new FakeStore();
        KeyMetadata key = store.keyInRing("first", "ring");
        StoredKey stored = store.backend.keys.get(key.id());
        KeyRecord followed = stored.record().legible().orElseThrow().toBuilder()
                .successor(new KeyRecord.Successor(2, key.fingerprint()))
                .build();
        change(store, key.id(), stored.withRecord(new StoredRecord.Present(followed, "2")));

        Finding found = only(store.keys.health(HealthLevel.READ));

        assertThat(found.check()).isEqualTo("current key");
        assertThat(found.detail()).contains("generation 2");
    }

    @Test
    void a_ring_that_is_due_is_degraded() {
        FakeStore store = new FakeStore();
        KeyMetadata key = store.keyInRing("first", "ring");
        store.changedElsewhere(key.id(), attributes -> attributes.signFrom(FakeStore.NOW.minus(Duration.ofDays(400))));

        Finding found = only(store.keys.health(HealthLevel.READ));

        assertThat(found.check()).isEqualTo("due date");
        assertThat(found.status()).isEqualTo(HealthStatus.DEGRADED);
        assertThat(found.mend()).hasValue("chancery rotate ring --if-due");
    }

    @Test
    void an_overlap_that_is_over_is_unfinished() {
        FakeStore store = new FakeStore();
        KeyMetadata first = store.keyInRing("first", "ring");
        var unused = store.keys.ring("ring").rotate();
        assertThat(store.keys.health(HealthLevel.READ).status()).isEqualTo(HealthStatus.UP);
        store.changedElsewhere(
                first.id(),
                attributes ->
                        attributes.signFrom(FakeStore.NOW.minusSeconds(9)).signUntil(FakeStore.NOW.minusSeconds(1)));

        Finding found = only(store.keys.health(HealthLevel.READ));

        assertThat(found.check()).isEqualTo("overlap");
        assertThat(found.detail()).contains("Key first");
        assertThat(found.mend()).hasValue("chancery rotate ring --if-due");
    }

    @Test
    void a_promotion_that_was_cut_off_is_unfinished() {
        FakeStore store = new FakeStore();
        store.keyInRing("first", "ring");
        KeyAttributes waiting = KeyAttributes.builder(KeyState.PRE_ACTIVE, FakeStore.NOW, KeyOrigin.GENERATED)
                .ring(new RingPosition(new KeyName("ring"), 2))
                .build();
        KeyId next = store.backend
                .add("next", FakeBackend.LOCAL_KEYS.generate(KeySpec.EC_P256), waiting)
                .id();
        store.backend.claim(new RingPosition(new KeyName("ring"), 2), next);

        assertThat(of(store.keys.health(HealthLevel.READ), "overlap"))
                .singleElement()
                .satisfies(found -> assertThat(found.detail()).contains("unfinished"));
    }

    @Test
    void a_left_over_private_half_is_told_of_with_its_command() {
        FakeStore store = local();
        store.key("sound");
        KeyMetadata key = store.key("key");
        store.keys.changeState(key.id(), KeyState.DEACTIVATED, "retired");
        store.keys.changeState(key.id(), KeyState.DESTROYED, "no longer needed");
        change(store, key.id(), store.backend.keys.get(key.id()).withService(new Service.In()));

        Finding found = only(store.keys.health(HealthLevel.READ));

        assertThat(found.check()).isEqualTo("left-over private half");
        assertThat(found.mend()).hasValue("chancery destroy key");
    }

    @Test
    void a_half_made_key_is_told_of_with_its_command() {
        FakeBackend backend = new FakeBackend();
        backend.traits = Traits.ofLocalPlace().build();
        backend.orphans = List.of(new Orphan(new KeyId("orphan"), FakeStore.NOW, new KeyName("wanted"), "r-1"));
        FakeStore store = new FakeStore(backend, options -> options);
        store.key("sound");

        Finding found = only(store.keys.health(HealthLevel.READ));

        assertThat(found.check()).isEqualTo("half-made key");
        assertThat(found.mend()).hasValue("chancery orphans --delete");
    }

    private static void damage(FakeStore store, KeyId id) {
        change(
                store,
                id,
                store.backend
                        .keys
                        .get(id)
                        .withRecord(new StoredRecord.Damaged(Optional.empty(), "It is cut off.", "1")));
    }

    @Test
    void a_damaged_key_beside_a_sound_one_is_degraded() {
        FakeStore store = local();
        store.key("sound");
        KeyMetadata key = store.key("key");
        damage(store, key.id());

        Finding found = only(store.keys.health(HealthLevel.READ));

        assertThat(found.subject()).isEqualTo(Subject.key("key"));
        assertThat(found.check()).isEqualTo("usable");
        assertThat(found.status()).isEqualTo(HealthStatus.DEGRADED);
        assertThat(found.detail()).contains("It is cut off.");
    }

    @Test
    void a_public_half_that_nothing_vouches_for_is_told_of() {
        FakeStore store = local();
        store.key("sound");
        KeyMetadata key = store.key("key");
        StoredKey stored = store.backend.keys.get(key.id());
        change(store, key.id(), stored.withPublicHalf(new PublicHalf.Unvouched(key.publicKey())));

        Finding found = only(store.keys.health(HealthLevel.READ));

        assertThat(found.check()).isEqualTo("proof");
        assertThat(found.mend()).hasValue("chancery trust key FINGERPRINT");
    }

    @Test
    void a_key_in_no_ring_is_told_of_before_its_period_ends_and_after() {
        FakeStore store = local();
        store.key("sound");
        KeyMetadata key = store.key("key");
        store.changedElsewhere(key.id(), attributes -> attributes.signUntil(FakeStore.NOW.plus(Duration.ofDays(5))));

        assertThat(only(store.keys.health(HealthLevel.SIGN)).detail()).contains("until 2026-11-28");

        store.changedElsewhere(key.id(), attributes -> attributes.signUntil(FakeStore.NOW));
        assertThat(only(store.keys.health(HealthLevel.READ)).mend()).hasValue("chancery deactivate key");
    }

    @Test
    void signatures_that_fail_though_the_place_answers_are_told_of() {
        FakeStore store = new FakeStore();
        KeyMetadata key = store.key("key");
        var signer = store.keys.signer(key.id());
        store.backend.onSign = made -> {
            throw new StoreUnavailableException("The HSM behind is busy.", null);
        };
        byte[] message = {1};
        assertThatThrownBy(() -> signer.sign(message)).isInstanceOf(StoreUnavailableException.class);
        assertThat(only(store.keys.health(HealthLevel.READ)).status()).isEqualTo(HealthStatus.DEGRADED);
        assertThatThrownBy(() -> signer.sign(message)).isInstanceOf(StoreUnavailableException.class);
        assertThatThrownBy(() -> signer.sign(message)).isInstanceOf(StoreUnavailableException.class);

        Finding found = only(store.keys.health(HealthLevel.READ));

        assertThat(found.check()).isEqualTo("signatures");
        assertThat(found.status()).isEqualTo(HealthStatus.DOWN);
        assertThat(found.detail()).startsWith("3 signatures").contains("The HSM behind is busy.");

        store.backend.onSign = made -> made;
        assertThat(store.keys.health(HealthLevel.SIGN).status()).isEqualTo(HealthStatus.UP);
        assertThat(of(store.keys.health(HealthLevel.READ), "latency")).hasSize(1);
    }

    @Test
    void a_test_signature_that_fails_is_down() {
        FakeStore store = new FakeStore();
        store.key("key");
        store.backend.onSign = made -> {
            throw new StoreUnavailableException("The HSM behind is busy.", null);
        };

        assertThat(of(store.keys.health(HealthLevel.SIGN), "test signature"))
                .singleElement()
                .satisfies(found -> {
                    assertThat(found.subject()).isEqualTo(Subject.key("key"));
                    assertThat(found.status()).isEqualTo(HealthStatus.DOWN);
                });
    }

    @Test
    void calls_that_were_refused_for_their_number_are_told_of_although_they_were_made_again() {
        FakeBackend backend = new FakeBackend();
        backend.location = "throttled:";
        FakeStore store = new FakeStore(backend, options -> options);
        store.key("key");
        assertThat(store.keys.health(HealthLevel.READ).status()).isEqualTo(HealthStatus.UP);
        AtomicBoolean refused = new AtomicBoolean();
        try (PacedCalls calls = new PacedCalls("throttled:", "HealthTest", 1, Optional.empty(), Map.of())) {
            calls.call("Signing", "Sign", Deadline.in(Duration.ofSeconds(30)), e -> Optional.of(Duration.ZERO), () -> {
                if (refused.compareAndSet(false, true)) {
                    throw new IllegalStateException("Slow down.");
                }
                return "signed";
            });
        }

        Finding found = only(store.keys.health(HealthLevel.READ));

        assertThat(found.check()).isEqualTo("quota");
        assertThat(found.detail()).contains("refused 1 calls", "Sign");
    }

    @Test
    void nothing_to_sign_with_is_down_with_the_command_that_makes_a_key() {
        Finding found = only(new FakeStore().keys.health(HealthLevel.READ));

        assertThat(found.check()).isEqualTo("keys");
        assertThat(found.status()).isEqualTo(HealthStatus.DOWN);
        assertThat(found.mend()).hasValue("chancery generate");
    }
}
