package dev.chancery.internal.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.Capability;
import dev.chancery.KeyImport;
import dev.chancery.KeyRequest;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.KeyExistsException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.internal.store.FakeBackend;
import dev.chancery.internal.store.FakeStore;
import dev.chancery.internal.store.StandardError;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyName;
import dev.chancery.key.KeyOrigin;
import dev.chancery.key.KeyState;
import dev.chancery.key.RingPosition;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names, dates and places of new keys. */
class KeyCreationTest {
    private final FakeStore store = new FakeStore();

    private KeyMetadata unnamed(KeySpec spec) {
        return store.keys.generate(KeyRequest.of(spec));
    }

    private static KeyRequest inRing(String ring) {
        return KeyRequest.builder(KeySpec.EC_P256).ring(ring).build();
    }

    @ParameterizedTest
    @CsvSource({"RSA_2048, rsa-2026-11", "EC_P256, ecdsa-2026-11", "EC_P521, ecdsa-2026-11", "ED25519, ed25519-2026-11"
    })
    void a_key_without_a_name_is_called_after_its_type_and_month(KeySpec spec, String name) {
        assertThat(unnamed(spec).id()).hasToString(name);
    }

    @Test
    void a_name_that_is_taken_gets_a_number_and_the_first_free_one_wins() {
        assertThat(unnamed(KeySpec.EC_P256).id()).hasToString("ecdsa-2026-11");
        assertThat(unnamed(KeySpec.EC_P384).id()).hasToString("ecdsa-2026-11-2");
        assertThat(unnamed(KeySpec.EC_P256).id()).hasToString("ecdsa-2026-11-3");

        store.backend.keys.remove(new KeyId("ecdsa-2026-11-2"));
        FakeStore reopened = new FakeStore();
        reopened.backend.keys.putAll(store.backend.keys);
        assertThat(reopened.keys.generate(KeyRequest.of(KeySpec.EC_P256)).id()).hasToString("ecdsa-2026-11-2");
    }

    @Test
    void a_name_that_is_taken_a_moment_before_gets_the_next_number() {
        KeyMetadata[] faster = new KeyMetadata[1];
        store.backend.beforeCreate = () -> {
            store.backend.beforeCreate = () -> {};
            faster[0] = unnamed(KeySpec.EC_P256);
        };

        KeyMetadata slower = unnamed(KeySpec.EC_P256);

        assertThat(faster[0].id()).hasToString("ecdsa-2026-11");
        assertThat(slower.id()).hasToString("ecdsa-2026-11-2");
    }

    @Test
    void a_store_that_refuses_every_name_is_not_asked_for_ever() {
        store.backend.beforeCreate = () -> {
            throw new KeyExistsException("There is one already.");
        };

        assertThatThrownBy(() -> unnamed(KeySpec.EC_P256))
                .isInstanceOf(KeyExistsException.class)
                .hasMessageContaining("ecdsa-2026-11-10000")
                .hasMessageContaining("fake:");
    }

    @Test
    void months_are_counted_in_utc() {
        FakeStore newYear = new FakeStore(
                options -> options.clock(Clock.fixed(Instant.parse("2026-12-31T23:59:59Z"), ZoneOffset.ofHours(14))));

        assertThat(newYear.keys.generate(KeyRequest.of(KeySpec.EC_P256)).id()).hasToString("ecdsa-2026-12");
    }

    @Test
    void keys_of_a_ring_are_called_after_it_and_a_long_name_is_cut_to_fit() {
        String longest = "a".repeat(63);

        assertThat(store.keys.generate(inRing("certificate-signing")).id()).hasToString("certificate-signing-2026-11");
        assertThat(store.keys.generate(inRing(longest)).id().value())
                .hasSize(63)
                .endsWith("a-2026-11");
        assertThat(store.keys.generate(inRing(longest)).id().value())
                .hasSize(63)
                .endsWith("a-2026-11-2");
    }

