package dev.chancery.provider.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.KeyAccessException;
import dev.chancery.error.KeyNotFoundException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyName;
import dev.chancery.key.KeyOrigin;
import dev.chancery.key.KeyState;
import dev.chancery.key.RingPosition;
import dev.chancery.key.UnusableKey;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.spi.Abilities;
import dev.chancery.spi.CreateKey;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.PublicHalf;
import dev.chancery.spi.PutResult;
import dev.chancery.spi.Service;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.records.KeyRecord;
import dev.chancery.spi.records.StoredRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the backend tells of keys, and what it writes, without core. */
class FactsTest {
    private static final Instant CREATED = Instant.parse("2026-11-23T10:00:00Z");
    private static final KeyName RING = new KeyName("ca");
    private static final KeyId KEY = new KeyId("a");

    @TempDir
    private Path temp;

    private KeyBackend store;
    private Abilities abilities;

    @BeforeEach
    void open() {
        String uri = temp.toUri().toString();
        store = new FileKeyStoreProvider().open(new KeyStoreConfig(uri, KeyStoreOptions.DEFAULT, new SoftwareKeys()));
        abilities = store.abilities();
    }

    @AfterEach
    void close() {
        store.close();
    }

    private StoredKey create(String name, Optional<RingPosition> ring) {
        KeyAttributes.Builder attributes = KeyAttributes.builder(
                ring.isPresent() ? KeyState.PRE_ACTIVE : KeyState.ACTIVE, CREATED, KeyOrigin.GENERATED);
        ring.ifPresent(attributes::ring);
        return abilities
                .makesKeys()
                .orElseThrow()
                .create(new CreateKey(new KeyName(name), KeySpec.EC_P256, KeyRecord.of(attributes.build())));
    }

    private StoredKey create() {
        return create(KEY.value(), Optional.empty());
    }

    private StoredKey waiting(String name, long generation) {
        return create(name, Optional.of(new RingPosition(RING, generation)));
    }

    private StoredKey find(KeyId id) {
        return store.find(id).orElseThrow();
    }

    private PutResult put(StoredKey read, KeyRecord changed) {
        return abilities.keepsRecords().orElseThrow().put(read, changed, true);
    }

    private static KeyRecord labelled(StoredKey key, String value) {
        KeyRecord record = key.record().legible().orElseThrow();
        return record.with(attributes -> attributes.label("owner", value)).toBuilder()
                .revision(record.revision() + 1)
                .build();
    }

    private void claim(long generation, KeyId key) {
        assertThat(abilities
                        .claimsGenerations()
                        .orElseThrow()
                        .claim(new RingPosition(RING, generation), key)
                        .holder())
                .isEqualTo(key);
    }

    private List<KeyId> members() {
        return abilities.keepsRecords().orElseThrow().members(RING).stream()
                .map(StoredKey::id)
                .sorted(java.util.Comparator.comparing(KeyId::value))
                .toList();
    }

    // --- facts

    @Test
    void a_key_that_was_made_is_whole_and_in_service() {
        StoredKey made = create();
        assertThat(find(KEY)).isEqualTo(made);
        assertThat(store.list()).containsExactly(made);
        assertThat(made.service()).isEqualTo(new Service.In());
        PublicHalf.Vouched half = (PublicHalf.Vouched) made.publicHalf();
        assertThat(made.record().legible().orElseThrow().fingerprint()).hasValue(KeyMetadata.fingerprint(half.key()));
    }

    @Test
    void a_key_that_was_moved_aside_is_out_of_service_and_one_without_its_private_half_is_gone() throws IOException {
        create();
        Path file = temp.resolve("private/a.pem");
        Files.move(file, temp.resolve("private/a.pem.disabled"));
        assertThat(find(KEY).service())
                .isInstanceOfSatisfying(
                        Service.Out.class, out -> assertThat(out.why()).startsWith("it was disabled by hand"));
        Files.delete(temp.resolve("private/a.pem.disabled"));
        assertThat(find(KEY).service()).isInstanceOf(Service.Gone.class);
        assertThat(find(KEY).publicHalf()).isInstanceOf(PublicHalf.Vouched.class);
        abilities.destroysKeys().orElseThrow().destroy(KEY);
    }

    @Test
    void a_key_without_metadata_is_ours_if_a_claim_names_it_also_beside_a_damaged_claim() throws IOException {
        create();
        create("b", Optional.empty());
        claim(3, KEY);
        Files.writeString(temp.resolve("rings/ca/4.json"), "{");
        Files.delete(temp.resolve("a.json"));
        Files.delete(temp.resolve("b.json"));
        StoredKey lost = find(KEY);
        StoredKey foreign = find(new KeyId("b"));
        assertThat(lost.record()).isEqualTo(new StoredRecord.Absent());
        assertThat(lost.evidence()).hasValue("rings/ca/3.json names it");
        assertThat(foreign.evidence()).isEmpty();
        assertThat(store.list()).containsExactlyInAnyOrder(lost, foreign);
    }

