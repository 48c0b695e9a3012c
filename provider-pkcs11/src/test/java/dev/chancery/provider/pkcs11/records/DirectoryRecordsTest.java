package dev.chancery.provider.pkcs11.records;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.error.IntegrityException;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyName;
import dev.chancery.key.KeyOrigin;
import dev.chancery.key.KeyState;
import dev.chancery.key.RingPosition;
import dev.chancery.provider.pkcs11.sessions.TokenSession;
import dev.chancery.spi.records.KeyRecord;
import dev.chancery.spi.records.StoredRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records in a directory: a writer that was overtaken writes nothing, and a generation has one holder. */
class DirectoryRecordsTest {
    private static final TokenSession NO_TOKEN = null;
    private static final StoredRecord NONE = new StoredRecord.Absent();
    private static final TokenKeyId ID = TokenKeyId.parse("invoices:0a0b");
    private static final TokenKeyId OTHER = TokenKeyId.parse("in-voices:0c");
    private static final RingPosition FIRST = new RingPosition(new KeyName("billing"), 1);
    private static final KeyRecord RECORD = KeyRecord.of(
            KeyAttributes.builder(KeyState.ACTIVE, Instant.parse("2026-11-29T12:00:00Z"), KeyOrigin.GENERATED)
                    .build());

    @TempDir
    private Path directory;

    private DirectoryRecords records;

    @BeforeEach
    void open() {
        records = new DirectoryRecords(directory, RecordsMark.in(directory));
    }

    private static KeyRecord labelled(KeyRecord record, String label) {
        return record.with(attributes -> attributes.label(label, "there")).toBuilder()
                .revision(record.revision() + 1)
                .build();
    }

    private Optional<StoredRecord> put(TokenKeyId id, StoredRecord read, KeyRecord record) {
        return records.put(NO_TOKEN, id, read, record);
    }

    private void write(String file, String text) {
        try {
            Files.createDirectories(directory.resolve(file).getParent());
            Files.writeString(directory.resolve(file), text);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void a_record_takes_the_place_of_the_one_that_was_read_only() {
        StoredRecord first = put(ID, NONE, RECORD).orElseThrow();
        StoredRecord second = put(ID, first, labelled(RECORD, "second")).orElseThrow();

        assertThat(put(ID, NONE, RECORD)).isEmpty();
        assertThat(put(ID, first, labelled(RECORD, "rival"))).isEmpty();

        assertThat(records.find(NO_TOKEN, ID)).isEqualTo(second);
        assertThat(records.list(NO_TOKEN)).containsOnlyKeys(ID).containsValue(second);
    }

    @Test
    void no_change_of_many_writers_is_lost() throws Exception {
        int writers = 4;
        int changes = 10;
        put(ID, NONE, RECORD);
        ExecutorService threads = Executors.newFixedThreadPool(writers);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int writer = 0; writer < writers; writer++) {
                String name = "writer-" + writer + "-";
                running.add(threads.submit(() -> {
                    for (int i = 0; i < changes; i++) {
                        add(name + i);
                    }
                }));
            }
            for (Future<?> writer : running) {
                writer.get();
            }
        } finally {
            threads.shutdownNow();
        }

        KeyRecord last = records.find(NO_TOKEN, ID).legible().orElseThrow();
        assertThat(last.attributes().labels()).hasSize(writers * changes);
    }

    private void add(String label) {
        DirectoryRecords own = new DirectoryRecords(directory, RecordsMark.in(directory));
        StoredRecord standing = own.find(NO_TOKEN, ID);
        while (own.put(NO_TOKEN, ID, standing, labelled(standing.legible().orElseThrow(), label))
                .isEmpty()) {
            standing = own.find(NO_TOKEN, ID);
        }
    }

    @Test
    void an_interrupted_writer_writes_all_the_same() {
        Thread.currentThread().interrupt();

        Optional<StoredRecord> written = put(ID, NONE, RECORD);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(written).contains(records.find(NO_TOKEN, ID));
    }

    @Test
    void a_generation_has_one_holder_and_it_stays() {
        StoredRecord mine = put(ID, NONE, RECORD).orElseThrow();
        StoredRecord others = put(OTHER, NONE, RECORD).orElseThrow();

        assertThat(records.claim(FIRST, ID, mine)).contains(ID);
        assertThat(records.claim(FIRST, OTHER, others)).contains(ID);

        assertThat(records.holder(FIRST)).contains(ID);
        assertThat(records.holders(FIRST.ring())).hasSize(1).containsEntry(1L, ID);
        assertThat(records.evidence()).containsOnlyKeys(ID);
    }

