package dev.chancery.provider.pkcs11.records;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyName;
import dev.chancery.key.KeyOrigin;
import dev.chancery.key.KeyState;
import dev.chancery.key.RingPosition;
import dev.chancery.provider.pkcs11.Shim;
import dev.chancery.provider.pkcs11.SoftHsm;
import dev.chancery.provider.pkcs11.Tokens;
import dev.chancery.provider.pkcs11.binding.Ck;
import dev.chancery.provider.pkcs11.binding.CkAttributes;
import dev.chancery.provider.pkcs11.sessions.TokenConnection;
import dev.chancery.spi.records.KeyRecord;
import dev.chancery.spi.records.StoredRecord;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records as objects of a token, which compares nothing: what two wrote at once stands side by side, and each reader joins it alike. */
class TokenRecordsTest {
    private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");
    private static final StoredRecord NONE = new StoredRecord.Absent();
    private static final TokenKeyId ID = TokenKeyId.parse("invoices:0a0b");
    private static final TokenKeyId OTHER = TokenKeyId.parse("contracts:0c");
    private static final RingPosition POSITION = new RingPosition(new KeyName("billing"), 1);
    private static final KeyRecord RECORD = KeyRecord.of(
            KeyAttributes.builder(KeyState.ACTIVE, NOW, KeyOrigin.GENERATED).build());

    @TempDir
    private static Path shared;

    private static Shim shim;
    private static SoftHsm empty;

    @TempDir
    private Path directory;

    private TokenConnection token;
    private TokenRecords records;

    @BeforeEach
    void open() {
        if (shim == null) {
            shim = Shim.compile(shared);
            empty = SoftHsm.create(shared.resolve("empty"));
        }
        shim.reset();
        empty.copyTo(directory.resolve("softhsm")).behind(shim);
        token = Tokens.connect(shim);
        records = new TokenRecords(token.location());
    }

    @AfterEach
    void close() {
        shim.reset();
        token.close();
    }

    private StoredRecord find(TokenKeyId id) {
        return token.call("Reading", session -> records.find(session, id));
    }

    private StoredRecord put(StoredRecord read, KeyRecord record) {
        return token.change("Writing", session -> records.put(session, ID, read, record))
                .orElseThrow();
    }

    private void create(String label, byte[] value) {
        token.change(
                "Making an object",
                session -> session.cryptoki()
                        .create(new CkAttributes()
                                .with(Ck.CKA_CLASS, Ck.CKO_DATA)
                                .with(Ck.CKA_TOKEN, true)
                                .with(Ck.CKA_PRIVATE, true)
                                .with(Ck.CKA_APPLICATION, "chancery")
                                .with(Ck.CKA_LABEL, label)
                                .with(Ck.CKA_VALUE, value)));
    }

    private int objects() {
        return token.call("Counting", session -> session.find(new CkAttributes().with(Ck.CKA_CLASS, Ck.CKO_DATA)))
                .size();
    }

    private static KeyRecord next(KeyRecord record) {
        return record.toBuilder().revision(record.revision() + 1).build();
    }

    private static KeyRecord signUntil(KeyRecord record) {
        return next(record).with(attributes -> attributes.signUntil(NOW.plusSeconds(60)));
    }

    private static KeyRecord marked(KeyRecord record) {
        return next(record).withMark(CompromisedSince.UNKNOWN);
    }

    private static KeyRecord claimed(KeyRecord record) {
        return next(record).toBuilder().held(List.of(POSITION)).build();
    }

    @Test
    void a_record_takes_the_place_of_the_one_that_was_read() {
        StoredRecord first = put(NONE, RECORD);
        StoredRecord second = put(first, signUntil(RECORD));

        assertThat(find(ID)).isEqualTo(second);
        assertThat(second.legible()).contains(signUntil(RECORD));
        assertThat(objects()).isEqualTo(1);
        assertThat(token.<Object>call("Listing", records::list)).isEqualTo(java.util.Map.of(ID, second));
    }

    @Test
    void of_two_that_write_at_once_each_reader_sees_the_mark_and_the_claim() {
        StoredRecord read = put(NONE, RECORD);

        put(read, marked(RECORD));
        put(read, claimed(RECORD));
        put(read, signUntil(RECORD));

        KeyRecord joined = find(ID).legible().orElseThrow();
        assertThat(objects()).isEqualTo(3);
        assertThat(joined.attributes().compromisedSince()).contains(CompromisedSince.UNKNOWN);
        assertThat(joined.attributes().state()).isEqualTo(KeyState.COMPROMISED);
        assertThat(joined.held()).containsExactly(POSITION);
    }

    @Test
    void the_next_writer_destroys_all_that_it_has_read_and_nothing_that_came_after() {
        StoredRecord read = put(NONE, RECORD);
        put(read, claimed(RECORD));
        put(read, signUntil(RECORD));
        StoredRecord both = find(ID);
        put(read, marked(RECORD));

        put(both, signUntil(both.legible().orElseThrow()));

        assertThat(objects()).isEqualTo(2);
        KeyRecord joined = find(ID).legible().orElseThrow();
        assertThat(joined.attributes().compromisedSince()).contains(CompromisedSince.UNKNOWN);
        assertThat(joined.held()).containsExactly(POSITION);
        assertThat(joined.attributes().signUntil()).isPresent();
    }

