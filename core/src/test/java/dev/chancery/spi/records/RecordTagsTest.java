package dev.chancery.spi.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import org.junit.jupiter.params.provider.ValueSource;

class RecordTagsTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00.123456789Z");
    private static final String FINGERPRINT = "00112233445566778899aabbccddeeff".repeat(2);
    private static final int LENGTH = 256;

    /** All that may not give way, as long as it comes in practice. */
    private static KeyRecord full() {
        RingPosition position = new RingPosition(new KeyName("c".repeat(KeyName.MAX_LENGTH)), 120);
        KeyAttributes.Builder attributes = KeyAttributes.builder(KeyState.DEACTIVATED, NOW, KeyOrigin.GENERATED)
                .signFrom(NOW)
                .signUntil(NOW.plusSeconds(31_536_000))
                .verifyUntil(NOW.plusSeconds(315_360_000))
                .ring(position)
                .label("owner", "Müller & Söhne; 50 %")
                .label("purpose", "invoices");
        for (int i = 0; i < 40; i++) {
            attributes.history(new StateChange(
                    NOW.plusSeconds(i), KeyState.ACTIVE, KeyState.SUSPENDED, "for the " + i + "th time; really"));
        }
        return KeyRecord.of(attributes.build()).toBuilder()
                .fingerprint(FINGERPRINT)
                .held(List.of(position))
                .revision(12)
                .successor(new KeyRecord.Successor(121, FINGERPRINT))
                .rotating(Optional.of(new KeyRecord.Rotating("0123456789abcdef", NOW)))
                .build();
    }

    private static KeyRecord wordy() {
        return full().with(
                        attributes -> attributes.label("why", "x".repeat(256)).label("why-not", "y".repeat(256)));
    }

    private static KeyRecord read(Map<String, String> tags) {
        return RecordTags.decode(tags, "1").legible().orElseThrow();
    }

    @Test
    void a_record_comes_back_from_a_few_tags() {
        Map<String, String> tags = RecordTags.encode(full(), 60, LENGTH);

        assertThat(read(tags)).isEqualTo(full());
        assertThat(tags).containsEntry("state", "DEACTIVATED").doesNotContainKey("compromised-since");
        assertThat(tags.values()).allSatisfy(value -> assertThat(value).hasSizeLessThanOrEqualTo(LENGTH));
    }

    @Test
    void history_and_labels_give_way_and_nothing_else() {
        Map<String, String> tags = RecordTags.encode(full(), 6, LENGTH);

        assertThat(tags).hasSizeLessThanOrEqualTo(5); // one stays free for a mark
        KeyRecord kept = read(tags);
        assertThat(kept.toBuilder().attributes(full().attributes()).build()).isEqualTo(full());
        assertThat(kept.attributes().state()).isEqualTo(KeyState.DEACTIVATED);
        assertThat(kept.attributes().history()).hasSizeLessThan(40);
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5, 6, 8, 10, 13, 15})
    void never_more_tags_than_asked_for(int most) {
        KeyRecord marked = full().withMark(CompromisedSince.at(NOW));
        KeyRecord plain = KeyRecord.of(KeyAttributes.builder(KeyState.ACTIVE, NOW, KeyOrigin.GENERATED)
                .label("a", "b".repeat(200))
                .build());
        assertThat(RecordTags.encode(plain, most, LENGTH)).hasSizeLessThanOrEqualTo(most - 1);
        if (most > 5) {
            assertThat(RecordTags.encode(marked, most, LENGTH))
                    .hasSizeLessThanOrEqualTo(most)
                    .containsEntry("compromised-since", NOW.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 3})
    void a_record_that_has_no_room_is_refused(int most) {
        assertThatThrownBy(() -> RecordTags.encode(full(), most, LENGTH))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("that others have put there")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("2147483647"));
    }

    @Test
    void labels_of_a_new_key_that_have_no_room_are_refused() {
        assertThatThrownBy(() -> RecordTags.requireRoom(wordy(), 5, LENGTH))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("labels");
    }

    @ParameterizedTest
    @ValueSource(strings = {"state", "1", "2", "3"})
    void a_tag_that_is_gone_damages_the_record_and_not_its_mark(String name) {
        Map<String, String> tags =
                new HashMap<>(RecordTags.encode(full().withMark(CompromisedSince.at(NOW)), 10, LENGTH));
        assertThat(tags.remove(name)).isNotNull();

        assertThat(RecordTags.decode(tags, "1"))
                .isInstanceOfSatisfying(
                        StoredRecord.Damaged.class,
                        damaged -> assertThat(damaged.mark()).hasValue(CompromisedSince.at(NOW)));
    }

    @Test
    void a_state_without_the_rest_is_damaged_and_nothing_at_all_is_absent() {
        assertThat(RecordTags.decode(Map.of("state", "COMPROMISED"), "1"))
                .isInstanceOfSatisfying(
                        StoredRecord.Damaged.class,
                        damaged -> assertThat(damaged.mark()).hasValue(CompromisedSince.UNKNOWN));
        assertThat(RecordTags.decode(Map.of("owner", "accounting"), "1")).isInstanceOf(StoredRecord.Absent.class);
    }

    @Test
    void a_mark_beats_a_state_that_was_written_over_it() {
        Map<String, String> tags = new HashMap<>(RecordTags.encode(full(), 10, LENGTH));
        tags.put("compromised-since", "UNKNOWN");

        assertThat(read(tags).attributes().state()).isEqualTo(KeyState.COMPROMISED);
    }

    @Test
    void a_newer_form_is_left_alone() {
        assertThat(RecordTags.decode(Map.of("version", "2", "state", "ACTIVE"), "1"))
                .isInstanceOf(StoredRecord.Newer.class);
    }
}
