package dev.chancery.internal.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.PolicyViolationException;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyOrigin;
import dev.chancery.key.KeyState;
import dev.chancery.key.ProtectionLevel;
import dev.chancery.policy.KeyPolicy;
import dev.chancery.policy.KeyPolicy.Rule;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SignatureCapTest {
    private static KeyMetadata key;

    /** Starts just below the overflow, as {@link System#nanoTime()} may. */
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1);

    @BeforeAll
    static void makeKey() throws Exception {
        PublicKey pub =
                KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPublic();
        key = new KeyMetadata(
                new KeyId("capped"),
                KeySpec.ED25519,
                pub,
                KeyMetadata.fingerprint(pub),
                ProtectionLevel.SOFTWARE,
                KeyAttributes.builder(KeyState.ACTIVE, Instant.EPOCH, KeyOrigin.GENERATED)
                        .build());
    }

    private SignatureCap cap(OptionalLong most, OptionalInt perMinute) {
        return SignatureCap.of(
                KeyPolicy.DEFAULT.toBuilder()
                        .maxSignatures(most)
                        .maxSignaturesPerMinute(perMinute)
                        .source(Rule.MAX_SIGNATURES, "house rule 1")
                        .source(Rule.MAX_SIGNATURES_PER_MINUTE, "house rule 2")
                        .build(),
                nanos::get);
    }

    private boolean allows(SignatureCap cap, int signatures) {
        try {
            cap.take(signatures, key, "memory:test");
            return true;
        } catch (PolicyViolationException e) {
            return false;
        }
    }

    @Test
    void a_policy_without_caps_counts_nothing() {
        assertThat(cap(OptionalLong.empty(), OptionalInt.empty())).isNull();
    }

    @Test
    void the_total_is_spent_once_and_for_all() {
        SignatureCap cap = cap(OptionalLong.of(3), OptionalInt.empty());
        assertThat(allows(cap, 2)).isTrue();
        assertThat(allows(cap, 2)).as("all or none").isFalse();
        assertThat(allows(cap, 1)).isTrue();
        nanos.addAndGet(Duration.ofDays(1000).toNanos());
        assertThat(allows(cap, 1)).isFalse();
        assertThat(allows(cap, 0)).isTrue();
    }

    @Test
    void a_refusal_names_key_store_rule_and_source_and_says_who_counts() {
        SignatureCap total = cap(OptionalLong.of(1), OptionalInt.empty());
        assertThatThrownBy(() -> total.take(2, key, "memory:test"))
                .isInstanceOf(PolicyViolationException.class)
                .hasMessageContainingAll(
                        "Key capped in memory:test",
                        "1 signatures, counted in this process alone",
                        "rule: max-signatures; source: house rule 1");
        SignatureCap minute = cap(OptionalLong.empty(), OptionalInt.of(1));
        assertThatThrownBy(() -> minute.take(2, key, "memory:test"))
                .isInstanceOf(PolicyViolationException.class)
                .hasMessageContainingAll(
                        "1 signatures a minute, counted in this process alone",
                        "rule: max-signatures-per-minute; source: house rule 2");
    }

    @Test
    void a_slot_is_free_again_after_a_minute_and_not_before() {
        SignatureCap cap = cap(OptionalLong.empty(), OptionalInt.of(2));
        assertThat(allows(cap, 1)).isTrue();
        nanos.addAndGet(Duration.ofSeconds(30).toNanos());
        assertThat(allows(cap, 1)).isTrue();
        nanos.addAndGet(Duration.ofSeconds(30).toNanos() - 1);
        assertThat(allows(cap, 1)).isFalse();
        nanos.addAndGet(1);
        assertThat(allows(cap, 2)).as("one slot is free, not two").isFalse();
        assertThat(allows(cap, 1)).isTrue();
        assertThat(allows(cap, 1)).isFalse();
    }

    @Test
    void no_span_of_sixty_seconds_ever_holds_more_than_the_cap() {
        SignatureCap cap = cap(OptionalLong.empty(), OptionalInt.of(10));
        Random random = new Random(4);
        List<Long> made = new ArrayList<>();
        long now = 0;
        for (int n = 0; n < 5_000; n++) {
            long step = Duration.ofMillis(random.nextInt(8_000)).toNanos();
            now += step;
            nanos.addAndGet(step);
            int signatures = 1 + random.nextInt(4);
            long at = now;
            long recent = made.stream()
                    .filter(time -> at - time < Duration.ofMinutes(1).toNanos())
                    .count();
            boolean allowed = allows(cap, signatures);
            assertThat(allowed).isEqualTo(recent + signatures <= 10);
            for (int i = 0; allowed && i < signatures; i++) {
                made.add(now);
            }
        }
    }

    @Test
    void threads_share_the_caps() throws Exception {
        SignatureCap cap = cap(OptionalLong.of(1_000), OptionalInt.of(700));
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<Integer>> results = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                results.add(threads.submit(() -> {
                    int allowed = 0;
                    for (int n = 0; n < 500; n++) {
                        allowed += allows(cap, 1) ? 1 : 0;
                    }
                    return allowed;
                }));
            }
            int sum = 0;
            for (Future<Integer> result : results) {
                sum += result.get();
            }
            assertThat(sum).isEqualTo(700);
            nanos.addAndGet(Duration.ofMinutes(1).toNanos());
            int more = 0;
            while (allows(cap, 1)) {
                more++;
            }
            assertThat(more).isEqualTo(300);
        } finally {
            threads.shutdownNow();
        }
    }
}
