package dev.chancery.spi.records;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.chancery.error.UnsupportedException;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyOrigin;
import dev.chancery.key.KeyState;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Another hand's fields, texts and labels are read without an exception: as a record that is written and read the same again, or as one whose
 * damage has a printable name. In the build the fuzz tests run over their seeds; for a long run:
 *
 * <pre>{@code
 * JAZZER_FUZZ=1 mvn -pl core test -Dtest='RecordFuzzTest#lines'
 * }</pre>
 */
class RecordFuzzTest {
    private static final KeyId ID = new KeyId("invoices:0a0b");
    private static final int VERSION = 12;

    @MethodSource("texts")
    @FuzzTest(maxDuration = "10m")
    void lines(byte[] text) {
        RecordLines.Read read = RecordLines.read(text, "The record");
        check(read.record()).ifPresent(record -> {
            KeyId id = read.id().orElseThrow();
            assertThat(RecordLines.read(RecordLines.write(id, record), "The record")
                            .record()
                            .legible())
                    .contains(record.toBuilder()
                            .attributes(Attributes.withHistory(record.attributes(), RecordLines.MAX_HISTORY))
                            .build());
        });
    }

    @MethodSource("texts")
    @FuzzTest(maxDuration = "10m")
    void fields(byte[] text) {
        check(RecordFields.decode(map(text), ""))
                .ifPresent(record -> assertThat(RecordFields.decode(RecordFields.encode(record, 1_000, 4_096), "")
                                .legible())
                        .contains(record));
    }

    @MethodSource("labels")
    @FuzzTest(maxDuration = "10m")
    void labels(byte[] text) {
        check(RecordLabels.decode(map(text), VERSION)).ifPresent(record -> {
            try {
                assertThat(RecordLabels.decode(RecordLabels.encode(record, VERSION), VERSION)
                                .legible())
                        .contains(record);
            } catch (UnsupportedException e) {
                assertThat(e).hasMessageContaining("labels"); // texts may be longer after they are read
            }
        });
    }

    static Stream<byte[]> texts() {
        return GeneratedRecords.of(5, 20).map(record -> RecordLines.write(ID, record));
    }

    static Stream<byte[]> labels() {
        return GeneratedRecords.of(6, 20)
                .map(record -> RecordLabels.encode(record, VERSION).entrySet().stream()
                        .map(label -> label.getKey() + ": " + label.getValue() + "\n")
                        .collect(Collectors.joining())
                        .getBytes(UTF_8));
    }

    private static Map<String, String> map(byte[] text) {
        Map<String, String> map = new HashMap<>();
        for (String line : new String(text, UTF_8).split("\n")) {
            int colon = line.indexOf(": ");
            if (colon > 0) {
                map.put(line.substring(0, colon), line.substring(colon + 2));
            }
        }
        return map;
    }

    private static Optional<KeyRecord> check(StoredRecord record) {
        if (record instanceof StoredRecord.Damaged damaged) {
            assertThat(damaged.why()).hasSizeLessThan(1_000).matches("[\\x20-\\x7e\u2026]+");
        }
        return record.legible();
    }

    @Test
    void a_flipped_bit_or_a_missing_end_may_damage_a_compromised_keys_record_but_the_mark_stays() {
        Instant now = Instant.parse("2026-11-23T12:00:00Z");
        KeyRecord marked = KeyRecord.of(KeyAttributes.builder(KeyState.ACTIVE, now, KeyOrigin.GENERATED)
                        .label("owner", "accounting")
                        .build())
                .withMark(CompromisedSince.at(now));
        byte[] whole = RecordLines.write(ID, marked);
        int damaged = 0;
        int legible = 0;
        int after = new String(whole, UTF_8).indexOf("\norigin");
        for (int at = 0; at < whole.length; at++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] changed = whole.clone();
                changed[at] ^= (byte) (1 << bit);
                StoredRecord record = RecordLines.read(changed, "The record").record();
                damaged += record instanceof StoredRecord.Damaged ? 1 : 0;
                legible += record instanceof StoredRecord.Present ? 1 : 0;
                assertThat(record instanceof StoredRecord.Newer || isMarked(record))
                        .as("byte %s, bit %s", at, bit)
                        .isTrue();
            }
            if (at > after) {
                assertThat(isMarked(RecordLines.read(Arrays.copyOf(whole, at), "The record")
                                .record()))
                        .as("the first %s bytes", at)
                        .isTrue();
            }
        }
        assertThat(damaged).isPositive();
        assertThat(legible).isPositive();
    }

    private static boolean isMarked(StoredRecord record) {
        return record instanceof StoredRecord.Damaged damaged
                ? damaged.mark().isPresent()
                : record.legible().orElseThrow().attributes().compromisedSince().isPresent();
    }
}
