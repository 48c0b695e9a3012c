package dev.chancery.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.error.ChanceryException;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyOrigin;
import dev.chancery.key.KeyState;
import dev.chancery.key.ProtectionLevel;
import dev.chancery.key.UnusableKey;
import dev.chancery.key.UnusableKey.Problem;
import dev.chancery.options.PublicArchive;
import dev.chancery.spi.PublicHalf;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.Traits;
import dev.chancery.spi.records.StoredRecord;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys that are there and must not be used: nobody overlooks them, and they keep nobody from the others. */
class UnusableKeysTest {
    private final FakeStore store = new FakeStore();
    private final KeyId damaged = new KeyId("damaged");
    private final KeyId foreign = new KeyId("foreign");
    private final KeyId small = new KeyId("small");

    @BeforeEach
    void fill() throws GeneralSecurityException {
        store.key("sound");
        put(new UnusableKey(damaged, Problem.DAMAGED, "damaged.json and damaged.pem disagree."));
        put(new UnusableKey(foreign, Problem.UNSUPPORTED, "A DSA key."));
        KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
        rsa.initialize(1024);
        store.backend.add(
                "small",
                rsa.generateKeyPair(),
                KeyAttributes.builder(KeyState.ACTIVE, FakeStore.NOW, KeyOrigin.FOREIGN)
                        .build());
    }

    private void put(UnusableKey why) {
        store.backend.keys.put(
                why.id(),
                StoredKey.builder(
                                why.id(),
                                new PublicHalf.Unreadable(why.problem(), why.reason()),
                                ProtectionLevel.SOFTWARE)
                        .build());
    }

    @Test
    void they_are_listed_apart_with_the_reason() {
        assertThat(store.keys.list()).extracting(KeyMetadata::id).containsExactly(new KeyId("sound"));
        assertThat(store.keys.unusable()).extracting(UnusableKey::id).containsExactly(damaged, foreign, small);
        assertThat(store.keys.unusable())
                .extracting(UnusableKey::problem)
                .containsExactly(Problem.DAMAGED, Problem.UNSUPPORTED, Problem.UNSUPPORTED);
        assertThat(store.keys.unusable().get(2).reason()).contains("1024 bits");
    }

    @Test
    void a_damaged_key_is_an_integrity_error_when_it_is_used() {
        assertRefused(damaged, IntegrityException.class, "disagree");
    }

    @Test
    void a_key_of_an_unsupported_kind_says_so_when_it_is_used() {
        assertRefused(foreign, UnsupportedException.class, "DSA");
        assertRefused(small, UnsupportedException.class, "1024 bits");
    }

    @Test
    void a_damaged_key_is_archived_and_destroyed_where_its_place_keeps_the_half_back(@TempDir Path directory) {
        PublicArchive archive = PublicArchive.directory(directory);
        FakeBackend backend = new FakeBackend();
        backend.traits = Traits.ofRemotePlace()
                .writes(Traits.Writes.COMPARED)
                .settle(Duration.ZERO)
                .withholds(KeyState.DESTROYED)
                .build();
        FakeStore forgetful = new FakeStore(backend, options -> options.publicArchive(archive));
        KeyMetadata key = forgetful.key("torn");
        backend.keys.computeIfPresent(
                key.id(),
                (id, there) -> there.withRecord(new StoredRecord.Damaged(Optional.empty(), "Its tags are torn.", "")));
        assertThatThrownBy(() -> forgetful.keys.get(key.id())).isInstanceOf(IntegrityException.class);
        assertThatThrownBy(() -> forgetful.keys.changeState(key.id(), KeyState.SUSPENDED, "no way back"))
                .isInstanceOf(IntegrityException.class);

        assertThat(forgetful
                        .keys
                        .changeState(key.id(), KeyState.DESTROYED, "torn")
                        .state())
                .isEqualTo(KeyState.DESTROYED);

        assertThat(archive.find("fake:", key.id())).hasValueSatisfying(kept -> {
            assertThat(kept.fingerprint()).isEqualTo(key.fingerprint());
            assertThat(kept.state()).isEqualTo(KeyState.DESTROYED);
        });
        assertThat(backend.privateKeys).doesNotContainKey(key.id());
    }

    private void assertRefused(KeyId id, Class<? extends ChanceryException> type, String why) {
        assertThatThrownBy(() -> store.keys.get(id))
                .isInstanceOf(type)
                .hasMessageContaining("Key " + id + " in fake: must not be used")
                .hasMessageContaining(why);
        assertThatThrownBy(() -> store.keys.signer(id)).isInstanceOf(type).hasMessageContaining(why);
        assertThatThrownBy(() -> store.keys.verifier(id)).isInstanceOf(type).hasMessageContaining(why);
    }
}
