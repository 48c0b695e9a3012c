package dev.chancery.spi.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.error.IntegrityException;
import dev.chancery.error.KeyExistsException;
import dev.chancery.error.KeyNotFoundException;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyName;
import dev.chancery.key.KeyOrigin;
import dev.chancery.key.KeyState;
import dev.chancery.key.ProtectionLevel;
import dev.chancery.key.RingPosition;
import dev.chancery.key.UnusableKey;
import dev.chancery.spi.Claim;
import dev.chancery.spi.PublicHalf;
import dev.chancery.spi.PutResult;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.files.RecordDirectory;
import dev.chancery.spi.records.KeyRecord;
import dev.chancery.spi.records.RecordLines;
import dev.chancery.spi.records.StoredRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordsInDirectoryTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final KeyId A = new KeyId("a");
    private static final KeyId B = new KeyId("b:1");
    private static final KeyName RING = new KeyName("codes");

    @TempDir
    private Path temp;

    private final Map<KeyId, StoredKey> place = new ConcurrentHashMap<>();
    private Runnable meanwhile = () -> {};

    private RecordsInDirectory open() {
        BareKeys keys = new BareKeys() {
            @Override
            public Optional<StoredKey> find(KeyId id) {
                Optional<StoredKey> found = Optional.ofNullable(place.get(id));
                Runnable once = meanwhile;
                meanwhile = () -> {};
                once.run();
                return found;
            }

            @Override
            public Stream<KeyId> ids() {
                return place.keySet().stream();
            }
        };
        return new RecordsInDirectory(directory(), keys, "place:test");
    }

    private RecordDirectory directory() {
        return RecordDirectory.createOnWrite(temp.resolve("records"), ".txt", RecordLines.MAX_BYTES);
    }

    private static KeyRecord record() {
        return KeyRecord.of(
                KeyAttributes.builder(KeyState.ACTIVE, NOW, KeyOrigin.GENERATED).build());
    }

    private static KeyRecord labelled(String owner) {
        return record().with(attributes -> attributes.label("owner", owner));
    }

    private static KeyRecord member(long generation) {
        return record().with(attributes -> attributes.ring(new RingPosition(RING, generation)));
    }

    private StoredKey add(KeyId id, KeyRecord record) {
        return open().add(id, record, () -> place.put(id, key(id, "it is a key")));
    }

    private static StoredKey key(KeyId id, String why) {
        return StoredKey.builder(id, half(why), ProtectionLevel.SOFTWARE).build();
    }

    private static PublicHalf half(String why) {
        return new PublicHalf.Unreadable(UnusableKey.Problem.UNSUPPORTED, why);
    }

    private StoredKey found(KeyId id) {
        return open().find(id).orElseThrow();
    }

    private Path file(String name) {
        return temp.resolve("records").resolve(name);
    }

    @Test
    void a_key_is_found_with_its_record_in_a_file_of_its_name() {
        assertThat(open().find(A)).isEmpty();
        assertThat(open().list()).isEmpty();
        assertThat(file(".")).doesNotExist();

        StoredKey added = add(B, labelled("me"));

        assertThat(added.record().legible()).contains(labelled("me"));
        assertThat(open().find(B)).contains(added);
        assertThat(open().list()).containsExactly(added);
        assertThat(file("b%3A1.txt")).exists();
    }

    @Test
    void a_key_is_never_overwritten() {
        StoredKey added = add(A, labelled("me"));
        assertThatThrownBy(() -> add(A, record())).isInstanceOf(KeyExistsException.class);
        assertThat(open().find(A)).contains(added);
    }

    @Test
    void a_record_without_a_key_is_no_key_and_gives_way() {
        assertThatThrownBy(() -> open().add(A, labelled("crashed"), () -> {
                    throw new IllegalStateException("the power is gone");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(file("a.txt")).exists();
        assertThat(open().find(A)).isEmpty();
        assertThat(open().list()).isEmpty();

        assertThat(add(A, record()).record().legible()).contains(record());
    }

    @Test
    void what_still_counts_of_a_key_that_is_gone_is_no_other_keys() {
        add(A, record().withMark(CompromisedSince.at(NOW)));
        add(B, member(1));
        open().claim(new RingPosition(RING, 1), B);
        place.clear();

        assertThatThrownBy(() -> add(A, record())).isInstanceOf(KeyExistsException.class);
        assertThatThrownBy(() -> add(B, record())).isInstanceOf(KeyExistsException.class);
        assertThat(place).isEmpty();
    }

    @Test
    void a_record_is_written_over_the_one_that_was_read_only() {
        StoredKey read = add(A, record());

        PutResult first = open().put(read, labelled("first"), true);
        PutResult second = open().put(read, labelled("second"), true);

        assertThat(first).isEqualTo(new PutResult.Written(found(A)));
        assertThat(second).isEqualTo(new PutResult.Overtaken(found(A)));
        assertThat(found(A).record().legible()).contains(labelled("first"));
    }

    @Test
    void of_a_key_that_is_gone_nothing_is_written_changed_or_claimed() {
        StoredKey read = add(A, record());
        place.clear();

        assertThatThrownBy(() -> open().put(read, labelled("late"), true)).isInstanceOf(KeyNotFoundException.class);
        assertThatThrownBy(() -> open().change(A, () -> {})).isInstanceOf(KeyNotFoundException.class);
        assertThatThrownBy(() -> open().claim(new RingPosition(RING, 1), A)).isInstanceOf(KeyNotFoundException.class);
        assertThat(open().rings()).isEmpty();
    }

    /** A candidate goes and another key gets its name, between a reader's look at the one and its look at the other. */
    @Test
    void the_record_of_one_key_is_never_found_with_another() {
        add(A, labelled("first"));
        meanwhile = () -> {
            open().remove(A, () -> place.remove(A));
            open().add(A, labelled("second"), () -> place.put(A, key(A, "it is another")));
        };

        StoredKey found = found(A);

        assertThat(found.publicHalf()).isEqualTo(half("it is another"));
        assertThat(found.record().legible()).contains(labelled("second"));
    }

    @Test
    void a_change_in_the_place_leaves_the_record() {
        add(A, labelled("me"));
        StoredKey changed = open().change(A, () -> place.put(A, key(A, "it is destroyed")));
        assertThat(changed.publicHalf()).isEqualTo(half("it is destroyed"));
        assertThat(changed.record().legible()).contains(labelled("me"));
    }

    @Test
    void a_generation_is_claimed_once_and_its_holder_stays() {
        add(A, member(1));
        add(B, member(1));
        RingPosition first = new RingPosition(RING, 1);

        assertThat(open().claim(first, A)).isEqualTo(new Claim(first, A));
        assertThat(open().claim(first, B)).isEqualTo(new Claim(first, A));
        open().claim(new RingPosition(RING, 2), B);

        assertThat(open().holder(first)).contains(A);
        assertThat(open().holder(new RingPosition(RING, 3))).isEmpty();
        assertThat(open().claims(RING)).extracting(Claim::holder).containsExactly(B, A);
        assertThat(open().claims(new KeyName("none"))).isEmpty();
        assertThat(open().rings()).containsExactly(RING);
        assertThat(open().remove(A, place::clear)).isFalse();
        assertThat(place).containsOnlyKeys(A, B);
    }

    @Test
    void a_candidate_goes_with_its_record() {
        add(A, member(1));
        assertThat(open().remove(A, () -> place.remove(A))).isTrue();
        assertThat(file("a.txt")).doesNotExist();
        assertThat(open().remove(A, () -> {})).isTrue();
    }

    @Test
    void the_members_of_a_ring_are_those_whose_record_names_it() {
        add(A, member(1));
        add(B, record());
        assertThat(open().members(RING)).extracting(StoredKey::id).containsExactly(A);
    }

    @Test
    void a_claim_shows_that_a_key_without_record_is_ours() throws IOException {
        add(A, member(3));
        open().claim(new RingPosition(RING, 3), A);
        Files.delete(file("a.txt"));
        place.put(B, key(B, "it is foreign"));

        assertThat(found(A).record()).isEqualTo(new StoredRecord.Absent());
        assertThat(found(A).evidence()).contains("it holds generation 3 of the ring 'codes'");
        assertThat(found(B).evidence()).isEmpty();
    }

    @Test
    void an_odd_file_hides_no_other_key() throws IOException {
        add(A, record());
        add(B, record());
        Files.copy(
                file("b%3A1.txt"), Files.createDirectory(temp.resolve("other")).resolve("copy"));
        Files.delete(file("a.txt"));
        Files.createSymbolicLink(file("a.txt"), file("b%3A1.txt"));
        assertThat(found(A).record()).isInstanceOf(StoredRecord.Damaged.class);
        assertThat(open().list()).hasSize(2);

        Files.delete(file("a.txt"));
        Files.copy(temp.resolve("other/copy"), file("a.txt"));
        assertThat(found(A).record())
                .isInstanceOfSatisfying(
                        StoredRecord.Damaged.class,
                        damaged -> assertThat(damaged.why()).contains("record of another key"));
    }

    @Test
    void a_claim_that_names_no_key_says_so() throws IOException {
        add(A, member(1));
        open().claim(new RingPosition(RING, 1), A);
        Files.writeString(file("rings/codes/1.txt"), "no id");

        assertThatThrownBy(() -> open().holder(new RingPosition(RING, 1)))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContainingAll("generation 1", "codes", "place:test");
    }
}