    @Test
    void the_next_writer_destroys_both_of_two_that_are_the_same() {
        create(ID.text(), RecordText.write(ID, RECORD));
        create(ID.text(), RecordText.write(ID, RECORD));

        StoredRecord written = put(find(ID), signUntil(RECORD));

        assertThat(find(ID)).isEqualTo(written);
        assertThat(objects()).isEqualTo(1);
    }

    @Test
    void of_two_that_a_crash_left_every_reader_believes_the_same_one() {
        KeyRecord one = RECORD.with(attributes -> attributes.label("of", "one"));
        KeyRecord two = RECORD.with(attributes -> attributes.label("of", "two"));

        assertThat(believed(one, two)).isEqualTo(believed(two, one));
    }

    private KeyRecord believed(KeyRecord... written) {
        token.change("Removing", session -> {
            records.remove(session, ID);
            return session;
        });
        for (KeyRecord record : written) {
            create(ID.text(), RecordText.write(ID, record));
        }
        return find(ID).legible().orElseThrow();
    }

    @Test
    void a_write_whose_answer_is_lost_is_not_made_twice() {
        StoredRecord first = put(NONE, RECORD);
        shim.inject(Shim.Function.C_DestroyObject, Ck.CKR_DEVICE_REMOVED, 0, 1);

        put(first, signUntil(RECORD));

        assertThat(objects()).isEqualTo(1);
    }

    @Test
    void an_object_that_another_writer_has_destroyed_first_is_no_error() {
        StoredRecord first = put(NONE, RECORD);
        shim.inject(Shim.Function.C_DestroyObject, Ck.CKR_OBJECT_HANDLE_INVALID, 0, 1);

        put(first, signUntil(RECORD));

        assertThat(find(ID).legible()).contains(signUntil(RECORD));
    }

    @Test
    void a_key_that_holds_a_generation_is_not_withdrawn() {
        StoredRecord read = put(NONE, claimed(RECORD));

        assertThat((boolean) token.change("Withdrawing", session -> records.withdraw(session, ID)))
                .isFalse();
        assertThat(find(ID)).isEqualTo(read);
    }

    @Test
    void a_withdrawn_key_is_half_made() {
        put(NONE, RECORD);

        assertThat((boolean) token.change("Withdrawing", session -> records.withdraw(session, ID)))
                .isTrue();
        assertThat(HalfMade.is(find(ID))).isTrue();
        assertThat(objects()).isEqualTo(1);
    }

    // --- what makes no sense

    @Test
    void a_damaged_object_hides_its_own_key_alone_and_tells_the_mark() {
        StoredRecord others = token.change("Writing", session -> records.put(session, OTHER, NONE, RECORD))
                .orElseThrow();
        put(NONE, marked(RECORD));
        create(ID.text(), "chancery-key/2\nwhat?\n".getBytes(StandardCharsets.UTF_8));
        create("somebody's", new byte[] {1});

        assertThat(token.call("Listing", records::list))
                .containsOnlyKeys(ID, OTHER)
                .containsEntry(OTHER, others);
        assertThat(find(ID))
                .isInstanceOfSatisfying(
                        StoredRecord.Damaged.class,
                        damaged -> assertThat(damaged.mark()).contains(CompromisedSince.UNKNOWN));
    }

    @Test
    void a_whole_record_takes_the_place_of_a_damaged_one() {
        create(ID.text(), new byte[] {1});

        StoredRecord written = put(find(ID), marked(RECORD));

        assertThat(find(ID)).isEqualTo(written).isInstanceOf(StoredRecord.Present.class);
    }

    @Test
    void a_newer_record_counts_and_is_left_alone() {
        StoredRecord read = put(NONE, RECORD);
        create(ID.text(), "chancery-key/9\nid: invoices:0a0b\n".getBytes(StandardCharsets.UTF_8));

        assertThat(find(ID)).isInstanceOf(StoredRecord.Newer.class);
        put(read, signUntil(RECORD));
        assertThat(find(ID)).isInstanceOf(StoredRecord.Newer.class);
    }

    @Test
    void an_object_of_another_keys_record_is_damaged() {
        create(ID.text(), RecordText.write(OTHER, RECORD));

        assertThat(find(ID)).isInstanceOf(StoredRecord.Damaged.class);
    }

    @Test
    void a_record_of_old_without_a_public_half_is_half_made() {
        String text = """
                chancery-key/1
                id=invoices:0a0b
                revision=1
                state=ACTIVE
                created=2026-11-23T12:00:00Z
                origin=GENERATED
                """;
        create(ID.text(), text.getBytes(StandardCharsets.UTF_8));

        assertThat(HalfMade.is(find(ID))).isTrue();
    }
}
