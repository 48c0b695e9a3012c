package dev.chancery.spi.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.error.StoreUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RemoteCallsTest {
    private static final Duration LONGEST = Duration.ofSeconds(6);

    private final List<RemoteCalls.Attempt> made = new ArrayList<>();
    private final RemoteCalls calls = calls(3);

    /** A place that says "busy" where there are too many calls, and is not heard where it says "lost". */
    private static final class Words implements RemoteCalls.Failures {
        @Override
        public Optional<Duration> throttled(RuntimeException e) {
            return Optional.of(Duration.ZERO).filter(any -> "busy".equals(e.getMessage()));
        }

        @Override
        public Retries.Next afterFailure(RuntimeException e) {
            return "lost".equals(e.getMessage())
                    ? new Retries.Next.Again(Optional.of(Duration.ZERO))
                    : new Retries.Next.Stop();
        }
    }

    private static RemoteCalls calls(int attempts) {
        PacedCalls paced = new PacedCalls("a cloud", "RemoteCallsTest", 1, Optional.empty(), Map.of());
        return new RemoteCalls(paced, LONGEST, attempts, new Words());
    }

    private String answer(RemoteCalls.Attempt attempt, String... failures) {
        made.add(attempt);
        if (made.size() <= failures.length) {
            throw new IllegalStateException(failures[made.size() - 1]);
        }
        return "answer";
    }

    @Test
    void a_call_is_made_again_before_its_deadline_and_each_attempt_leaves_time_for_another() {
        String answer = calls.call("Looking", "look", attempt -> answer(attempt, "lost", "busy", "lost"));

        assertThat(answer).isEqualTo("answer");
        assertThat(made)
                .hasSize(4)
                .containsOnly(made.get(0))
                .first()
                .extracting(RemoteCalls.Attempt::longest)
                .isEqualTo(LONGEST.dividedBy(2));
    }

    @Test
    void a_call_ends_with_a_failure_that_lasts_or_with_its_last_attempt() {
        assertThatThrownBy(() -> calls.call("Looking", "look", attempt -> answer(attempt, "no")))
                .hasMessage("no");
        assertThatThrownBy(() -> calls(1).call("Looking", "look", attempt -> answer(attempt, "no", "lost")))
                .hasMessage("lost");
        assertThat(made).hasSize(2);
    }

    @Test
    void what_must_not_be_done_twice_is_tried_again_only_where_the_place_was_too_busy() {
        assertThatThrownBy(() -> calls.callOnce("Making", "make", LONGEST, attempt -> answer(attempt, "busy", "lost")))
                .hasMessage("lost");
        assertThat(made).hasSize(2);
    }

    @Test
    void one_attempt_has_all_the_time_that_there_is_and_no_call_has_more() {
        for (Duration atMost : List.of(Duration.ofSeconds(2), Duration.ofHours(1))) {
            String answer = calls.callOnce("Making", "make", atMost, this::answer);
            assertThat(answer).isEqualTo("answer");
        }

        assertThat(made).extracting(RemoteCalls.Attempt::longest).containsExactly(Duration.ofSeconds(2), LONGEST);
    }

    @Test
    void a_call_among_several_ends_with_their_deadline() {
        Deadline deadline = Deadline.in(Duration.ofHours(1));

        var unused = calls.callBefore(deadline, "Looking", "look", this::answer);

        assertThat(made).extracting(RemoteCalls.Attempt::deadline).containsExactly(deadline);
    }

    @Test
    void an_attempt_has_the_lesser_of_its_own_time_and_what_is_left_and_never_none() {
        Deadline far = Deadline.in(Duration.ofHours(1));

        assertThat(new RemoteCalls.Attempt(far, LONGEST).left()).isEqualTo(LONGEST);
        assertThat(new RemoteCalls.Attempt(far, Duration.ofDays(1)).left()).isLessThanOrEqualTo(Duration.ofHours(1));
        assertThat(new RemoteCalls.Attempt(Deadline.in(Duration.ZERO), LONGEST).left())
                .isEqualTo(Duration.ofMillis(1));
    }

    @Test
    void closed_calls_are_not_made() {
        calls.close();

        assertThatThrownBy(() -> calls.call("Looking", "look", this::answer))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("closed");
        assertThat(made).isEmpty();
    }
}
