package dev.chancery.spi.support;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.health.Finding;
import dev.chancery.health.HealthStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HeldCredentialsTest {
    private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");

    private static Finding in(Duration left, boolean renews) {
        return new HeldCredentials("SomeProvider", Optional.of(NOW.plus(left)), renews).finding(NOW);
    }

    @Test
    void credentials_that_are_renewed_are_up_until_they_end_and_worth_a_look_then() {
        assertThat(in(Duration.ofMinutes(1), true))
                .isEqualTo(
                        new Finding(
                                "credentials",
                                HealthStatus.UP,
                                "They come from SomeProvider. They expire at 2026-11-30T12:01:00Z; the SDK renews them before."));
        assertThat(in(Duration.ZERO, true).status()).isEqualTo(HealthStatus.DEGRADED);
    }

    @Test
    void credentials_that_nothing_renews_are_told_of_an_hour_before_their_end_and_down_from_then_on() {
        assertThat(in(Duration.ofMinutes(61), false).status()).isEqualTo(HealthStatus.UP);
        assertThat(in(Duration.ofMinutes(59), false))
                .satisfies(soon -> assertThat(soon.status()).isEqualTo(HealthStatus.DEGRADED))
                .satisfies(soon -> assertThat(soon.detail()).contains("nothing renews them"));
        assertThat(in(Duration.ofSeconds(-1), false).status()).isEqualTo(HealthStatus.DOWN);
    }

    @Test
    void credentials_without_a_known_end_are_up() {
        assertThat(new HeldCredentials("SomeProvider", Optional.empty(), false).finding(NOW))
                .isEqualTo(new Finding(
                        "credentials", HealthStatus.UP, "They come from SomeProvider; no expiry is known."));
    }
}