    @Test
    void damaged_metadata_tells_its_mark_and_the_public_half_is_read_all_the_same() throws IOException {
        create();
        Files.writeString(temp.resolve("a.json"), "{\"compromisedSince\" : \"2026-11-20T00:00:00Z\"");
        StoredKey key = find(KEY);
        assertThat(key.publicHalf()).isInstanceOf(PublicHalf.Vouched.class);
        assertThat(key.record()).isInstanceOfSatisfying(StoredRecord.Damaged.class, damaged -> {
            assertThat(damaged.mark()).hasValue(CompromisedSince.at(Instant.parse("2026-11-20T00:00:00Z")));
            assertThat(damaged.why()).startsWith("a.json in ");
        });
    }

    // --- records

    @Test
    void a_record_is_written_if_it_is_the_one_that_was_read_and_what_stands_is_told_otherwise() {
        StoredKey read = create();
        PutResult first = put(read, labelled(read, "one"));
        assertThat(first).isEqualTo(new PutResult.Written(find(KEY)));
        assertThat(find(KEY).record().legible()).hasValue(labelled(read, "one"));

        assertThat(put(read, labelled(read, "two"))).isEqualTo(new PutResult.Overtaken(find(KEY)));
        assertThat(find(KEY).record().legible()).hasValue(labelled(read, "one"));
    }

    @Test
    void a_foreign_key_gets_its_first_record_once() throws IOException {
        StoredKey made = create();
        KeyRecord record = made.record().legible().orElseThrow();
        Files.delete(temp.resolve("a.json"));
        StoredKey foreign = find(KEY);
        assertThat(put(foreign, record)).isInstanceOf(PutResult.Written.class);
        assertThat(put(foreign, record)).isInstanceOf(PutResult.Overtaken.class);
        assertThat(find(KEY)).isEqualTo(made);
    }

    @Test
    void a_damaged_record_is_replaced_if_it_is_the_same_still() throws IOException {
        KeyRecord record = create().record().legible().orElseThrow();
        Path file = temp.resolve("a.json");
        Files.writeString(file, "x");
        StoredKey damaged = find(KEY);
        Files.writeString(file, "y");
        assertThat(put(damaged, record)).isEqualTo(new PutResult.Overtaken(find(KEY)));
        assertThat(put(find(KEY), record)).isInstanceOf(PutResult.Written.class);
    }

    @Test
    void what_a_newer_version_wrote_and_what_cannot_be_read_is_not_written_over() throws IOException {
        KeyRecord record = create().record().legible().orElseThrow();
        Path file = temp.resolve("a.json");
        Files.writeString(file, "{\"version\" : 3, \"compromisedSince\" : \"UNKNOWN\"}");
        StoredKey newer = find(KEY);
        assertThat(newer.record()).isInstanceOf(StoredRecord.Newer.class);
        assertThatThrownBy(() -> put(newer, record))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("a.json");
        Files.writeString(file, " ".repeat(2 << 20));
        StoredKey large = find(KEY);
        assertThat(large.publicHalf())
                .isInstanceOfSatisfying(
                        PublicHalf.Unreadable.class,
                        half -> assertThat(half.problem()).isEqualTo(UnusableKey.Problem.INACCESSIBLE));
        assertThatThrownBy(() -> put(large, record))
                .isInstanceOf(KeyAccessException.class)
                .hasMessageContaining("a.json");
        assertThat(file).hasSize(2 << 20);
    }

    @Test
    void a_key_that_has_gone_gets_no_record() throws IOException {
        StoredKey read = create();
        abilities.makesKeys().orElseThrow().removeCandidate(KEY);
        assertThatThrownBy(() -> put(read, labelled(read, "late"))).isInstanceOf(KeyNotFoundException.class);
        assertThatThrownBy(() -> claim(1, KEY)).isInstanceOf(KeyNotFoundException.class);
        assertThat(new StoreTree(temp).files()).isEmpty();
    }

    // --- rings

    @Test
    void a_key_waits_from_its_creation_until_it_holds_a_generation() throws IOException {
        StoredKey first = waiting("ca-1", 1);
        waiting("ca-2", 2);
        create();
        assertThat(members()).containsExactly(new KeyId("ca-1"), new KeyId("ca-2"));
        assertThat(new StoreTree(temp).waiting("ca")).containsExactly("ca-1", "ca-2");
        assertThat(abilities.keepsRecords().orElseThrow().rings()).isEmpty();

        claim(1, first.id());
        assertThat(put(first, labelled(first, "current"))).isInstanceOf(PutResult.Written.class);

        assertThat(members()).containsExactly(new KeyId("ca-2"));
        assertThat(abilities.keepsRecords().orElseThrow().rings()).containsExactly(RING);
        assertThat(abilities.claimsGenerations().orElseThrow().holder(new RingPosition(RING, 1)))
                .hasValue(first.id());
        assertThat(abilities.claimsGenerations().orElseThrow().holder(new RingPosition(RING, 2)))
                .isEmpty();
    }

