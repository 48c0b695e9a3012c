package dev.chancery.provider.pkcs11;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.ChanceryException;
import dev.chancery.error.KeyExistsException;
import dev.chancery.error.KeyNotFoundException;
import dev.chancery.error.KeyStateException;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.Orphan;
import dev.chancery.provider.pkcs11.binding.Ck;
import dev.chancery.testkit.store.SettableClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A token that goes away in the middle of a creation, before anything can be undone. */
class HalfMadeKeysTest {
    private static final int ALL = Integer.MAX_VALUE;

    @TempDir
    private Path directory;

    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-25T12:00:00Z"));
    private KeyStore store;

    @BeforeEach
    void leaveOneHalfMade() {
        Shim shim = Shim.compile(directory);
        SoftHsm.create(directory.resolve("softhsm")).behind(shim);
        store = KeyStores.open(
                SoftHsm.uri(shim.library()), Tokens.options().clock(clock).build());
        shim.inject(Shim.Function.C_GenerateKeyPair, Ck.CKR_DEVICE_MEMORY, 0, ALL);
        shim.inject(Shim.Function.C_DestroyObject, Ck.CKR_DEVICE_MEMORY, 0, ALL);
        assertThatThrownBy(() -> make("invoices")).isInstanceOf(ChanceryException.class);
        shim.reset();
    }

    @AfterEach
    void close() {
        store.close();
    }

    private KeyMetadata make(String name) {
        return store.generate(KeyRequest.of(KeySpec.EC_P256, name));
    }

    @Test
    void it_is_no_key_and_holds_its_name() {
        assertThat(store.list()).isEmpty();
        assertThatThrownBy(() -> make("invoices"))
                .isInstanceOf(KeyExistsException.class)
                .hasMessageContaining("half-made")
                .hasMessageContaining("chancery orphans --delete");
    }

    @Test
    void it_is_listed_and_removed_when_nobody_can_be_making_it_any_more() {
        List<Orphan> orphans = store.orphans();

        assertThat(orphans).singleElement().satisfies(orphan -> {
            assertThat(orphan.claimedName().value()).isEqualTo("invoices");
            assertThat(orphan.created()).isEqualTo(clock.instant());
        });
        KeyId id = orphans.get(0).id();
        assertThatThrownBy(() -> store.removeOrphan(id)).isInstanceOf(KeyStateException.class);
        clock.advance(Duration.ofMinutes(16));
        store.removeOrphan(id);

        assertThat(store.orphans()).isEmpty();
        assertThat(make("invoices").id()).isNotEqualTo(id);
    }

    @Test
    void a_whole_key_is_no_orphan() {
        KeyMetadata whole = make("contracts");
        clock.advance(Duration.ofDays(1));

        assertThatThrownBy(() -> store.removeOrphan(whole.id())).isInstanceOf(KeyNotFoundException.class);
        assertThat(store.get(whole.id())).isEqualTo(whole);
    }
}
