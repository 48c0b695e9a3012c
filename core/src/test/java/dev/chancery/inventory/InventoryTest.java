package dev.chancery.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.internal.store.FakeBackend;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyOrigin;
import dev.chancery.key.KeyState;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.rotation.RotationPolicy;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InventoryTest {
    private static final Instant FIRST = Instant.parse("2026-11-23T22:00:00Z");
    private static final Instant LATER = Instant.parse("2027-11-24T01:00:00Z");

    private final FakeBackend backend = new FakeBackend();

    private KeyStore openAt(Instant now) {
        return backend.open(KeyStoreOptions.builder().clock(at(now)).build());
    }

    private static Clock at(Instant now) {
        return Clock.fixed(now, ZoneOffset.UTC);
    }

    @Test
    void the_csv_has_the_guides_columns_first_and_a_line_for_each_key() {
        KeyStore store = openAt(FIRST);
        KeyMetadata rsa = store.generate(KeyRequest.of(KeySpec.RSA_2048, "rsa-2026-11"));
        KeyMetadata ed = store.generate(KeyRequest.of(KeySpec.ED25519, "ed"));
        assertThat(Inventory.of(store, at(FIRST)).csv())
                .isEqualTo("key_id,algorithm,size,created,state,ring,generation,sign_until,days_left,fingerprint,"
                        + "last_rotation\n"
                        + "ed,ED25519,255,2026-11-23,active,,,2029-11-23,1096," + ed.fingerprint() + ",\n"
                        + "rsa-2026-11,RSA,2048,2026-11-23,active,,,2029-11-23,1096," + rsa.fingerprint() + ",\n");
    }

    @Test
    void the_keys_of_a_ring_say_generation_and_last_rotation() {
        KeyMetadata first = openAt(FIRST)
                .generate(KeyRequest.builder(KeySpec.EC_P256)
                        .name("one")
                        .ring("codes")
                        .build());
        Inventory before = Inventory.of(openAt(FIRST), at(FIRST));
        assertThat(before.rows()).hasSize(1);
        assertThat(before.rows().get(0).lastRotation()).as("never rotated").isEmpty();

        KeyStore later = openAt(LATER);
        KeyMetadata second =
                later.get(later.ring("codes").rotate(RotationPolicy.PRODUCTION).current());
        assertThat(Inventory.of(later, at(LATER)).csv().lines().skip(1))
                .containsExactly(
                        "codes-2027-11,EC,256,2027-11-24,active,codes,2,2030-11-24,1096," + second.fingerprint()
                                + ",2027-11-24",
                        "one,EC,256,2026-11-23,active,codes,1," + day(later.get(first.id())) + ",0,"
                                + first.fingerprint() + ",2027-11-24");
    }

    private static String day(KeyMetadata key) {
        return key.signUntil()
                .orElseThrow()
                .atZone(ZoneOffset.UTC)
                .toLocalDate()
                .toString();
    }

    @ParameterizedTest
    @CsvSource({
        "PRE_ACTIVE,  pre-active,  9",
        "ACTIVE,      active,      9",
        "SUSPENDED,   suspended,   9",
        "DEACTIVATED, archived,    ",
        "COMPROMISED, compromised, ",
        "DESTROYED,   destroyed,   "
    })
    void a_state_is_one_word_and_days_are_left_to_keys_that_may_sign_again(KeyState state, String word, Long days)
            throws Exception {
        KeyAttributes.Builder attributes =
                KeyAttributes.builder(state, FIRST, KeyOrigin.IMPORTED).signUntil(LATER.plusSeconds(10 * 86_400 - 1));
        if (state == KeyState.COMPROMISED) {
            attributes.compromisedSince(CompromisedSince.UNKNOWN);
        }
        backend.add("key", ed25519(), attributes.build());
        InventoryRow row = Inventory.of(openAt(LATER), at(LATER)).rows().get(0);
        assertThat(row.state()).isEqualTo(word);
        assertThat(row.daysLeft()).isEqualTo(days == null ? OptionalLong.empty() : OptionalLong.of(days));
    }

    @Test
    void a_compromised_key_says_so_even_when_it_is_destroyed() throws Exception {
        backend.add(
                "key",
                ed25519(),
                KeyAttributes.builder(KeyState.DESTROYED, FIRST, KeyOrigin.IMPORTED)
                        .compromisedSince(CompromisedSince.UNKNOWN)
                        .build());
        assertThat(Inventory.of(openAt(FIRST), at(FIRST)).rows().get(0).state()).isEqualTo("compromised");
    }

    @Test
    void no_day_is_left_once_the_period_is_over_and_none_is_named_where_none_was_set() throws Exception {
        KeyAttributes undated = KeyAttributes.builder(KeyState.ACTIVE, FIRST, KeyOrigin.IMPORTED)
                .build();
        backend.add(
                "over",
                ed25519(),
                undated.toBuilder().signUntil(FIRST.plusSeconds(1)).build());
        backend.add("undated", ed25519(), undated);
        List<InventoryRow> rows = Inventory.of(openAt(LATER), at(LATER)).rows();
        assertThat(rows.get(0).daysLeft()).hasValue(0);
        assertThat(rows.get(1).daysLeft()).isEmpty();
        assertThat(rows.get(1).signUntil()).isEqualTo(Optional.empty());
    }

    private static KeyPair ed25519() throws Exception {
        return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    }
}