    @Test
    void a_candidate_goes_without_a_trace_unless_it_holds_a_generation() throws IOException {
        StoredKey first = waiting("ca-1", 1);
        StoredKey second = waiting("ca-2", 2);
        claim(1, first.id());
        assertThat(abilities.makesKeys().orElseThrow().removeCandidate(first.id()))
                .isFalse();
        assertThat(abilities.makesKeys().orElseThrow().removeCandidate(second.id()))
                .isTrue();
        assertThat(store.list()).extracting(StoredKey::id).containsExactly(first.id());
        assertThat(new StoreTree(temp).files())
                .containsExactly(
                        "ca-1.json", "private/ca-1.pem", "public/ca-1.pub", "rings/ca/1.json", "rings/ca/ca-1.waiting");
    }

    @Test
    void an_index_that_a_crash_left_wrong_is_no_more_than_a_hint() throws IOException {
        StoredKey first = waiting("ca-1", 1);
        create();
        Files.createFile(temp.resolve("rings/ca/a.waiting"));
        Files.createFile(temp.resolve("rings/ca/nobody.waiting"));
        Files.createFile(temp.resolve("rings/ca/Not A Key.waiting"));
        assertThat(members()).containsExactly(first.id());
        Files.delete(temp.resolve("rings/ca/ca-1.waiting"));
        StoredKey again = find(first.id());
        assertThat(put(again, labelled(again, "seen"))).isInstanceOf(PutResult.Written.class);
        assertThat(members()).containsExactly(first.id());
    }

    /** The order of the files of a creation, cut off after the index; the next writer removes all of it. */
    @Test
    void a_creation_that_was_cut_off_leaves_no_key_that_waits() throws IOException {
        StoredKey made = waiting("ca-1", 1);
        String fingerprint = made.record().legible().orElseThrow().fingerprint().orElseThrow();
        Files.writeString(temp.resolve("ca-1.creating"), "chancery is making the key " + fingerprint + "\n");
        Files.writeString(temp.resolve(".lock"), "w");
        assertThat(members()).isEmpty();
        create();
        assertThat(new StoreTree(temp).files()).containsExactly("a.json", "private/a.pem", "public/a.pub");
    }

    // --- earlier versions

    @Test
    void a_store_of_an_earlier_version_is_read_and_its_waiting_keys_are_found_and_indexed() throws IOException {
        StoreTree.copy(Path.of("src/test/resources/store-of-1dc9471"), temp);
        KeyName ring = new KeyName("certificate-signing");
        assertThat(store.list()).hasSize(6).allSatisfy(key -> {
            assertThat(key.publicHalf()).isInstanceOf(PublicHalf.Vouched.class);
            assertThat(key.record()).isInstanceOf(StoredRecord.Present.class);
        });
        KeyRecord suspended = find(new KeyId("plain")).record().legible().orElseThrow();
        assertThat(suspended.attributes().state()).isEqualTo(KeyState.SUSPENDED);
        assertThat(suspended.attributes().labels()).containsEntry("owner", "accounting ü");
        assertThat(suspended.attributes().history()).hasSize(1);
        KeyAttributes destroyed = find(new KeyId("alarm-2026-11"))
                .record()
                .legible()
                .orElseThrow()
                .attributes();
        assertThat(destroyed.state()).isEqualTo(KeyState.DESTROYED);
        assertThat(destroyed.compromisedSince()).hasValue(CompromisedSince.at(Instant.parse("2026-11-20T00:00:00Z")));
        KeyRecord emergency =
                find(new KeyId("alarm-2026-11-2")).record().legible().orElseThrow();
        assertThat(emergency.emergencyFor()).hasValue("alarm-2026-11");
        assertThat(emergency.attributes().labels()).isEmpty();
        assertThat(emergency.revision()).isOne();

        assertThat(abilities.keepsRecords().orElseThrow().members(ring))
                .extracting(key -> key.id().value())
                .contains("certificate-signing-2026-11-3");
        waiting("ca-1", 1);

        assertThat(new StoreTree(temp).waiting(ring.value())).containsExactly("certificate-signing-2026-11-3");
        assertThat(abilities.keepsRecords().orElseThrow().members(ring))
                .extracting(key -> key.id().value())
                .containsExactly("certificate-signing-2026-11-3");
    }
}