    @Test
    void a_key_that_holds_a_generation_is_not_withdrawn_and_a_withdrawn_one_holds_none() throws Exception {
        StoredRecord mine = put(ID, NONE, RECORD).orElseThrow();
        StoredRecord others = put(OTHER, NONE, RECORD).orElseThrow();
        records.claim(FIRST, ID, mine);

        assertThat(records.withdraw(NO_TOKEN, ID)).isFalse();
        assertThat(records.withdraw(NO_TOKEN, OTHER)).isTrue();

        assertThat(HalfMade.is(records.find(NO_TOKEN, ID))).isFalse();
        assertThat(HalfMade.is(records.find(NO_TOKEN, OTHER))).isTrue();
        RingPosition next = new RingPosition(FIRST.ring(), 2);
        assertThat(records.claim(next, OTHER, others)).isEmpty();
        records.remove(NO_TOKEN, OTHER);
        assertThat(records.claim(next, OTHER, others)).isEmpty();
        assertThat(records.rings(NO_TOKEN)).containsExactly(FIRST.ring());
    }

    @Test
    void a_claim_that_names_no_key_is_an_error_and_no_free_generation() throws Exception {
        StoredRecord mine = put(ID, NONE, RECORD).orElseThrow();
        records.claim(FIRST, ID, mine);
        write("rings/billing/1.key", "nobody\n");

        assertThatThrownBy(() -> records.claim(FIRST, ID, mine))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("billing");
        assertThat(records.evidence()).isEmpty();
    }

    // --- what an earlier version wrote

    private static String old(String... more) {
        return "chancery-key/1\nid=invoices:0a0b\nrevision=1\n" + String.join("", more)
                + "state=ACTIVE\ncreated=2026-11-23T12:00:00Z\norigin=GENERATED\n";
    }

    private static final String HALF = "public=MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEaxfR8uEsQkf4vOblY6RA8ncDfYEt"
            + "6zOg9KE5RdiYwpZP40Li/hp/m47n60p8D54WK84zV2sxXs7LtkBoN79R9Q==\n";

    @Test
    void a_generation_that_a_record_of_old_says_it_holds_is_held() {
        write("key-invoices-0a0b.key", old(HALF, "claim=billing/1\n"));
        StoredRecord others = put(OTHER, NONE, RECORD).orElseThrow();

        assertThat(records.claim(FIRST, OTHER, others)).contains(ID);
        assertThat(records.holders(FIRST.ring())).hasSize(1).containsEntry(1L, ID);
    }

    @Test
    void a_record_of_old_without_a_public_half_is_half_made() {
        write("key-invoices-0a0b.key", old());
        assertThat(HalfMade.is(records.find(NO_TOKEN, ID))).isTrue();

        write("key-invoices-0a0b.key", old(HALF));
        assertThat(records.find(NO_TOKEN, ID)).isInstanceOf(StoredRecord.Present.class);
        assertThat(HalfMade.is(records.find(NO_TOKEN, ID))).isFalse();
    }

    // --- what makes no sense

    @Test
    void a_damaged_record_hides_no_other_and_tells_its_mark() {
        StoredRecord others = put(OTHER, NONE, RECORD).orElseThrow();
        write("key-invoices-0a0b.key", old("colour=red\n", "compromisedSince=2026-11-24T12:00:00Z\n"));

        assertThat(records.list(NO_TOKEN)).containsOnlyKeys(ID, OTHER).containsEntry(OTHER, others);
        assertThat(records.find(NO_TOKEN, ID))
                .isInstanceOfSatisfying(
                        StoredRecord.Damaged.class,
                        damaged -> assertThat(damaged.mark())
                                .contains(CompromisedSince.at(Instant.parse("2026-11-24T12:00:00Z"))));
    }

    @Test
    void a_record_under_another_keys_name_is_damaged() throws IOException {
        put(ID, NONE, RECORD);
        Files.copy(directory.resolve("key-invoices-0a0b.key"), directory.resolve("key-invoices-0c.key"));

        assertThat(records.find(NO_TOKEN, TokenKeyId.parse("invoices:0c")))
                .isInstanceOfSatisfying(
                        StoredRecord.Damaged.class,
                        damaged -> assertThat(damaged.why()).contains("another key"));
    }

    @Test
    void a_newer_record_is_not_written_over() {
        write("key-invoices-0a0b.key", new String("chancery-key/9\nid: invoices:0a0b\n".getBytes(UTF_8), UTF_8));

        assertThat(records.find(NO_TOKEN, ID)).isInstanceOf(StoredRecord.Newer.class);
        assertThat(put(ID, NONE, RECORD)).isEmpty();
    }

    @Test
    void files_of_other_names_are_left_alone() {
        write("notes.key", "not a record");
        write("key-release.txt", "not a record");

        assertThat(records.list(NO_TOKEN)).isEmpty();
    }
}
