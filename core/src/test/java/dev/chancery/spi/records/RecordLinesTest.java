package dev.chancery.spi.records;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyOrigin;
import dev.chancery.key.KeyState;
import dev.chancery.key.StateChange;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordLinesTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final KeyId ID = new KeyId("invoices%20:0a0b");

    private static KeyAttributes.Builder attributes() {
        return KeyAttributes.builder(KeyState.ACTIVE, NOW, KeyOrigin.GENERATED);
    }

    private static RecordLines.Read read(String text) {
        return RecordLines.read(text.getBytes(UTF_8), "The record");
    }

    private static StoredRecord.Damaged damaged(RecordLines.Read read) {
        assertThat(read.record()).isInstanceOf(StoredRecord.Damaged.class);
        return (StoredRecord.Damaged) read.record();
    }

    @Test
    void everything_comes_back() {
        GeneratedRecords.of(3, 500).forEach(record -> {
            byte[] text = RecordLines.write(ID, record);
            RecordLines.Read read = RecordLines.read(text, "The record");

            assertThat(read.id()).contains(ID);
            assertThat(read.record().legible()).contains(record);
            assertThat(RecordLines.write(ID, record)).isEqualTo(text);
        });
    }

    @Test
    void it_is_text_that_a_person_can_read() {
        assertThat(new String(RecordLines.write(ID, KeyRecord.of(attributes().build())), UTF_8))
                .isEqualTo("""
                        chancery-key/2
                        id: invoices%20:0a0b
                        state: ACTIVE
                        created: 2026-11-23T12:00:00Z
                        origin: GENERATED
                        revision: 1
                        """);
    }

    @Test
    void two_writings_have_two_versions() {
        KeyRecord record = KeyRecord.of(attributes().build());
        StoredRecord one =
                RecordLines.read(RecordLines.write(ID, record), "The record").record();
        StoredRecord two = RecordLines.read(
                        RecordLines.write(ID, record.toBuilder().revision(2).build()), "The record")
                .record();

        assertThat(((StoredRecord.Present) one).version())
                .isNotEmpty()
                .isNotEqualTo(((StoredRecord.Present) two).version());
    }

    @Test
    void the_youngest_history_is_kept() {
        KeyAttributes.Builder attributes = attributes();
        for (int i = 0; i < 50; i++) {
            attributes.state(i % 2 == 0 ? KeyState.SUSPENDED : KeyState.ACTIVE, NOW.plusSeconds(i), "change " + i);
        }

        List<StateChange> kept = RecordLines.read(RecordLines.write(ID, KeyRecord.of(attributes.build())), "The record")
                .record()
                .legible()
                .orElseThrow()
                .attributes()
                .history();

        assertThat(kept).hasSize(RecordLines.MAX_HISTORY);
        assertThat(kept.get(kept.size() - 1).reason()).isEqualTo("change 49");
    }

    @Test
    void the_largest_attributes_come_back() {
        String longest = "\u5b57".repeat(256);
        KeyAttributes.Builder attributes = attributes();
        for (int i = 0; i < 64; i++) {
            attributes.label(String.valueOf((char) (0x4e00 + i)).repeat(256), longest);
        }
        for (int i = 0; i < RecordLines.MAX_HISTORY; i++) {
            attributes.state(KeyState.ACTIVE, NOW, longest);
        }
        KeyRecord largest = KeyRecord.of(attributes.build());
        byte[] text = RecordLines.write(ID, largest);

        assertThat(text).hasSizeLessThanOrEqualTo(RecordLines.MAX_BYTES);
        assertThat(RecordLines.read(text, "The record").record().legible()).contains(largest);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "chancery-key/2\n",
                "chancery-key/1\n",
                "something else\n",
                "chancery-key/2\nid: a:01\nstate: ACTIVE\ncreated: 2026-11-23T12:00:00Z\norigin: GENERATED",
                "chancery-key/2\nid: a:01\nstate=ACTIVE\ncreated=2026-11-23T12:00:00Z\norigin=GENERATED\n",
                "chancery-key/2\nstate: ACTIVE\ncreated: 2026-11-23T12:00:00Z\norigin: GENERATED\n",
                "chancery-key/2\nid: a:01\nstate: ACTIVE\nstate: ACTIVE\ncreated: 2026-11-23T12:00:00Z\norigin: GENERATED\n",
                "chancery-key/2\nid: a:01\nstate: ACTIVE\ncreated: 2026-11-23T12:00:00Z\norigin: GENERATED\ncolour: red\n",
                "chancery-key/2\nid: a:01\nstate: ACTIVE\ncreated: 2026-11-23T12:00:00Z\norigin: GENERATED\nring: \n",
                "chancery-key/2\nid: a:01\nstate: ACTIVE\ncreated: 2026-11-23T12:00:00Z\norigin: GENERATED\n\n",
                "chancery-key/2\nid: a:01\nid: a:02\nstate: ACTIVE\ncreated: 2026-11-23T12:00:00Z\norigin: GENERATED\n",
                "chancery-key/1\nid=a:01\nstate=ACTIVE\ncreated=2026-11-23T12:00:00Z\norigin=GENERATED",
                "chancery-key/1\nstate=ACTIVE\ncreated=2026-11-23T12:00:00Z\norigin=GENERATED\n",
                "chancery-key/1\nid=a:01\nstate=READY\ncreated=2026-11-23T12:00:00Z\norigin=GENERATED\n",
                "chancery-key/1\nid=a:01\nstate=ACTIVE\nstate=ACTIVE\ncreated=2026-11-23T12:00:00Z\norigin=GENERATED\n",
                "chancery-key/1\nid=a:01\nstate=ACTIVE\ncreated=yesterday\norigin=GENERATED\n",
                "chancery-key/1\nid=a:01\nstate=ACTIVE\ncreated=2026-11-23T12:00:00Z\norigin=GENERATED\nring=r\n",
                "chancery-key/1\nid=a:01\nstate=ACTIVE\ncreated=2026-11-23T12:00:00Z\norigin=GENERATED\nring=r/0\n",
                "chancery-key/1\nid=a:01\nstate=ACTIVE\ncreated=2026-11-23T12:00:00Z\norigin=GENERATED\ncolour=red\n",
                "chancery-key/1\nid=a:01\nstate=ACTIVE\ncreated=2026-11-23T12:00:00Z\norigin=GENERATED\nlabel=%4 x\n",
                "chancery-key/1\nid=a:01\nclaim=r\nstate=ACTIVE\ncreated=2026-11-23T12:00:00Z\norigin=GENERATED\n",
                "chancery-key/1\nid=a:01\npublic=AAAA\nstate=ACTIVE\ncreated=2026-11-23T12:00:00Z\norigin=GENERATED\n",
                "chancery-key/1\nid=a:01\nrevision=x\nstate=ACTIVE\ncreated=2026-11-23T12:00:00Z\norigin=GENERATED\n"
            })
    void what_is_damaged_is_named(String text) {
        StoredRecord.Damaged damaged = damaged(read(text));

        assertThat(damaged.why()).startsWith("The record makes no sense (").endsWith("Restore it from a backup.");
        assertThat(damaged.mark()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "compromised-since: 2026-11-23T12:00:00Z\n",
                "rubbish\ncompromised-since: 2026-11-23T12:00:00Z\n",
                "chancery-key/2\nstate: ACTIVE\ncompromised-since: 2026-11-23T12:00:00Z",
                "chancery-key/2\ncompromised-since: 2026-11-23T12:00:00Z\ncol",
                "chancery-key/1\nid=a:01\ncompromisedSince=2026-11-23T12:00:00Z\n",
                "chancery-kex/1\nid=a:01\nring=x\ncompromisedSince=2026-11-23T12:00:00Z\n"
            })
    void a_damaged_text_still_tells_its_mark(String text) {
        assertThat(damaged(read("?\n" + text)).mark()).contains(CompromisedSince.at(NOW));
        assertThat(damaged(read(text)).mark())
                .isEqualTo(
                        text.startsWith("compromised-since")
                                ? Optional.empty()
                                : Optional.of(CompromisedSince.at(NOW)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "chancery-key/2\nid: a\ncompromised-since: 2026-1",
                "chancery-key/2\nid: a\ncompromised-since: ",
                "chancery-key/2\nid: a\nstate: COMPROMISED\ncompromised-si",
                "chancery-key/2\ncompromised-since: 2026-11-23T12:00:00Z\ncompromised-since: 2026-11-24T12:00:00Z\n"
            })
    void a_mark_whose_date_is_not_legible_counts_from_ever(String text) {
        assertThat(damaged(read(text)).mark()).contains(CompromisedSince.UNKNOWN);
    }

    @Test
    void bytes_that_are_no_text_and_texts_without_end_still_tell_a_mark_near_their_beginning() {
        byte[] text = RecordLines.write(ID, KeyRecord.of(attributes().build()).withMark(CompromisedSince.at(NOW)));
        byte[] endless = Arrays.copyOf(text, RecordLines.MAX_BYTES + 1);
        byte[] noText = text.clone();
        noText[noText.length - 2] = (byte) 0xff;

        assertThat(damaged(RecordLines.read(endless, "The record")).mark()).contains(CompromisedSince.at(NOW));
        assertThat(damaged(RecordLines.read(noText, "The record")).mark()).contains(CompromisedSince.at(NOW));
        assertThat(RecordLines.read(noText, "The record").id()).contains(ID);
    }

    @Test
    void a_newer_form_is_not_guessed_at_but_whose_it_is_may_be_told() {
        RecordLines.Read read = read("chancery-key/3\nid: a:01\nmood: good\n");

        assertThat(read.id()).contains(new KeyId("a:01"));
        assertThat(read.record()).isInstanceOf(StoredRecord.Newer.class);
    }
}
