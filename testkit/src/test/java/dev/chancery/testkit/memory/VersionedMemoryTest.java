package dev.chancery.testkit.memory;

import static dev.chancery.testkit.memory.Shapes.generation;
import static dev.chancery.testkit.memory.Shapes.make;
import static dev.chancery.testkit.memory.Shapes.put;
import static dev.chancery.testkit.memory.Shapes.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.algorithm.SignatureEncoding;
import dev.chancery.error.KeyStateException;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyName;
import dev.chancery.key.KeyState;
import dev.chancery.spi.CreateKey;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.MakesKeys;
import dev.chancery.spi.PublicHalf;
import dev.chancery.spi.Service;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.records.StoredRecord;
import dev.chancery.spi.signing.SignResult;
import dev.chancery.spi.signing.SigningInput;
import dev.chancery.testkit.store.SettableClock;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class VersionedMemoryTest {
    private final String uri = "memory-versions:" + UUID.randomUUID();
    private final KeyBackend store = Shapes.open(new VersionedMemoryProvider(), uri, new SettableClock(Shapes.NOW));
    private final MakesKeys maker = store.abilities().makesKeys().orElseThrow();

    private StoredKey now(StoredKey key) {
        return store.find(key.id()).orElseThrow();
    }

    @Test
    void keys_are_versions_of_a_name_and_the_name_means_the_newest() {
        StoredKey first = make(store, "one");
        StoredKey second = make(store, "one");

        assertThat(first.id().value()).startsWith("one/").isLessThan(second.id().value());
        assertThat(store.find(store.parse("one"))).contains(second);
        assertThat(store.find(store.parse(first.id().value()))).contains(first);
        assertThat(store.list()).containsExactlyInAnyOrder(first, second);
    }

    @Test
    void the_last_writer_wins_and_even_a_mark_is_lost_to_it() {
        StoredKey read = make(store, "one");
        Shapes.records(store).put(read, record(read).withMark(CompromisedSince.UNKNOWN), false);
        put(store, read, key -> key.label("by", "b"));

        assertThat(record(now(read)).attributes().labels()).containsEntry("by", "b");
        assertThat(record(now(read)).attributes().compromisedSince()).isEmpty();
    }

    @Test
    void the_record_switches_the_key() {
        StoredKey key = make(store, "one");
        Shapes.records(store).put(key, record(key), false);

        assertThat(now(key).service()).isInstanceOf(Service.Out.class);
        assertThat(now(key).publicHalf()).isEqualTo(key.publicHalf());
        assertThatThrownBy(() ->
                        store.sign(key.id(), SignatureAlgorithm.ECDSA_SHA256, new SigningInput.Digest(new byte[32])))
                .isInstanceOf(KeyStateException.class);

        Shapes.records(store).put(key, record(key), true);
        assertThat(now(key).service()).isInstanceOf(Service.In.class);
    }

    @Test
    void a_candidate_is_disabled_and_a_holder_stays() {
        StoredKey candidate = make(store, "sign", record(KeyState.PRE_ACTIVE));
        StoredKey holder = make(
                store,
                "sign",
                record(KeyState.PRE_ACTIVE).toBuilder()
                        .held(List.of(generation(1)))
                        .build());

        assertThat(maker.removeCandidate(candidate.id())).isTrue();
        assertThat(maker.removeCandidate(holder.id())).isFalse();

        assertThat(now(candidate).service()).isInstanceOf(Service.Out.class);
        assertThat(now(holder)).isEqualTo(holder);
        assertThat(Shapes.records(store).rings()).containsExactly(new KeyName("sign"));
        assertThat(Shapes.records(store).members(new KeyName("sign"))).containsExactly(holder);
    }

    @Test
    void a_version_that_lost_its_record_has_its_siblings_as_evidence() {
        StoredKey lost = make(store, "one");
        make(store, "one");
        StoredKey foreign = make(store, "two");
        for (StoredKey key : List.of(lost, foreign)) {
            VersionedMemoryProvider.PLACES.at(uri).change(key.id(), old -> old.withRecord(new StoredRecord.Absent()));
        }

        assertThat(now(lost).evidence()).isPresent();
        assertThat(now(foreign).evidence()).isEmpty();
    }

    /** Both numbers are short now and then. */
    @RepeatedTest(64)
    void an_ecdsa_signature_is_two_numbers_of_full_length() throws GeneralSecurityException {
        for (KeySpec spec : List.of(KeySpec.EC_P256, KeySpec.EC_P521)) {
            StoredKey key = maker.create(new CreateKey(new KeyName("one"), spec, record(KeyState.ACTIVE)));
            byte[] digest = new byte[spec == KeySpec.EC_P256 ? 32 : 64];
            SignResult answer = store.sign(key.id(), spec.defaultAlgorithm(), new SigningInput.Digest(digest));

            Signature verifier = Signature.getInstance("NONEwithECDSAinP1363Format");
            verifier.initVerify(((PublicHalf.Vouched) key.publicHalf()).key());
            verifier.update(digest);
            assertThat(answer.signature()).hasSize(spec == KeySpec.EC_P256 ? 64 : 132);
            assertThat(verifier.verify(answer.signature())).isTrue();
            assertThat(answer.encoding()).isEqualTo(SignatureEncoding.P1363);
            assertThat(answer.checked()).isFalse();
        }
    }
}
