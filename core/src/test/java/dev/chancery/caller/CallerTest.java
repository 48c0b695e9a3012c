package dev.chancery.caller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.error.ConfigurationException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who asks, and for how long. */
class CallerTest {
    private static final Caller ALICE = Caller.of("alice").ip("10.0.0.7").userAgent("issuer/2.1");
    private static final Caller BOB = Caller.of("bob");

    private final ExecutorService pool = Executors.newSingleThreadExecutor();

    @AfterEach
    void noScopeIsLeft() {
        pool.shutdownNow();
        assertThat(Caller.current()).isEmpty();
    }

    @Test
    void a_scope_names_the_caller_until_it_ends() {
        assertThat(Caller.current()).isEmpty();
        try (Caller.Scope scope = ALICE.enter()) {
            assertThat(Caller.current()).hasValue(ALICE);
        }
        assertThat(Caller.current()).isEmpty();
    }

    @Test
    void an_inner_scope_gives_way_to_the_outer_one() {
        try (Caller.Scope outer = ALICE.enter()) {
            assertThat(BOB.call(Caller::current)).hasValue(BOB);
            assertThat(Caller.current()).hasValue(ALICE);
        }
    }

    @Test
    void a_scope_ends_also_when_its_work_fails() {
        assertThatThrownBy(() -> ALICE.call(() -> {
                    throw new IllegalStateException("the work failed");
                }))
                .hasMessage("the work failed");
        assertThat(Caller.current()).isEmpty();
    }

    @Test
    void scopes_end_in_the_order_opposite_to_their_beginning() {
        Caller.Scope outer = ALICE.enter();
        Caller.Scope inner = BOB.enter();

        assertThatThrownBy(outer::close).isInstanceOf(IllegalStateException.class);
        assertThat(Caller.current()).hasValue(BOB);

        inner.close();
        outer.close();
        outer.close();
    }

    @Test
    void a_scope_belongs_to_the_thread_that_entered_it() throws InterruptedException {
        try (Caller.Scope scope = ALICE.enter()) {
            assertThat(onPool(pool, Caller::current)).isEmpty();
            Future<?> closing = pool.submit(scope::close);
            assertThatThrownBy(closing::get)
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void a_propagating_pool_runs_each_task_for_whoever_handed_it_over() throws InterruptedException {
        ExecutorService propagating = Caller.propagating(pool);
        List<Optional<Caller>> seen = new ArrayList<>();
        try (Caller.Scope scope = ALICE.enter()) {
            seen.add(onPool(propagating, Caller::current));
        }
        seen.add(BOB.call(() -> onPool(propagating, Caller::current)));
        seen.add(onPool(propagating, Caller::current));

        assertThat(seen).containsExactly(Optional.of(ALICE), Optional.of(BOB), Optional.empty());
    }

    @Test
    void a_task_leaves_its_thread_as_it_found_it() {
        List<Optional<Caller>> seen = new ArrayList<>();
        Runnable task = ALICE.call(() -> Caller.bind(() -> seen.add(Caller.current())));
        try (Caller.Scope scope = BOB.enter()) {
            Caller.propagating((Runnable run) -> run.run()).execute(() -> seen.add(Caller.current()));
            task.run();
            assertThat(Caller.current()).hasValue(BOB);
        }
        assertThat(seen).containsExactly(Optional.of(BOB), Optional.of(ALICE));
    }

    @Test
    @Tag("virtual-threads")
    void each_virtual_thread_has_its_own_caller() throws Exception {
        ExecutorService virtual = (ExecutorService)
                Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        List<Future<Boolean>> answers = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            Caller caller = Caller.of("user-" + i);
            answers.add(virtual.submit(() -> caller.call(() -> Caller.current().equals(Optional.of(caller)))));
        }
        for (Future<Boolean> answer : answers) {
            assertThat(answer.get()).isTrue();
        }
        virtual.shutdown();
    }

    @Test
    void a_caller_is_somebody() {
        assertThatThrownBy(() -> Caller.of(" ")).isInstanceOf(ConfigurationException.class);
        assertThat(ALICE.toString()).isEqualTo("Caller[alice]");
        assertThat(ALICE.correlationId("t-1")).isNotEqualTo(ALICE);
        assertThat(ALICE.correlationId("t-1").correlationId()).hasValue("t-1");
    }

    private static <T> T onPool(ExecutorService on, Callable<T> task) {
        try {
            return on.submit(task).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }
}
