package dev.chancery.spi.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.error.UnsupportedException;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyName;
import dev.chancery.key.KeyOrigin;
import dev.chancery.key.KeyState;
import dev.chancery.key.RingPosition;
import dev.chancery.key.StateChange;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordLabelsTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final String FINGERPRINT = "00112233445566778899aabbccddeeff".repeat(2);

    private static KeyRecord typical() {
        RingPosition position = new RingPosition(new KeyName("certificate-signing"), 3);
        return KeyRecord.of(KeyAttributes.builder(KeyState.ACTIVE, NOW, KeyOrigin.GENERATED)
                        .signFrom(NOW)
                        .signUntil(NOW.plusSeconds(31_536_000))
                        .ring(position)
                        .defaultAlgorithm(SignatureAlgorithm.ECDSA_SHA256)
                        .build())
                .toBuilder()
                .fingerprint(FINGERPRINT)
                .held(List.of(position))
                .revision(2)
                .build();
    }

    /** What labels keep. */
    private static KeyRecord essence(KeyRecord record) {
        KeyAttributes attributes = Attributes.withHistory(record.attributes(), 0);
        for (String name : record.attributes().labels().keySet()) {
            attributes = Attributes.withoutLabel(attributes, name);
        }
        return new KeyRecord(
                attributes,
                record.fingerprint().map(whole -> whole.substring(0, 40)),
                Optional.empty(),
                record.held(),
                record.revision(),
                record.successor()
                        .map(next -> new KeyRecord.Successor(
                                next.generation(), next.fingerprint().substring(0, 40))),
                record.emergencyFor(),
                record.withdrawn(),
                record.rotating(),
                record.notes());
    }

    private static StoredRecord.Damaged damaged(Map<String, String> labels) {
        StoredRecord record = RecordLabels.decode(labels, 12);
        assertThat(record).isInstanceOf(StoredRecord.Damaged.class);
        return (StoredRecord.Damaged) record;
    }

    @Test
    void all_but_labels_history_and_the_public_half_comes_back() {
        GeneratedRecords.of(4, 500).forEach(record -> {
            Map<String, String> labels = RecordLabels.encode(record, 12);

            assertThat(labels).hasSizeLessThanOrEqualTo(64).allSatisfy((name, value) -> {
                assertThat(name).matches("[a-z][a-z0-9_-]{0,62}");
                assertThat(value).matches("[a-z0-9_-]{1,63}");
                assertThat(RecordLabels.isOf(name, 12)).isTrue();
            });
            assertThat(RecordLabels.decode(labels, 12).legible()).contains(essence(record));
        });
    }

    @Test
    void a_typical_version_takes_four_labels() {
        assertThat(RecordLabels.encode(typical(), 12).entrySet().stream().map(Object::toString))
                .containsExactly(
                        "v12-state=active",
                        "v12-1=ctoyeo0_ogenerated_ftoyeo0_uu7qc00_rcertificate-signing_g3_aecd",
                        "v12-2=sa-sha256_n2_p008i4cq4alj7f24platspnfevs0128hj_hcertificate-2ds",
                        "v12-3=igning-2f3_z");
    }

    @Test
    void labels_and_the_youngest_changes_come_back_as_far_as_there_is_room() {
        GeneratedRecords.of(5, 60).forEach(record -> {
            int least = RecordLabels.encode(record, 12).size();
            for (int extra : new int[] {0, 1, 6}) {
                Map<String, String> labels;
                try {
                    labels = RecordLabels.encode(record, 12, extra);
                } catch (UnsupportedException full) {
                    assertThat(least + extra).isGreaterThan(64);
                    continue;
                }

                assertThat(labels).hasSizeBetween(least, least + extra).allSatisfy((name, value) -> {
                    assertThat(value).matches("[a-z0-9_-]{1,63}");
                    assertThat(RecordLabels.isOf(name, 12)).isTrue();
                });
                KeyRecord read = RecordLabels.decode(labels, 12).legible().orElseThrow();
                List<StateChange> whole = record.attributes().history();
                List<StateChange> kept = read.attributes().history();
                assertThat(kept).isEqualTo(whole.subList(whole.size() - kept.size(), whole.size()));
                assertThat(record.attributes().labels())
                        .containsAllEntriesOf(read.attributes().labels());
                assertThat(essence(read)).isEqualTo(essence(record));
            }
        });
    }

    @Test
    void a_typical_key_keeps_its_labels_and_several_changes_in_six_labels_more() {
        KeyRecord record = typical()
                .with(attributes -> attributes
                        .label("owner", "accounting, Köln")
                        .state(KeyState.SUSPENDED, NOW, "a doubt: who has it?")
                        .state(KeyState.ACTIVE, NOW.plusSeconds(60), "no doubt any more")
                        .state(KeyState.DEACTIVATED, NOW.plusMillis(90_001), "retired"));

        RecordLabels.requireRoom(record, 6);
        Map<String, String> labels = RecordLabels.encode(record, 12, 6);

        assertThat(RecordLabels.decode(labels, 12).legible().orElseThrow().attributes())
                .isEqualTo(record.attributes());
        assertThat(labels.size()).isLessThanOrEqualTo(4 + 6);
    }

    @Test
    void labels_that_would_be_left_out_are_refused() {
        KeyRecord record = typical().with(attributes -> attributes.label("owner", "x".repeat(60)));

        assertThatThrownBy(() -> RecordLabels.requireRoom(record, 1))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("Shorten");
        RecordLabels.requireRoom(record, 2);
        assertThat(RecordLabels.decode(RecordLabels.encode(record, 12, 2), 12)
                        .legible()
                        .orElseThrow()
                        .attributes()
                        .labels())
                .containsEntry("owner", "x".repeat(60));
    }

    @Test
    void a_mark_is_a_label_that_people_can_read_and_beats_the_state() {
        Map<String, String> labels =
                new HashMap<>(RecordLabels.encode(typical().withMark(CompromisedSince.at(NOW.plusMillis(5))), 12));

        assertThat(labels).containsEntry("v12-compromised-since", "2026-11-23t12-00-00-005z");

        labels.put("v12-state", "active");

        assertThat(RecordLabels.decode(labels, 12)
                        .legible()
                        .orElseThrow()
                        .attributes()
                        .state())
                .isEqualTo(KeyState.COMPROMISED);
    }

    @Test
    void versions_share_a_map_and_a_users_labels_are_passed_over() {
        Map<String, String> all = new HashMap<>(RecordLabels.encode(typical(), 1));
        all.putAll(RecordLabels.encode(typical().toBuilder().revision(9).build(), 12));
        all.put("owner", "accounting");
        all.put("v1-owner", "accounting");

        assertThat(RecordLabels.decode(all, 1).legible()).contains(essence(typical()));
        assertThat(RecordLabels.decode(all, 12).legible().map(KeyRecord::revision))
                .contains(9L);
        assertThat(RecordLabels.decode(all, 2)).isEqualTo(new StoredRecord.Absent());
        assertThat(RecordLabels.isOf("v1-owner", 1)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"v12-state", "v12-1", "v12-2", "v12-3"})
    void a_label_that_is_lost_is_missed(String label) {
        Map<String, String> labels =
                new HashMap<>(RecordLabels.encode(typical().withMark(CompromisedSince.at(NOW)), 12));
        labels.remove(label);

        assertThat(damaged(labels).mark()).contains(CompromisedSince.at(NOW));
    }

    @Test
    void a_mark_that_is_lost_is_known_from_the_state() {
        Map<String, String> labels =
                new HashMap<>(RecordLabels.encode(typical().withMark(CompromisedSince.at(NOW)), 12));
        labels.remove("v12-compromised-since");

        assertThat(damaged(labels).mark()).contains(CompromisedSince.UNKNOWN);
    }

    @ParameterizedTest
    @CsvSource({
        "v12-state, ready",
        "v12-compromised-since, yesterday",
        "v12-1, ''",
        "v12-1, z",
        "v12-1, q1_z",
        "v12-1, _z",
        "v12-1, c0_c0_z",
        "v12-1, c0-zzzzzz_z",
        "v12-1, czzzzzzzzzzzz_z",
        "v12-1, p0_z",
        "v12-1, e-_z",
        "v12-1, lowner_z",
        "v12-1, ytoyeo0--active_z",
        "v12-1, ka_z"
    })
    void what_makes_no_sense_is_damaged(String label, String value) {
        Map<String, String> labels = new HashMap<>(RecordLabels.encode(typical(), 12));
        if (label.equals("v12-1")) {
            labels.remove("v12-2");
            labels.remove("v12-3");
        }
        labels.put(label, value);

        assertThat(damaged(labels).why()).endsWith("audit log.");
    }

    @Test
    void a_newer_form_is_not_guessed_at() {
        assertThat(RecordLabels.decode(Map.of("v12-version", "2", "v12-1", "new"), 12))
                .isInstanceOf(StoredRecord.Newer.class);
    }

    @Test
    void a_record_that_fills_a_map_alone_is_refused() {
        KeyRecord record = typical().toBuilder()
                .emergencyFor("550e8400-e29b-11d4-a716-446655440000".repeat(100))
                .build();

        assertThatThrownBy(() -> RecordLabels.encode(record, 12)).isInstanceOf(UnsupportedException.class);
    }
}
