package dev.chancery.testkit.memory;

import static dev.chancery.testkit.memory.Shapes.generation;
import static dev.chancery.testkit.memory.Shapes.make;
import static dev.chancery.testkit.memory.Shapes.put;
import static dev.chancery.testkit.memory.Shapes.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.error.KeyExistsException;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyName;
import dev.chancery.key.KeyState;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.MakesKeys;
import dev.chancery.spi.PublicHalf;
import dev.chancery.spi.Service;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.records.KeyRecord;
import dev.chancery.testkit.store.SettableClock;
import java.util.List;
import org.junit.jupiter.api.Test;

class BesideMemoryTest {
    private final KeyBackend store =
            Shapes.open(new BesideMemoryProvider(), "memory-beside:", new SettableClock(Shapes.NOW));
    private final MakesKeys maker = store.abilities().makesKeys().orElseThrow();

    private StoredKey now(StoredKey key) {
        return store.find(key.id()).orElseThrow();
    }

    @Test
    void a_label_leads_to_its_key_and_the_public_half_vouches_for_nothing() {
        StoredKey key = make(store, "one");

        assertThat(key.id().value()).startsWith("one/");
        assertThat(store.find(store.parse("one"))).contains(key);
        assertThat(store.list()).containsExactly(key);
        assertThat(key.publicHalf()).isInstanceOf(PublicHalf.Unvouched.class);
        assertThatThrownBy(() -> make(store, "one")).isInstanceOf(KeyExistsException.class);
    }

    @Test
    void records_of_writers_that_had_not_seen_each_other_are_joined() {
        StoredKey read = make(store, "one");
        Shapes.records(store).put(read, record(read).withMark(CompromisedSince.UNKNOWN), false);
        put(store, read, key -> key.label("by", "b"));

        KeyRecord joined = record(now(read));
        assertThat(joined.attributes().compromisedSince()).contains(CompromisedSince.UNKNOWN);
        assertThat(joined.attributes().labels()).containsEntry("by", "b");
    }

    @Test
    void a_record_takes_the_place_of_those_that_its_writer_had_read() {
        StoredKey first = make(store, "one");
        put(store, first, key -> key.label("by", "a"));
        put(store, first, key -> key.label("by", "b"));
        KeyRecord both = record(now(first));
        Shapes.records(store).put(now(first), KeyRecord.of(both.attributes()).with(key -> key.label("by", "c")), true);

        assertThat(record(now(first)).revision()).isEqualTo(1);
        assertThat(record(now(first)).attributes().labels()).containsEntry("by", "c");
    }

    @Test
    void a_destroyed_key_keeps_its_record_and_its_public_half() {
        StoredKey key = make(store, "one");
        store.abilities().destroysKeys().orElseThrow().destroy(key.id());

        assertThat(now(key).service()).isInstanceOf(Service.Gone.class);
        assertThat(now(key).publicHalf()).isEqualTo(key.publicHalf());
        assertThat(now(key).record()).isEqualTo(key.record());
    }

    @Test
    void a_candidate_goes_and_a_holder_stays() {
        KeyRecord waiting = record(KeyState.PRE_ACTIVE);
        StoredKey candidate = make(store, "one", waiting);
        StoredKey holder = make(
                store, "two", waiting.toBuilder().held(List.of(generation(1))).build());

        assertThat(maker.removeCandidate(candidate.id())).isTrue();
        assertThat(maker.removeCandidate(holder.id())).isFalse();
        assertThat(store.list()).containsExactly(holder);
        assertThat(Shapes.records(store).rings()).containsExactly(new KeyName("sign"));
    }
}
