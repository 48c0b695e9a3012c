package dev.chancery.internal.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.error.KeyStateException;
import dev.chancery.error.PolicyViolationException;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.interception.Operation;
import dev.chancery.interception.OperationInterceptor;
import dev.chancery.interception.OperationType;
import dev.chancery.interception.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The order in which interceptors are told, and what their own failures do. */
class OperationsTest {
    private final Operations operations = new Operations("memory:test", Duration.ofMinutes(1));
    private final List<String> told = new ArrayList<>();

    /** Tells under its name, and fails where its name says so. */
    private record Named(String name, List<String> told) implements OperationInterceptor {
        @Override
        public void before(Operation operation) {
            told.add(name + " before " + operation.type());
            if (name.equals("forbids")) {
                throw new PolicyViolationException("forbidden");
            }
        }

        @Override
        public void after(Operation operation, Outcome outcome) {
            told.add(name + " " + outcome.getClass().getSimpleName());
            if (name.equals("withholds")) {
                throw new PolicyViolationException("withheld");
            }
        }
    }

    private void add(String... names) {
        for (String name : names) {
            operations.add(new Named(name, told));
        }
    }

    private String step() {
        return operations.step(
                operations.begin(OperationType.DISCARD).build(),
                () -> {
                    told.add("step");
                    return "value";
                },
                Outcome.Done::new);
    }

    @Test
    void interceptors_are_called_in_order_and_back() {
        add("first", "second");

        assertThat(step()).isEqualTo("value");

        assertThat(told)
                .containsExactly("first before DISCARD", "second before DISCARD", "step", "second Done", "first Done");
    }

    @Test
    void who_forbids_a_step_is_heard_before_it_and_those_before_are_told() {
        add("first", "forbids", "third");

        assertThatThrownBy(this::step).hasMessage("forbidden");

        assertThat(told).containsExactly("first before DISCARD", "forbids before DISCARD", "first Failed");
    }

    @Test
    void who_withholds_a_value_is_heard_after_the_step() {
        add("withholds");

        assertThatThrownBy(this::step).hasMessage("withheld");

        assertThat(told).containsExactly("withholds before DISCARD", "step", "withholds Done");
    }

    @Test
    void who_has_not_heard_yet_of_a_value_that_is_withheld_hears_of_a_failure() {
        add("first", "withholds", "third");

        assertThatThrownBy(this::step).hasMessage("withheld");

        assertThat(told).endsWith("step", "third Done", "withholds Done", "first Failed");
    }

    @Test
    void the_first_who_withholds_a_value_stands_and_the_others_are_added() {
        add("withholds", "withholds");

        assertThatThrownBy(this::step)
                .hasMessage("withheld")
                .satisfies(e -> assertThat(e.getSuppressed()).singleElement().isInstanceOf(e.getClass()));

        assertThat(told).endsWith("step", "withholds Done", "withholds Failed");
    }

    @Test
    void a_value_that_is_of_no_use_is_a_failure_and_nobody_is_left_waiting() {
        add("first", "second");

        assertThatThrownBy(() ->
                        operations.step(operations.begin(OperationType.DISCARD).build(), () -> "nonsense", value -> {
                            throw new KeyStateException("What the store says makes no sense.");
                        }))
                .isInstanceOf(KeyStateException.class);

        assertThat(told).endsWith("second Failed", "first Failed");
    }

    @Test
    void a_whole_whose_step_was_done_and_withheld_was_not_denied() {
        add("first", "withholds");

        assertThatThrownBy(() -> operations.whole(OperationType.ROTATE, about -> {}, this::step))
                .hasMessage("withheld");

        assertThat(told).endsWith("step", "withholds Done", "first Failed");
    }

    @Test
    void a_failure_stands_whatever_an_interceptor_makes_of_it() {
        add("withholds", "second");
        StoreUnavailableException failure = new StoreUnavailableException("no answer", null);

        assertThatThrownBy(() -> operations.step(
                        operations.begin(OperationType.DISCARD).build(),
                        () -> {
                            throw failure;
                        },
                        value -> new Outcome.Done("done")))
                .isSameAs(failure);

        assertThat(failure.getSuppressed()).singleElement().isInstanceOf(PolicyViolationException.class);
        assertThat(told).endsWith("second Failed", "withholds Failed");
    }

    @Test
    void a_whole_is_told_of_only_where_no_step_was() {
        add("first");
        StoreUnavailableException failure = new StoreUnavailableException("no answer", null);

        assertThatThrownBy(() -> operations.whole(OperationType.ROTATE, about -> {}, () -> {
                    throw failure;
                }))
                .isSameAs(failure);
        assertThat(told).containsExactly("first Denied");

        told.clear();
        assertThatThrownBy(() -> operations.whole(
                        OperationType.ROTATE,
                        about -> {},
                        () -> operations.step(
                                operations.begin(OperationType.PROMOTE).build(),
                                () -> {
                                    throw failure;
                                },
                                value -> new Outcome.Done("done"))))
                .isSameAs(failure);
        assertThat(told).containsExactly("first before PROMOTE", "first Failed");
    }

    @Test
    void the_step_that_a_whole_is_named_after_is_the_whole() {
        add("first");

        operations.whole(OperationType.GENERATE, about -> about.reason("a new year"), () -> {
            Operation made = operations.begin(OperationType.GENERATE).build();
            Operation promoted = operations.begin(OperationType.PROMOTE).build();
            Operation another = operations.begin(OperationType.GENERATE).build();
            assertThat(made.parent()).isEmpty();
            assertThat(made.reason()).hasValue("a new year");
            assertThat(promoted.parent().orElseThrow().id()).isEqualTo(made.id());
            assertThat(promoted.reason()).hasValue("a new year");
            assertThat(another.parent().orElseThrow().id()).isEqualTo(made.id());
            return made;
        });
    }

    @Test
    void ids_are_never_the_same() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            ids.add(operations.begin(OperationType.SIGN).build().id());
        }
        assertThat(ids).doesNotHaveDuplicates().allMatch(id -> id.matches("[0-9a-f]{16}-[0-9a-f]+"));
    }
}
