package dev.chancery.provider.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.KeyNotFoundException;
import dev.chancery.error.KeyStateException;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyName;
import dev.chancery.key.KeyOrigin;
import dev.chancery.key.KeyState;
import dev.chancery.key.RingPosition;
import dev.chancery.spi.Claim;
import dev.chancery.spi.ClaimsGenerations;
import dev.chancery.spi.CreateKey;
import dev.chancery.spi.KeepsRecords;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.MakesKeys;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.records.KeyRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How a ring's keys are found that wait, and how a claim and a removal of one key exclude each other. */
class WaitingKeysTest {
    private static final KeyName RING = new KeyName("release");
    private static final String WAITING = "alias/chancery/ring/release/waiting-";

    private final FakeKms kms = new FakeKms();
    private final KeyBackend backend = open();
    private final MakesKeys makes = backend.abilities().makesKeys().orElseThrow();
    private final KeepsRecords records = backend.abilities().keepsRecords().orElseThrow();
    private final ClaimsGenerations claims = claims(backend);

    @AfterEach
    void close() {
        assertThat(kms.problems()).isEmpty();
        backend.close();
        kms.close();
    }

    private KeyBackend open() {
        return new AwsKeyStoreProvider().open(new KeyStoreConfig(kms.uri("&deadline=60"), FakeKms.options(), null));
    }

    private static ClaimsGenerations claims(KeyBackend backend) {
        return backend.abilities().claimsGenerations().orElseThrow();
    }

    private static RingPosition generation(long number) {
        return new RingPosition(RING, number);
    }

    private KeyId candidate(String name) {
        KeyAttributes attributes = KeyAttributes.builder(
                        KeyState.PRE_ACTIVE, Instant.parse("2026-11-29T12:00:00Z"), KeyOrigin.GENERATED)
                .ring(generation(2))
                .build();
        return makes.create(new CreateKey(new KeyName(name), KeySpec.EC_P256, KeyRecord.of(attributes)))
                .id();
    }

    private List<KeyId> members() {
        return records.members(RING).stream().map(StoredKey::id).toList();
    }

    /** As a process sees them that did not make them: this one waits for its own to appear. */
    private List<KeyId> membersElsewhere() {
        try (KeyBackend another = open()) {
            return another.abilities().keepsRecords().orElseThrow().members(RING).stream()
                    .map(StoredKey::id)
                    .toList();
        }
    }

    private FakeKey inKms(KeyId id) {
        return kms.key(id);
    }

    @Test
    void a_waiting_key_is_found_beside_ten_thousand_strangers_without_a_list() {
        kms.addStrangers(10_000);
        kms.keyQuota = 20_000;
        KeyId key = candidate("release-1");
        try (KeyBackend another = open()) {
            kms.forgetRequests();

            assertThat(another.abilities().keepsRecords().orElseThrow().members(RING))
                    .extracting(StoredKey::id)
                    .containsExactly(key);
            assertThat(claims(another).holder(generation(2))).isEmpty();

            assertThat(kms.requests("ListAliases")).isZero();
            assertThat(kms.requests("ListKeys")).isZero();
            assertThat(kms.requests("DescribeKey")).isEqualTo(WaitingKeys.PLACES + 1);
        }
    }

    @Test
    void a_claim_frees_the_place_and_the_key_is_found_by_its_generation() {
        KeyId key = candidate("release-1");
        assertThat(kms.aliases()).containsEntry(WAITING + "1", key.value());

        assertThat(claims.claim(generation(1), key)).isEqualTo(new Claim(generation(1), key));

        assertThat(kms.aliases()).containsOnlyKeys("alias/chancery/release-1", "alias/chancery/ring/release/1");
        assertThat(members()).isEmpty();
        assertThat(claims.holder(generation(1))).contains(key);
        assertThat(claims.claims(RING)).containsExactly(new Claim(generation(1), key));
        assertThat(records.rings()).containsExactly(RING);
    }

    @Test
    void an_empty_place_hides_no_other_and_is_taken_again() {
        KeyId first = candidate("release-1");
        KeyId second = candidate("release-2");
        KeyId third = candidate("release-3");

        assertThat(makes.removeCandidate(first)).isTrue();
        kms.deleteForGood(second.value());

        assertThat(membersElsewhere()).containsExactly(third);
        KeyId fourth = candidate("release-4");
        assertThat(kms.aliases()).containsEntry(WAITING + "1", fourth.value());
        assertThat(membersElsewhere()).containsExactlyInAnyOrder(third, fourth);
    }

