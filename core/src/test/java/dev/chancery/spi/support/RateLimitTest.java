package dev.chancery.spi.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongPredicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RateLimitTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final AtomicLong now = new AtomicLong();

    private RateLimit learning() {
        return RateLimit.learning(Double.POSITIVE_INFINITY, now::get);
    }

    @Test
    void a_configured_rate_is_kept() {
        RateLimit limit = new RateLimit(10, now::get);
        for (int i = 0; i < 10; i++) {
            assertThat(limit.take(Duration.ofSeconds(1))).hasValue(Duration.ZERO);
        }

        assertThat(limit.take(Duration.ofSeconds(1))).hasValue(Duration.ofMillis(100));
        assertThat(limit.take(Duration.ofMillis(150))).isEmpty();
        now.addAndGet(60 * SECOND);
        for (int i = 0; i < 10; i++) {
            assertThat(limit.take(Duration.ZERO)).hasValue(Duration.ZERO);
        }
    }

    @Test
    void stores_of_one_quota_share_a_rate() {
        assertThat(RateLimit.shared("eu-central-1", 5)).isSameAs(RateLimit.shared("eu-central-1", 5));
        assertThat(RateLimit.shared("eu-central-1", 5)).isNotSameAs(RateLimit.shared("eu-west-1", 5));
        assertThat(RateLimit.learned("eu-central-1")).isSameAs(RateLimit.learned("eu-central-1"));
    }

    @Test
    void without_throttling_there_is_no_limit() {
        RateLimit limit = learning();
        for (int i = 0; i < 100_000; i++) {
            assertThat(limit.take(Duration.ZERO)).hasValue(Duration.ZERO);
            limit.granted();
        }
    }

    @Test
    void
            a_few_refusals_of_a_place_that_is_hardly_used_limit_it_to_the_least_quota_of_all_and_a_quiet_minute_lifts_that() {
        RateLimit limit = learning();
        limit.refused();
        assertThat(limit.take(Duration.ZERO)).as("the first second").isPresent();
        now.addAndGet(SECOND);
        limit.refused();

        assertThat(limit.take(Duration.ofSeconds(1))).hasValue(Duration.ofMillis(200));
        now.addAndGet(61 * SECOND);
        for (int i = 0; i < 1_000; i++) {
            assertThat(limit.take(Duration.ZERO)).hasValue(Duration.ZERO);
        }
    }

    @Test
    void a_documented_quota_holds_from_the_first_refusal_and_less_where_that_is_too_much() {
        RateLimit limit = RateLimit.learning(25, now::get);
        assertThat(limit.take(Duration.ZERO)).hasValue(Duration.ZERO);
        limit.refused();

        assertThat(limit.take(Duration.ofSeconds(1))).hasValue(Duration.ofMillis(40));
        now.addAndGet(2 * SECOND);
        limit.refused();
        limit.refused();
        assertThat(limit.take(Duration.ofSeconds(1)))
                .as("the least of all quotas")
                .hasValue(Duration.ofMillis(200));
        now.addAndGet(59 * SECOND);
        assertThat(limit.take(Duration.ZERO)).isPresent();
        for (int i = 1; i < 25; i++) {
            limit.take(Duration.ZERO);
        }
        assertThat(limit.take(Duration.ofSeconds(1)).orElseThrow())
                .as("it rises to the quota and no further")
                .isGreaterThanOrEqualTo(Duration.ofMillis(40));
    }

    // --- against quotas, in a time that the test makes: 64 callers, an answer after 20 ms

    /** Places that grant a thousand calls a second, each in a way of its own. */
    static Stream<Arguments> quotas() {
        return Stream.of(
                Arguments.of("a window of a second", (LongPredicate) new Window(1_000)),
                Arguments.of("a bucket without a store", (LongPredicate) new Bucket(1_000, 10)),
                Arguments.of("a bucket of a second", (LongPredicate) new Bucket(1_000, 1_000)));
    }

    private static final class Window implements LongPredicate {
        private final int quota;
        private long second = -1;
        private int used;

        Window(int quota) {
            this.quota = quota;
        }

        @Override
        public boolean test(long now) {
            if (now / SECOND != second) {
                second = now / SECOND;
                used = 0;
            }
            return ++used <= quota;
        }
    }

    private static final class Bucket implements LongPredicate {
        private final double rate;
        private final double size;
        private double tokens;
        private long last;

        Bucket(double rate, double size) {
            this.rate = rate;
            this.size = size;
            this.tokens = size;
        }

        @Override
        public boolean test(long now) {
            tokens = Math.min(size, tokens + rate * (now - last) / SECOND);
            last = now;
            boolean granted = tokens >= 1;
            tokens -= granted ? 1 : 0;
            return granted;
        }
    }

    private record Event(long at, int refusals, boolean answer) {}

    private record Result(int calls, int granted) {}

    /** Callers who send, wait, and pause after a refusal, the longer the more often they are refused. */
    private Result run(RateLimit limit, LongPredicate place, int seconds) {
        Random random = new Random(1);
        PriorityQueue<Event> events = new PriorityQueue<>(Comparator.comparingLong(Event::at));
        for (int caller = 0; caller < 64; caller++) {
            events.add(new Event(random.nextInt(1_000_000), 0, false));
        }
        int calls = 0;
        int granted = 0;
        while (events.peek().at() < seconds * SECOND) {
            Event event = events.poll();
            now.set(event.at());
            if (!event.answer()) {
                Optional<Duration> turn = limit.take(Duration.ofSeconds(10));
                assertThat(turn).as("a turn comes within the deadline").isPresent();
                events.add(new Event(event.at() + turn.get().toNanos() + 20_000_000, event.refusals(), true));
                continue;
            }
            calls++;
            if (place.test(event.at())) {
                granted++;
                limit.granted();
                events.add(new Event(event.at(), 0, false));
            } else {
                limit.refused();
                long pause = Math.min(400, 100L << Math.min(10, event.refusals()));
                long jittered = pause / 2 + random.nextInt((int) pause / 2 + 1);
                events.add(
                        new Event(event.at() + TimeUnit.MILLISECONDS.toNanos(jittered), event.refusals() + 1, false));
            }
        }
        return new Result(calls, granted);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("quotas")
    void nearly_all_of_a_quota_is_used_and_few_calls_are_refused(String name, LongPredicate quota) {
        Result result = run(learning(), quota, 20);

        assertThat(result.granted()).isGreaterThan((int) (0.98 * 20_000));
        assertThat(result.calls()).isLessThan((int) (1.05 * result.granted()));
    }

    @Test
    void a_quota_that_grows_is_found_again() {
        Bucket quota = new Bucket(1_000, 10);
        Bucket grown = new Bucket(2_000, 10);

        Result result = run(learning(), at -> (at < 10 * SECOND ? quota : grown).test(at), 60);

        assertThat(result.granted()).isGreaterThan(100_000);
    }

    @Test
    void refusals_at_random_do_not_bring_a_place_to_a_standstill() {
        Random random = new Random(2);

        Result result = run(learning(), at -> random.nextInt(5) > 0, 20);

        assertThat(result.granted()).isGreaterThan(7_000);
        assertThat(result.calls()).isLessThan((int) (1.3 * result.granted()));
    }
}
