package dev.chancery.spi.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RateLimitTest {

    @Test
    void a_rate_is_kept_halved_by_throttling_and_comes_back() {
        AtomicLong now = new AtomicLong();
        RateLimit limit = new RateLimit(10, now::get);
        for (int i = 0; i < 10; i++) {
            assertThat(limit.take(Duration.ofSeconds(1))).hasValue(Duration.ZERO);
        }

        assertThat(limit.take(Duration.ofSeconds(1))).hasValue(Duration.ofMillis(100));
        assertThat(limit.take(Duration.ofMillis(150))).isEmpty();
        limit.slowDown();
        assertThat(limit.take(Duration.ofSeconds(1)))
                .as("200 ms apiece now, one taken before")
                .hasValue(Duration.ofMillis(400));
        now.addAndGet(Duration.ofSeconds(60).toNanos());
        for (int i = 0; i < 10; i++) {
            assertThat(limit.take(Duration.ZERO)).hasValue(Duration.ZERO);
        }
    }

    @Test
    void stores_of_one_quota_share_a_rate() {
        assertThat(RateLimit.shared("eu-central-1", 5)).isSameAs(RateLimit.shared("eu-central-1", 5));
        assertThat(RateLimit.shared("eu-central-1", 5)).isNotSameAs(RateLimit.shared("eu-west-1", 5));
    }
}
