package dev.chancery.spi.records;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyName;
import dev.chancery.key.KeyOrigin;
import dev.chancery.key.KeyState;
import dev.chancery.key.RingPosition;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class VersionLabelsTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final int EXTRA = 6;

    private static Optional<KeyRecord> archive(long version) {
        return Optional.of(destroyed(version));
    }

    private static KeyRecord destroyed(long revision) {
        return record(revision).with(attributes -> attributes.state(KeyState.DESTROYED, NOW, "its time is over"));
    }

    private static KeyRecord record(long revision) {
        return KeyRecord.of(KeyAttributes.builder(KeyState.ACTIVE, NOW, KeyOrigin.GENERATED)
                        .label("owner", "accounting")
                        .state(KeyState.SUSPENDED, NOW, "a doubt that takes a long sentence to be told in full")
                        .build())
                .toBuilder()
                .revision(revision)
                .build();
    }

    /** An owner's labels, and a record for each of so many versions. */
    private static VersionLabels labels(int owners, int versions) {
        Map<String, String> own = new HashMap<>();
        for (int i = 0; i < owners; i++) {
            own.put("owner-" + i, "");
        }
        VersionLabels labels = new VersionLabels(own);
        for (int version = 1; version <= versions; version++) {
            labels = labels.with(version, record(version), EXTRA);
        }
        return labels;
    }

    @Test
    void versions_are_known_by_their_numbers_and_do_not_touch_each_other() {
        VersionLabels labels = labels(2, 12);

        assertThat(labels.versions()).hasSize(12).first().isEqualTo(1L);
        assertThat(labels.versions().last()).isEqualTo(12L);
        assertThat(labels.othersCount()).isEqualTo(2);
        assertThat(labels.without(1).record(1)).isInstanceOf(StoredRecord.Absent.class);
        assertThat(labels.without(1).record(11).legible()).contains(record(11));
        assertThat(labels.with(11, record(99), EXTRA).record(1).legible()).contains(record(1));
    }

    @Test
    void a_mark_alone_is_one_label() {
        VersionLabels labels = labels(1, 2);

        VersionLabels marked = labels.withMark(2, record(2).withMark(CompromisedSince.at(NOW)));

        assertThat(marked.all()).hasSize(labels.all().size() + 1).containsAllEntriesOf(labels.all());
        assertThat(marked.record(2).legible().orElseThrow().attributes().compromisedSince())
                .contains(CompromisedSince.at(NOW));
    }

    @Test
    void the_next_record_is_that_of_the_version_after_the_newest() {
        assertThat(VersionLabels.NONE.withNext(record(1)).versions()).containsExactly(1L);
        assertThat(labels(1, 2).without(1).withNext(record(3)).versions()).containsExactly(2L, 3L);
    }

    @Test
    void rings_are_those_of_which_a_version_holds_a_generation() {
        RingPosition position = new RingPosition(new KeyName("invoices"), 2);
        KeyRecord holder = record(1).toBuilder().held(List.of(position)).build();

        assertThat(labels(1, 2).rings()).isEmpty();
        assertThat(labels(1, 2).with(1, holder, EXTRA).rings()).containsExactly(position.ring());
    }

    @Test
    void a_change_keeps_the_mark_that_its_writer_did_not_know() {
        VersionLabels labels = labels(1, 2);
        VersionLabels marked = labels.withMark(2, record(2).withMark(CompromisedSince.at(NOW)));

        StoredRecord changed = marked.change(2, record(3), EXTRA, VersionLabelsTest::archive)
                .orElseThrow()
                .record(2);

        assertThat(changed.mark()).contains(CompromisedSince.at(NOW));
        assertThat(changed.legible().map(KeyRecord::revision)).contains(3L);
    }

    @Test
    void where_there_is_no_room_for_a_record_its_mark_goes_alone_and_once() {
        KeyRecord longer =
                record(9).toBuilder().notes(Map.of("a", "b".repeat(200))).build();
        VersionLabels full =
                labels(VersionLabels.MOST - 1 - lengthOfRecord(), 1).with(1, record(1), 0);

        VersionLabels marked = full.change(1, longer.withMark(CompromisedSince.at(NOW)), 0, VersionLabelsTest::archive)
                .orElseThrow();

        assertThat(marked.all()).hasSize(VersionLabels.MOST).containsAllEntriesOf(full.all());
        assertThat(marked.record(1).mark()).contains(CompromisedSince.at(NOW));
        assertThat(marked.change(1, longer, 0, VersionLabelsTest::archive)).isEmpty();
        assertThat(full.change(1, longer, 0, VersionLabelsTest::archive)).isEmpty();
    }

    /** How many labels the record of a version takes that has no history. */
    private static int lengthOfRecord() {
        return labels(0, 1).with(1, record(1), 0).all().size();
    }

    @Test
    void there_is_room_for_what_would_fit_beside_the_newest_record() {
        VersionLabels labels = labels(0, 25);
        VersionLabels destroyed = labels;
        for (long version = 1; version <= 25; version++) {
            destroyed = destroyed.with(version, destroyed(version), EXTRA);
        }

        assertThat(labels.hasRoom(20, VersionLabelsTest::archive)).isFalse();
        assertThat(destroyed.hasRoom(20, VersionLabelsTest::archive)).isTrue();
        assertThat(labels(VersionLabels.MOST, 0).hasRoom(9, VersionLabelsTest::archive))
                .as("where no version has a record, none is looked for")
                .isTrue();
    }

    @Test
    void what_fits_is_left_as_it_is() {
        assertThat(labels(3, 4).fit(4, 4, VersionLabelsTest::archive)).contains(labels(3, 4));
    }

    @Test
    void history_and_labels_of_the_oldest_others_give_way_first() {
        VersionLabels labels = labels(0, 4);
        int spare = VersionLabels.MOST - labels.all().size() + 1;

        VersionLabels fitting = labels.fit(spare, 4, VersionLabelsTest::archive).orElseThrow();

        assertThat(fitting.versions()).hasSize(4);
        assertThat(fitting.record(1).legible().orElseThrow().attributes().history())
                .isEmpty();
        assertThat(fitting.record(1).legible().orElseThrow().revision()).isEqualTo(1);
        assertThat(fitting.record(2)).isEqualTo(labels.record(2));
        assertThat(fitting.record(4)).isEqualTo(labels.record(4));
    }

    @Test
    void then_records_that_need_not_stand_there_go_and_no_other() {
        VersionLabels labels = labels(0, 25);
        for (long version = 1; version <= 25; version++) {
            labels = labels.with(version, destroyed(version), EXTRA);
        }

        assertThat(labels.fit(20, 25, version -> archive(version).filter(any -> version == 7)))
                .isEmpty();
        assertThat(labels.fit(64 - 2, 25, VersionLabelsTest::archive)
                        .orElseThrow()
                        .versions())
                .as("the version that is written stays")
                .containsExactly(25L);
        assertThat(labels(0, 25).fit(20, 25, VersionLabelsTest::archive))
                .as("none of them is destroyed")
                .isEmpty();
    }
}
