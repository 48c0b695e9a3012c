package dev.chancery.testkit.memory;

import static dev.chancery.testkit.memory.Shapes.generation;
import static dev.chancery.testkit.memory.Shapes.make;
import static dev.chancery.testkit.memory.Shapes.put;
import static dev.chancery.testkit.memory.Shapes.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.KeyExistsException;
import dev.chancery.error.KeyNotFoundException;
import dev.chancery.error.KeyStateException;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyName;
import dev.chancery.key.KeyState;
import dev.chancery.spi.Claim;
import dev.chancery.spi.ClaimsGenerations;
import dev.chancery.spi.ImportKey;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.MakesKeys;
import dev.chancery.spi.PutResult;
import dev.chancery.spi.Service;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.signing.SigningInput;
import dev.chancery.testkit.store.SettableClock;
import dev.chancery.testkit.witness.JdkSignatures;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.List;
import org.junit.jupiter.api.Test;

class LockedMemoryTest {
    private final KeyBackend store = open("memory:");
    private final MakesKeys maker = store.abilities().makesKeys().orElseThrow();
    private final ClaimsGenerations claims =
            store.abilities().claimsGenerations().orElseThrow();

    private static KeyBackend open(String uri) {
        return Shapes.open(new LockedMemoryProvider(), uri, new SettableClock(Shapes.NOW));
    }

    @Test
    void a_store_without_a_name_is_a_new_one_and_one_with_a_name_is_shared() {
        make(store, "one");
        KeyBackend named = open("memory:LockedMemoryTest");
        make(named, "one");

        assertThat(open("memory:").list()).isEmpty();
        assertThat(open("memory:LockedMemoryTest").list()).hasSize(1);
        assertThat(named.location()).isEqualTo("memory:LockedMemoryTest");
        assertThatThrownBy(() -> open("memory:a/b")).isInstanceOf(ConfigurationException.class);
    }

    @Test
    void a_name_is_taken_once() {
        StoredKey first = make(store, "one");

        assertThatThrownBy(() -> make(store, "one")).isInstanceOf(KeyExistsException.class);
        assertThat(store.find(new KeyId("one"))).contains(first);
    }

    @Test
    void a_pair_that_was_made_elsewhere_signs() {
        KeyPair pair = new JdkKeys().generate(KeySpec.EC_P256);
        StoredKey taken = store.abilities()
                .importsKeys()
                .orElseThrow()
                .importKey(new ImportKey(
                        new KeyName("one"),
                        KeySpec.EC_P256,
                        pair.getPrivate(),
                        pair.getPublic(),
                        record(KeyState.ACTIVE)));

        assertThat(isSignedBy(pair.getPublic(), taken.id())).isTrue();
    }

    private boolean isSignedBy(PublicKey key, KeyId id) {
        byte[] message = {1, 2, 3};
        byte[] signature = store.sign(id, SignatureAlgorithm.ECDSA_SHA256, new SigningInput.Message(message))
                .signature();
        return JdkSignatures.verify(key, SignatureAlgorithm.ECDSA_SHA256, message, signature);
    }

    @Test
    void a_writer_that_had_not_seen_the_last_record_writes_nothing() {
        StoredKey read = make(store, "one");
        StoredKey standing = ((PutResult.Written) put(store, read, key -> key.label("by", "a"))).now();

        PutResult second = put(store, read, key -> key.label("by", "b"));

        assertThat(second).isEqualTo(new PutResult.Overtaken(standing));
        assertThat(store.find(read.id())).contains(standing);
        assertThat(record(standing).attributes().labels()).containsEntry("by", "a");
    }

    @Test
    void a_writer_that_had_read_a_removed_key_writes_nothing_to_its_namesake() {
        StoredKey read = make(store, "one", record(KeyState.PRE_ACTIVE));
        maker.removeCandidate(read.id());
        StoredKey namesake = make(store, "one", record(KeyState.PRE_ACTIVE));

        assertThat(put(store, read, key -> key.label("by", "a"))).isEqualTo(new PutResult.Overtaken(namesake));
    }

    @Test
    void a_destroyed_key_keeps_its_public_half_and_its_record_and_signs_nothing() {
        StoredKey key = make(store, "one");
        store.abilities().destroysKeys().orElseThrow().destroy(key.id());
        store.abilities().destroysKeys().orElseThrow().destroy(key.id());

        StoredKey left = store.find(key.id()).orElseThrow();
        assertThat(left.service()).isInstanceOf(Service.Gone.class);
        assertThat(left.publicHalf()).isEqualTo(key.publicHalf());
        assertThat(left.record()).isEqualTo(key.record());
        assertThatThrownBy(() ->
                        store.sign(key.id(), SignatureAlgorithm.ECDSA_SHA256, new SigningInput.Message(new byte[1])))
                .isInstanceOf(KeyStateException.class);
    }

    @Test
    void a_generation_has_the_holder_that_came_first() {
        KeyId first = make(store, "one").id();
        KeyId second = make(store, "two").id();
        claims.claim(generation(1), first);
        claims.claim(generation(2), second);

        assertThat(claims.claim(generation(1), second)).isEqualTo(new Claim(generation(1), first));
        assertThat(claims.claims(new KeyName("sign")))
                .isEqualTo(List.of(new Claim(generation(2), second), new Claim(generation(1), first)));
        assertThat(claims.holder(generation(3))).isEmpty();
        assertThat(Shapes.records(store).rings()).containsExactly(new KeyName("sign"));
    }

    @Test
    void a_candidate_goes_and_a_holder_stays() {
        KeyId candidate = make(store, "one", record(KeyState.PRE_ACTIVE)).id();
        KeyId holder = make(store, "two", record(KeyState.PRE_ACTIVE)).id();
        claims.claim(generation(1), holder);

        assertThat(maker.removeCandidate(candidate)).isTrue();
        assertThat(maker.removeCandidate(holder)).isFalse();

        assertThat(store.list().map(StoredKey::id)).containsExactly(holder);
        assertThatThrownBy(() -> claims.claim(generation(2), candidate)).isInstanceOf(KeyNotFoundException.class);
    }

    @Test
    void the_members_of_a_ring_are_those_that_are_meant_for_it() {
        KeyId meant = make(store, "one", record(KeyState.PRE_ACTIVE).with(key -> key.ring(generation(1))))
                .id();
        make(store, "two");

        assertThat(Shapes.records(store).members(new KeyName("sign")))
                .extracting(StoredKey::id)
                .containsExactly(meant);
    }
}