    @Test
    void a_chosen_name_is_never_changed() {
        store.key("invoices");

        assertThatThrownBy(() -> store.key("invoices")).isInstanceOf(KeyExistsException.class);
    }

    @Test
    void dates_are_whole_seconds_which_every_store_can_keep() {
        FakeStore store = new FakeStore(
                options -> options.clock(Clock.fixed(Instant.parse("2026-11-23T12:00:00.987654321Z"), ZoneOffset.UTC)));

        KeyMetadata key = store.keyInRing("invoices", "ring");

        assertThat(key.created()).isEqualTo("2026-11-23T12:00:00Z");
        assertThat(key.signUntil()).hasValue(Instant.parse("2029-11-23T12:00:00Z"));
        assertThat(key.history())
                .singleElement()
                .satisfies(step -> assertThat(step.at()).isEqualTo("2026-11-23T12:00:00Z"));
    }

    @Test
    void labels_come_along() {
        KeyMetadata key = store.keys.generate(
                KeyRequest.builder(KeySpec.EC_P256).label("owner", "accounting").build());

        assertThat(key.attributes().labels()).containsEntry("owner", "accounting");
    }

    @Test
    void rsa_2048_is_made_with_a_warning() {
        try (StandardError log = new StandardError()) {
            unnamed(KeySpec.RSA_2048);
            assertThat(log.text()).contains("WARN").contains("RSA_2048");
        }
        try (StandardError log = new StandardError()) {
            unnamed(KeySpec.EC_P256);
            assertThat(log.text()).isEmpty();
        }
    }

    @Test
    void the_first_key_of_a_ring_is_active_and_the_next_waits() {
        KeyMetadata first = store.keyInRing("first", "ring");
        KeyMetadata next = store.keyInRing("next", "ring");

        assertThat(first.state()).isEqualTo(KeyState.ACTIVE);
        assertThat(first.ring()).hasValue(new RingPosition(new KeyName("ring"), 1));
        assertThat(next.state()).isEqualTo(KeyState.PRE_ACTIVE);
        assertThat(next.ring()).hasValue(new RingPosition(new KeyName("ring"), 2));
        assertThat(store.backend.claims(new KeyName("ring"))).hasSize(1);
    }

    @Test
    void of_two_who_begin_a_ring_at_once_the_second_waits_for_generation_2() {
        store.backend.beforeCreate = () -> {
            store.backend.beforeCreate = () -> {};
            store.rotatedElsewhere("faster", "ring", 1);
        };

        KeyMetadata slower = store.keyInRing("slower", "ring");

        assertThat(slower.state()).isEqualTo(KeyState.PRE_ACTIVE);
        assertThat(slower.ring()).hasValue(new RingPosition(new KeyName("ring"), 2));
        assertThat(store.keys.ring("ring").current().id()).hasToString("faster");
    }

    @Test
    void a_store_without_rings_is_not_left_with_half_of_what_was_ordered() {
        FakeBackend backend = new FakeBackend();
        backend.lacks.add(Capability.LIFECYCLE);
        FakeStore without = new FakeStore(backend, options -> options);

        assertThatThrownBy(() -> without.keyInRing("invoices", "ring"))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("LIFECYCLE");

        assertThat(backend.keys).isEmpty();
    }

    @Test
    void an_imported_key_is_dated_and_placed_like_a_made_one() {
        KeyImport request = new KeyImport(
                new KeyName("imported"),
                FakeBackend.LOCAL_KEYS.generate(KeySpec.ED25519),
                Optional.of(new KeyName("ring")));

        KeyMetadata key = store.keys.importKey(request);

        assertThat(key.origin()).isEqualTo(KeyOrigin.IMPORTED);
        assertThat(key.created()).isEqualTo(FakeStore.NOW);
        assertThat(key.state()).isEqualTo(KeyState.ACTIVE);
        assertThat(store.keys.ring("ring").current().id()).isEqualTo(key.id());
    }
}
