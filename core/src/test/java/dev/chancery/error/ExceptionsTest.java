package dev.chancery.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ExceptionsTest {

    @Test
    void only_a_store_that_does_not_answer_is_worth_another_try() {
        assertThat(new StoreUnavailableException("down", null).isRetryable()).isTrue();
        assertThat(new KeyAccessException("no").isRetryable()).isFalse();
        assertThat(new IntegrityException("broken").isRetryable()).isFalse();
        assertThat(new KeyStateException("suspended").isRetryable()).isFalse();
        assertThat(new KeyNotFoundException("gone").isRetryable()).isFalse();
        assertThat(new ConfigurationException("wrong").isRetryable()).isFalse();
    }

    @Test
    void a_key_that_is_not_there_is_named_with_its_store() {
        assertThat(KeyNotFoundException.of("a/1", "cloud:eu"))
                .hasMessage("There is no key 'a/1' in cloud:eu. `chancery list` shows the keys that are there.");
    }

    @Test
    void a_store_may_say_how_long_to_leave_it_alone() {
        IOException cause = new IOException("429");
        StoreUnavailableException busy = new StoreUnavailableException("busy", cause, Duration.ofSeconds(3));

        assertThat(busy.retryAfter()).hasValue(Duration.ofSeconds(3));
        assertThat(busy).hasCause(cause);
        assertThat(new StoreUnavailableException("down", cause).retryAfter()).isEmpty();
    }
}
