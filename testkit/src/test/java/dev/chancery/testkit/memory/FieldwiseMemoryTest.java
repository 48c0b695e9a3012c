package dev.chancery.testkit.memory;

import static dev.chancery.testkit.memory.Shapes.generation;
import static dev.chancery.testkit.memory.Shapes.make;
import static dev.chancery.testkit.memory.Shapes.put;
import static dev.chancery.testkit.memory.Shapes.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.error.KeyExistsException;
import dev.chancery.error.KeyNotFoundException;
import dev.chancery.error.KeyStateException;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyName;
import dev.chancery.key.KeyState;
import dev.chancery.key.Orphan;
import dev.chancery.spi.CreateKey;
import dev.chancery.spi.DestroysKeys;
import dev.chancery.spi.FindsOrphans;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.PublicHalf;
import dev.chancery.spi.PutResult;
import dev.chancery.spi.Service;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.SwitchesKeys;
import dev.chancery.spi.records.StoredRecord;
import dev.chancery.spi.signing.SigningInput;
import dev.chancery.testkit.store.SettableClock;
import java.time.Duration;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class FieldwiseMemoryTest {
    private final SettableClock clock = new SettableClock(Shapes.NOW);
    private final String uri = "memory-fields:" + UUID.randomUUID();
    private final KeyBackend store = Shapes.open(new FieldwiseMemoryProvider(), uri, clock);
    private final FieldwisePlace place = FieldwiseMemoryProvider.PLACES.at(uri);
    private final SwitchesKeys switches = store.abilities().switchesKeys().orElseThrow();
    private final DestroysKeys destroys = store.abilities().destroysKeys().orElseThrow();
    private final FindsOrphans orphans = store.abilities().findsOrphans().orElseThrow();

    private StoredKey now(StoredKey key) {
        return store.find(key.id()).orElseThrow();
    }

    @Test
    void an_id_is_no_name_and_both_lead_to_the_key() {
        StoredKey key = make(store, "one");

        assertThat(key.id().value()).startsWith("key/");
        assertThat(store.find(store.parse("one"))).contains(key);
        assertThat(store.find(store.parse(key.id().value()))).contains(key);
        assertThat(key.evidence()).contains("it has the name 'one'");
        assertThatThrownBy(() -> make(store, "one")).isInstanceOf(KeyExistsException.class);
        assertThat(store.list()).containsExactly(key);
    }

    @Test
    void writers_of_different_fields_both_stand() {
        StoredKey read = make(store, "one");
        put(store, read, key -> key.signUntil(Shapes.NOW.plusSeconds(60)));
        put(store, read, key -> key.verifyUntil(Shapes.NOW.plusSeconds(90)));

        assertThat(record(now(read)).attributes().signUntil()).contains(Shapes.NOW.plusSeconds(60));
        assertThat(record(now(read)).attributes().verifyUntil()).contains(Shapes.NOW.plusSeconds(90));
    }

    @Test
    void a_mark_survives_a_writer_that_had_read_before_it() {
        StoredKey read = make(store, "one");
        Shapes.records(store).put(read, record(read).withMark(CompromisedSince.UNKNOWN), false);
        put(store, read, key -> key.state(KeyState.SUSPENDED, Shapes.NOW, "late"));

        assertThat(record(now(read)).attributes().compromisedSince()).contains(CompromisedSince.UNKNOWN);
    }

    @Test
    void a_mark_survives_a_writer_of_a_whole_record() {
        StoredKey read = make(store, "one");
        Shapes.records(store).put(read, record(read).withMark(CompromisedSince.UNKNOWN), false);
        StoredKey blind = read.withRecord(new StoredRecord.Absent());
        Shapes.records(store).put(blind, record(read), true);

        assertThat(place.fields.get(read.id())).containsKey("chancery:compromised-since");
    }

    @Test
    void a_disabled_key_signs_nothing_and_keeps_its_public_half_back() {
        StoredKey key = make(store, "one");
        switches.disable(key.id());
        switches.disable(key.id());

        assertThat(now(key).publicHalf()).isEqualTo(new PublicHalf.Withheld());
        assertThat(now(key).service()).isInstanceOf(Service.Out.class);
        assertThatThrownBy(() ->
                        store.sign(key.id(), SignatureAlgorithm.ECDSA_SHA256, new SigningInput.Digest(new byte[32])))
                .isInstanceOf(KeyStateException.class);

        switches.enable(key.id());
        assertThat(now(key)).isEqualTo(key);
    }

    @Test
    void a_destroyed_key_leaves_a_week_later_with_all_that_named_it() {
        StoredKey key = make(store, "one");
        store.abilities().claimsGenerations().orElseThrow().claim(generation(1), key.id());
        destroys.destroy(key.id());
        Service leaving = now(key).service();
        clock.advance(Duration.ofDays(6));
        destroys.destroy(key.id());

        assertThat(leaving).isInstanceOf(Service.Leaving.class);
        assertThat(now(key).service()).isEqualTo(leaving);
        assertThat(now(key).publicHalf()).isEqualTo(new PublicHalf.Withheld());
        assertThatThrownBy(() -> switches.enable(key.id())).isInstanceOf(KeyStateException.class);

        clock.advance(Duration.ofDays(1));
        assertThat(store.find(key.id())).isEmpty();
        assertThat(store.find(store.parse("one"))).isEmpty();
        assertThat(Shapes.records(store).rings()).isEmpty();
        assertThat(make(store, "one").id()).isNotEqualTo(key.id());
    }

    @Test
    void a_record_that_other_peoples_fields_leave_no_room_for_is_not_written() {
        StoredKey key = make(store, "one");
        TreeMap<String, String> full = new TreeMap<>(place.fields.get(key.id()));
        for (int i = full.size(); i < FieldwiseMemory.FIELDS; i++) {
            full.put("team-" + i, "x");
        }
        full.keySet().removeIf(field -> field.startsWith(FieldwiseMemory.PREFIX));
        for (int i = full.size(); i < FieldwiseMemory.FIELDS; i++) {
            full.put("more-" + i, "x");
        }
        place.fields.put(key.id(), full);

        PutResult result = Shapes.records(store).put(now(key), record(key).withMark(CompromisedSince.UNKNOWN), false);

        assertThat(result).isInstanceOf(PutResult.Full.class);
        assertThat(place.fields.get(key.id())).isEqualTo(full);
    }

    @Test
    void a_key_whose_fields_were_removed_has_a_name_as_evidence_and_a_foreign_one_has_none() {
        StoredKey ours = make(store, "one");
        StoredKey foreign = make(store, "two");
        place.fields.clear();
        place.names.remove(new KeyName("two"));

        assertThat(now(ours).record()).isEqualTo(new StoredRecord.Absent());
        assertThat(now(ours).evidence()).isPresent();
        assertThat(now(foreign).evidence()).isEmpty();
        assertThat(orphans.orphans()).isEmpty();
    }

    @Test
    void a_creation_that_was_cut_off_leaves_an_orphan() {
        KeyId orphan = ((FieldwiseMemory) store)
                .makeNameless(new CreateKey(new KeyName("one"), KeySpec.EC_P256, record(KeyState.ACTIVE)));

        assertThat(store.list()).isEmpty();
        assertThat(orphans.orphans()).containsExactly(new Orphan(orphan, Shapes.NOW, new KeyName("one"), "request-1"));
        orphans.removeOrphan(orphan);
        assertThat(orphans.orphans()).isEmpty();
        assertThat(store.find(orphan).map(StoredKey::service)).containsInstanceOf(Service.Leaving.class);
        assertThatThrownBy(() -> orphans.removeOrphan(make(store, "one").id()))
                .isInstanceOf(KeyNotFoundException.class);
    }

    @Test
    void a_candidate_leaves_without_its_name_and_a_holder_stays() {
        StoredKey candidate = make(store, "one", record(KeyState.PRE_ACTIVE));
        StoredKey holder = make(store, "two", record(KeyState.PRE_ACTIVE));
        store.abilities().claimsGenerations().orElseThrow().claim(generation(1), holder.id());

        assertThat(store.abilities().makesKeys().orElseThrow().removeCandidate(candidate.id()))
                .isTrue();
        assertThat(store.abilities().makesKeys().orElseThrow().removeCandidate(holder.id()))
                .isFalse();

        assertThat(store.list()).containsExactly(holder);
        assertThat(orphans.orphans()).isEmpty();
        assertThat(store.find(new KeyId("one"))).isEqualTo(Optional.empty());
        assertThatThrownBy(() ->
                        store.abilities().claimsGenerations().orElseThrow().claim(generation(2), candidate.id()))
                .isInstanceOf(KeyNotFoundException.class);
    }
}
