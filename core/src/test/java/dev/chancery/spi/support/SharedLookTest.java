package dev.chancery.spi.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SharedLookTest {
    private final AtomicInteger looks = new AtomicInteger();

    @Test
    void all_who_ask_share_one_look_and_its_result() throws Exception {
        CountDownLatch found = new CountDownLatch(1);
        SharedLook<String> look = new SharedLook<>("look", () -> {
            looks.incrementAndGet();
            found.await();
            return Thread.currentThread().getName();
        });

        var first = look.get();
        var second = look.get();
        assertThat(first).isSameAs(second).isNotDone();
        found.countDown();

        assertThat(first.get()).isEqualTo("look");
        assertThat(look.get().get()).isEqualTo("look");
        assertThat(looks).hasValue(1);
    }

    @Test
    void after_a_failure_the_next_looks_anew() throws Exception {
        SharedLook<String> look = new SharedLook<>("look", () -> {
            if (looks.incrementAndGet() == 1) {
                throw new IllegalStateException("not there yet");
            }
            return "there";
        });

        assertThatThrownBy(() -> look.get().get()).hasRootCauseMessage("not there yet");
        assertThat(look.get().get()).isEqualTo("there");
    }
}
