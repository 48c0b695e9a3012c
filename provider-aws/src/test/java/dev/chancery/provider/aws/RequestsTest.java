package dev.chancery.provider.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.Keyring;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.rotation.RotationPolicy;
import dev.chancery.testkit.store.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What AWS is asked beside ten thousand keys of strangers: as much as without them. */
class RequestsTest {
    private static final int STRANGERS = 10_000;

    private final FakeKms kms = new FakeKms();
    private final SettableClock clock = new SettableClock(Instant.now());
    private final KeyStore store = KeyStores.open(
            kms.uri(""), FakeKms.options().toBuilder().clock(clock).build());
    private final Map<String, Integer> asked = new ConcurrentHashMap<>();
    private Keyring ring;

    @BeforeEach
    void a_ring_that_is_known_and_strangers() {
        kms.page = 1000;
        kms.keyQuota = 2 * STRANGERS;
        kms.addStrangers(STRANGERS);
        store.generate(KeyRequest.builder(KeySpec.EC_P256).ring("release").build());
        ring = store.ring("release");
        clock.advance(Duration.ofDays(31));
        ring.rotate(RotationPolicy.PRODUCTION);
        clock.advance(Duration.ofDays(31));
        ring.rotateIfDue(RotationPolicy.PRODUCTION); // retires the first key, whose overlap is over
        kms.witness = (operation, request, answer) -> asked.merge(operation, 1, Integer::sum);
    }

    @AfterEach
    void close() {
        assertThat(kms.problems()).isEmpty();
        store.close();
        kms.close();
    }

    @Test
    void a_rotation_lists_nothing() {
        assertThat(ring.rotate(RotationPolicy.PRODUCTION).generation()).isEqualTo(3);

        assertThat(asked).doesNotContainKeys("ListAliases", "ListKeys").containsEntry("CreateKey", 1);
        assertThat(total()).as("requests: %s", new TreeMap<>(asked)).isLessThanOrEqualTo(35);
    }

    @Test
    void a_rotation_that_is_not_due_lists_nothing() {
        ring.rotateIfDue(RotationPolicy.PRODUCTION);

        assertThat(asked).containsOnlyKeys("DescribeKey", "ListResourceTags");
        assertThat(total()).as("requests: %s", new TreeMap<>(asked)).isLessThanOrEqualTo(6);
    }

    private int total() {
        return asked.values().stream().mapToInt(Integer::intValue).sum();
    }
}
