package dev.chancery.spi.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.error.UnsupportedException;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyName;
import dev.chancery.key.KeyOrigin;
import dev.chancery.key.KeyState;
import dev.chancery.key.RingPosition;
import dev.chancery.key.StateChange;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordFieldsTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final String FINGERPRINT = "0123456789abcdef".repeat(4);
    private static final int PLENTY = 1_000;

    private static KeyAttributes.Builder attributes() {
        return KeyAttributes.builder(KeyState.ACTIVE, NOW, KeyOrigin.GENERATED);
    }

    private static KeyRecord plain() {
        return KeyRecord.of(attributes().build());
    }

    private static Map<String, String> fields(String... changes) {
        Map<String, String> fields = new HashMap<>(RecordFields.encode(plain(), 60, 256));
        for (int i = 0; i < changes.length; i += 2) {
            fields.put(changes[i], changes[i + 1]);
        }
        return fields;
    }

    private static StoredRecord decode(Map<String, String> fields) {
        return RecordFields.decode(fields, "v");
    }

    private static KeyRecord record(Map<String, String> fields) {
        StoredRecord record = decode(fields);
        assertThat(record).isInstanceOf(StoredRecord.Present.class);
        return record.legible().orElseThrow();
    }

    private static StoredRecord.Damaged damaged(Map<String, String> fields) {
        StoredRecord record = decode(fields);
        assertThat(record).isInstanceOf(StoredRecord.Damaged.class);
        return (StoredRecord.Damaged) record;
    }

    private static KeyRecord without(KeyRecord record, boolean labels) {
        KeyAttributes bare = Attributes.withHistory(record.attributes(), 0);
        for (String name : labels ? record.attributes().labels().keySet() : List.<String>of()) {
            bare = Attributes.withoutLabel(bare, name);
        }
        return record.toBuilder().attributes(bare).build();
    }

    private static KeyRecord withoutPublicKey(KeyRecord record) {
        return new KeyRecord(
                record.attributes(),
                record.fingerprint(),
                Optional.empty(),
                record.held(),
                record.revision(),
                record.successor(),
                record.emergencyFor(),
                record.withdrawn(),
                record.rotating(),
                record.notes());
    }

    @Test
    void everything_comes_back_where_there_is_room() {
        GeneratedRecords.of(1, 500)
                .forEach(record -> assertThat(decode(RecordFields.encode(record, PLENTY, 4096)))
                        .isEqualTo(new StoredRecord.Present(record, "v")));
    }

    @Test
    void in_every_room_history_gives_way_to_labels_and_these_to_the_public_key_and_nothing_else_does() {
        int refused = 0;
        int kept = 0;
        for (KeyRecord record : GeneratedRecords.of(2, 30).toList()) {
            for (int fields = 1; fields <= 60; fields++) {
                int length = List.of(64, 256).get(fields % 2);
                Map<String, String> encoded;
                try {
                    encoded = RecordFields.encode(record, fields, length);
                } catch (UnsupportedException e) {
                    refused++;
                    continue;
                }
                kept++;
                assertThat(encoded.size()).isLessThanOrEqualTo(fields);
                assertThat(encoded.values()).allMatch(value -> value.matches("[A-Za-z0-9.:/@+_=-]{1," + length + "}"));
                KeyRecord read = record(encoded);
                assertThat(withoutPublicKey(without(read, true))).isEqualTo(withoutPublicKey(without(record, true)));
                assertThat(record.attributes().history())
                        .endsWith(read.attributes().history().toArray(StateChange[]::new));
                assertThat(record.attributes().labels())
                        .containsAllEntriesOf(read.attributes().labels());
                assertThat(read.attributes().labels())
                        .as("history takes no label's room")
                        .isEqualTo(record(RecordFields.encode(without(record, false), fields, length))
                                .attributes()
                                .labels());
                assertThat(read.publicKey())
                        .as("neither does a label take the public key's")
                        .isEqualTo(record(RecordFields.encode(without(record, true), fields, length))
                                .publicKey());
            }
        }
        assertThat(refused).isPositive();
        assertThat(kept).isPositive();
    }

    @Test
    void each_fact_has_a_field_that_people_can_read() {
        KeyRecord record = plain()
                .with(attributes -> attributes
                        .ring(new RingPosition(new KeyName("ca"), 3))
                        .label("owner", "Büro 1")
                        .state(KeyState.COMPROMISED, NOW, "stolen")
                        .compromisedSince(CompromisedSince.UNKNOWN))
                .toBuilder()
                .fingerprint(FINGERPRINT)
                .held(List.of(new RingPosition(new KeyName("ca"), 3), new RingPosition(new KeyName("ca"), 4)))
                .revision(7)
                .successor(new KeyRecord.Successor(5, FINGERPRINT))
                .emergencyFor("rsa-1")
                .withdrawn(true)
                .rotating(Optional.of(new KeyRecord.Rotating("host 1", NOW)))
                .notes(Map.of("re.quest", "a b"))
                .build();

        assertThat(RecordFields.encode(record, 60, 256).entrySet().stream().map(Object::toString))
                .containsExactly(
                        "state=COMPROMISED",
                        "created=2026-11-23T12:00:00Z",
                        "origin=GENERATED",
                        "compromised-since=UNKNOWN",
                        "ring=ca",
                        "generation=3",
                        "revision=7",
                        "fingerprint=" + FINGERPRINT,
                        "held=ca/3_ca/4",
                        "successor=5_" + FINGERPRINT,
                        "emergency-for=rsa-1",
                        "withdrawn=true",
                        "rotating=2026-11-23T12:00:00Z_host_1",
                        "note.re=2Equest=a_b",
                        "labels.1=owner=0AB=C3=BCro_1=0A",
                        "history.1=2026-11-23T12:00:00Z_ACTIVE_COMPROMISED_stolen=0A");
    }

    @Test
    void a_mark_beats_a_state_that_was_written_at_the_same_moment() {
        KeyRecord record = record(fields(RecordFields.COMPROMISED_SINCE, "UNKNOWN"));

        assertThat(record.attributes().state()).isEqualTo(KeyState.COMPROMISED);
        assertThat(record.attributes().compromisedSince()).contains(CompromisedSince.UNKNOWN);
        assertThat(record(fields("state", "DESTROYED", RecordFields.COMPROMISED_SINCE, NOW.toString()))
                        .attributes()
                        .state())
                .isEqualTo(KeyState.DESTROYED);
    }

    @Test
    void a_mark_alone_is_a_damaged_record_that_tells_it() {
        assertThat(damaged(Map.of(RecordFields.COMPROMISED_SINCE, NOW.toString()))
                        .mark())
                .contains(CompromisedSince.at(NOW));
    }

    @Test
    void a_mark_without_a_legible_date_counts_from_ever() {
        assertThat(damaged(fields(RecordFields.COMPROMISED_SINCE, "2026-13-45")).mark())
                .contains(CompromisedSince.UNKNOWN);
        assertThat(damaged(fields("state", "COMPROMISED")).mark()).contains(CompromisedSince.UNKNOWN);
    }

    @Test
    void without_a_field_of_ours_there_is_no_record() {
        assertThat(decode(Map.of())).isEqualTo(new StoredRecord.Absent());
        assertThat(decode(Map.of("owner", "accounting", "state.owner", "x"))).isEqualTo(new StoredRecord.Absent());
        assertThat(decode(Map.of("state", "", "ring", ""))).isEqualTo(new StoredRecord.Absent());
    }

    @Test
    void fields_that_are_not_ours_are_passed_over() {
        assertThat(record(fields("owner", "accounting", "ring", ""))).isEqualTo(plain());
    }

    @ParameterizedTest
    @ValueSource(strings = {"state", "created", "origin"})
    void what_lacks_a_mandatory_field_is_damaged(String field) {
        StoredRecord.Damaged damaged = damaged(fields(field, ""));

        assertThat(damaged.mark()).isEmpty();
        assertThat(damaged.version()).isEqualTo("v");
        assertThat(damaged.why()).contains("'" + field + "' is missing").endsWith("audit log.");
    }

    @ParameterizedTest
    @CsvSource({
        "state, READY",
        "created, yesterday",
        "created, +10000-01-01T00:00:00Z",
        "origin, bought",
        "sign-until, 9999",
        "ring, Ring",
        "ring, ring",
        "algorithm, MD5",
        "revision, -1",
        "revision, 9999999999999999999",
        "fingerprint, 0123",
        "fingerprint, 0123456789ABCDEF0123456789ABCDEF01234567",
        "held, ca",
        "held, ca/0",
        "held, ca/1_",
        "successor, 3",
        "successor, 3_00ff",
        "withdrawn, maybe",
        "rotating, me",
        "emergency-for, =C3",
        "public-key, AAAA",
        "public-key, '*'",
        "note.a, =",
        "version, one",
        "labels.1, =0A=0A"
    })
    void what_makes_no_sense_is_damaged_and_still_tells_its_mark(String field, String value) {
        assertThat(damaged(fields(field, value)).mark()).isEmpty();
        assertThat(damaged(fields(field, value, RecordFields.COMPROMISED_SINCE, NOW.toString()))
                        .mark())
                .contains(CompromisedSince.at(NOW));
    }

    @Test
    void a_public_key_that_the_fingerprint_does_not_name_is_damage() throws NoSuchAlgorithmException {
        PublicKey key =
                KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPublic();
        String fingerprint = KeyMetadata.fingerprint(key);
        KeyRecord record =
                plain().toBuilder().publicKey(key).fingerprint(fingerprint).build();
        Map<String, String> fields = new HashMap<>(RecordFields.encode(record, 60, 256));

        assertThat(record(fields)).isEqualTo(record);

        fields.put("fingerprint", FINGERPRINT);

        assertThat(damaged(fields).why()).contains("fingerprint");
    }

    @Test
    void a_newer_form_is_not_guessed_at() {
        assertThat(decode(fields("version", "2", "state", "RESTING"))).isInstanceOf(StoredRecord.Newer.class);
        assertThat(record(fields("version", "1"))).isEqualTo(plain());
    }

    @Test
    void messages_are_printable_and_bounded() {
        String why = damaged(fields("note.\u001b[31m" + "x".repeat(9_999), "=" + "\n\u202e".repeat(9_999)))
                .why();

        assertThat(why).hasSizeLessThan(1_000).matches("[\\x20-\\x7e\u2026]+");
    }

    @Test
    void a_flood_of_fields_or_of_text_is_not_read() {
        Map<String, String> many = fields();
        for (int i = 1; i <= 1_000; i++) {
            many.put("history." + i, "x");
        }

        assertThat(damaged(many).why()).contains("fields");
        assertThat(damaged(fields("history.1", "x".repeat(400_001))).why()).contains("characters");
    }

    @Test
    void the_end_of_another_history_damages_no_record() {
        String whole = "2026-11-23T12:00:00Z_ACTIVE_SUSPENDED_is_it_stolen=3F=0A";

        assertThat(record(fields("history.1", whole, "history.2", "r_end=0A" + whole + "2026-11-2"))
                        .attributes()
                        .history())
                .extracting(change -> change.reason())
                .containsExactly("is it stolen?", "is it stolen?");
    }

    @Test
    void half_a_label_is_none() {
        assertThat(record(fields("labels.1", "a=0Ab=0Ac=0Ahal")).attributes().labels())
                .containsExactly(Map.entry("a", "b"));
        assertThat(record(fields("labels.1", "a=0A=0A")).attributes().labels()).containsExactly(Map.entry("a", ""));
    }

    @Test
    void a_key_whose_labels_would_give_way_is_not_made() {
        KeyRecord record =
                plain().with(attributes -> attributes.label("small", "x").label("large", "y".repeat(200)));

        RecordFields.requireRoom(record, 6, 256);
        assertThatThrownBy(() -> RecordFields.requireRoom(record, 6, 64))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("large");
        assertThat(record(RecordFields.encode(record, 6, 64)).attributes().labels())
                .containsExactly(Map.entry("small", "x"));
        assertThatThrownBy(() -> RecordFields.encode(record, 3, 64)).isInstanceOf(UnsupportedException.class);
    }

    @Test
    void what_a_place_must_empty_are_fields_of_ours_that_a_shorter_record_lacks_and_never_the_mark() {
        Map<String, String> before = fields(
                "ring",
                "ca",
                "labels.2",
                "x",
                "note.a",
                "b",
                "withdrawn",
                "",
                "owner",
                "accounting",
                "state.owner",
                "y");
        before.put(RecordFields.COMPROMISED_SINCE, "UNKNOWN");

        assertThat(RecordFields.dropped(before, fields())).containsExactly("labels.2", "note.a", "ring");
    }
}