    @Test
    void more_keys_than_there_are_places_are_refused_and_leave_nothing() {
        for (int i = 1; i <= WaitingKeys.PLACES; i++) {
            candidate("release-" + i);
        }

        assertThatThrownBy(() -> candidate("one-more"))
                .isInstanceOf(KeyStateException.class)
                .hasMessageContaining("release");

        assertThat(members()).hasSize(WaitingKeys.PLACES);
        assertThat(kms.aliases()).doesNotContainKey("alias/chancery/one-more");
        assertThat(kms.keys())
                .filteredOn(key -> key.state.equals("PendingDeletion"))
                .hasSize(1);
    }

    /** A crash between a claim and the removal of the alias, or a claim by a process that never saw the place. */
    @Test
    void a_place_whose_key_waits_no_more_is_emptied_when_all_are_taken() {
        for (int i = 1; i <= WaitingKeys.PLACES; i++) {
            KeyId key = candidate("release-" + i);
            try (KeyBackend another = open()) {
                claims(another).claim(generation(i), key);
                StoredKey read = another.find(key).orElseThrow();
                KeyRecord active = read.record()
                        .legible()
                        .orElseThrow()
                        .with(attributes ->
                                attributes.state(KeyState.ACTIVE, Instant.parse("2026-11-29T12:00:01Z"), "promoted"));
                records.put(read, active, true);
            }
            assertThat(kms.aliases()).containsKey(WAITING + i);
        }

        KeyId next = candidate("one-more");

        assertThat(kms.aliases()).containsEntry(WAITING + "1", next.value());
        assertThat(members()).contains(next);
    }

    @Test
    void a_key_whose_removal_was_cut_off_waits_no_more_and_its_removal_can_be_repeated() {
        KeyId key = candidate("release-1");
        kms.faults().refuse("DeleteAlias", "KMSInternalException", "", 3);
        assertThatThrownBy(() -> makes.removeCandidate(key)).isInstanceOf(RuntimeException.class);

        assertThat(members()).isEmpty();
        assertThatThrownBy(() -> claims.claim(generation(2), key)).isInstanceOf(KeyNotFoundException.class);

        assertThat(makes.removeCandidate(key)).isTrue();
        assertThat(kms.aliases()).isEmpty();
    }

    @Test
    void a_holder_is_not_removed() {
        KeyId key = candidate("release-1");
        claims.claim(generation(2), key);

        assertThat(makes.removeCandidate(key)).isFalse();

        assertThat(inKms(key).state).isEqualTo("Enabled");
        assertThat(claims.holder(generation(2))).contains(key);
    }

    /** Both have looked before either has acted. */
    @Test
    void a_claim_that_comes_between_the_look_and_the_removal_saves_the_key() {
        KeyId key = candidate("release-1");
        kms.witness = (operation, request, answer) -> {
            if (operation.equals("ListAliases")) {
                kms.witness = (any, other, same) -> {};
                try (KeyBackend another = open()) {
                    claims(another).claim(generation(2), key);
                }
            }
        };

        assertThat(makes.removeCandidate(key)).isFalse();

        assertThat(inKms(key).state).isEqualTo("Enabled");
        assertThat(claims.holder(generation(2))).contains(key);
    }

    @Test
    void a_key_that_is_being_removed_while_it_is_claimed_is_taken_back() {
        KeyId key = candidate("release-1");
        kms.witness = (operation, request, answer) -> {
            if (operation.equals("CreateAlias")) {
                inKms(key).state = "PendingDeletion";
                inKms(key).deletion = Instant.now().plus(Duration.ofDays(7));
            }
        };

        claims.claim(generation(2), key);

        assertThat(inKms(key).state).isEqualTo("Enabled");
    }

    @Test
    void the_second_claim_of_a_generation_names_the_first() {
        KeyId first = candidate("release-1");
        KeyId second = candidate("release-2");
        claims.claim(generation(2), first);

        try (KeyBackend another = open()) {
            assertThat(claims(another).claim(generation(2), second)).isEqualTo(new Claim(generation(2), first));
        }
        assertThat(members()).containsExactly(second);
    }

    @Test
    void a_place_is_neither_a_name_nor_a_generation() {
        KeyId key = candidate("release-1");

        assertThat(backend.list()).extracting(StoredKey::id).containsExactly(key);
        assertThat(claims.claims(RING)).isEmpty();
        assertThat(records.rings()).isEmpty();
        assertThat(backend.abilities().findsOrphans().orElseThrow().orphans()).isEmpty();
    }
}
