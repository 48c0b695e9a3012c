package dev.chancery.provider.gcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyState;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.rotation.Rotation;
import dev.chancery.rotation.RotationPolicy;
import dev.chancery.testkit.store.SettableClock;
import dev.chancery.testkit.store.StoreUnderTest;
import dev.chancery.testkit.store.Together;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many stores on one key ring, each with a memory of its own as processes have, that act at once. */
@Tag("one-jdk")
class FleetTest {
    private static final int FLEET = 5;
    /** {@code -Dtest.jvm.options=-Dfleet.rounds=30} is the long form. */
    private static final int ROUNDS = Integer.getInteger("fleet.rounds", 8);

    private final FakeKms kms = new FakeKms();
    private final SettableClock clock = new SettableClock(StoreUnderTest.START);
    private final List<KeyStore> fleet = new ArrayList<>();

    @TempDir
    private Path archive;

    private void open(int size) {
        KeyStoreOptions options = FakeKms.options(archive).toBuilder()
                .clock(clock)
                .stateTtl(Duration.ZERO)
                .build();
        for (int i = 0; i < size; i++) {
            fleet.add(KeyStores.open(kms.uri(""), options));
        }
    }

    @AfterEach
    void close() {
        fleet.forEach(KeyStore::close);
        kms.close();
        assertThat(kms.problems()).isEmpty();
    }

    private KeyMetadata inRing(String ring) {
        return fleet.get(0)
                .generate(KeyRequest.builder(KeySpec.EC_P256).ring(ring).build());
    }

    @Test
    void of_a_fleet_that_rotates_at_once_all_end_with_one_key_and_its_predecessor() throws Exception {
        open(FLEET);
        int made = 0;
        for (int round = 0; round < ROUNDS; round++) {
            String ring = "ring-" + round;
            KeyMetadata first = inRing(ring);
            kms.forgetRequests();
            List<Callable<Rotation>> rotations = fleet.stream()
                    .<Callable<Rotation>>map(store -> () -> store.ring(ring).rotate(RotationPolicy.PRODUCTION))
                    .toList();

            List<Rotation> ended = Together.run(clock, rotations);

            made += kms.requests("CreateCryptoKeyVersion");
            KeyId current = ended.get(0).current();
            assertThat(ended)
                    .as(ring)
                    .allSatisfy(rotation -> assertThat(rotation.current()).isEqualTo(current));
            for (KeyStore store : fleet) {
                assertThat(store.ring(ring).current().id()).as(ring).isEqualTo(current);
                assertThat(new HashSet<>(store.ring(ring).keys().stream()
                                .filter(key -> key.state() != KeyState.DESTROYED)
                                .map(KeyMetadata::id)
                                .toList()))
                        .as(ring)
                        .containsExactlyInAnyOrder(first.id(), current);
            }
        }
        System.err.printf("%d rounds of %d stores: %d versions made.%n", ROUNDS, FLEET, made);
        assertThat(made).isGreaterThanOrEqualTo(ROUNDS);
    }

    /** One map of labels, two writers: each round both write, one a mark. */
    @Test
    void a_mark_is_never_lost_to_a_concurrent_writer() throws Exception {
        open(2);
        for (int round = 0; round < ROUNDS; round++) {
            KeyMetadata first = inRing("ring-" + round);
            KeyMetadata second = inRing("ring-" + round);
            Together.run(List.of(
                    () -> fleet.get(0).compromise(second.id(), CompromisedSince.UNKNOWN, "stolen"),
                    () -> fleet.get(1).changeState(first.id(), KeyState.SUSPENDED, "a doubt")));

            assertThat(fleet.get(1).get(second.id()).compromisedSince()).isPresent();
            assertThat(kms.labels("ring-" + round)).containsEntry("v2-state", "compromised");
        }
    }
}
