package dev.chancery.internal.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.error.KeyStateException;
import dev.chancery.interception.Operation;
import dev.chancery.interception.OperationInterceptor;
import dev.chancery.interception.OperationType;
import dev.chancery.interception.Outcome;
import dev.chancery.internal.store.FakeStore;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyState;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What this process remembers of a key that it changes. */
class KeyHandleTest {
    private final FakeStore store = new FakeStore();
    private final KeyMetadata key = store.key("invoices");

    @Test
    void a_change_that_waits_for_its_record_does_not_undo_a_compromise_in_this_processs_memory() {
        store.keys.intercept(new OperationInterceptor() {
            @Override
            public void before(Operation operation) {}

            @Override
            public void after(Operation operation, Outcome outcome) {
                if (operation.type() == OperationType.SUSPEND) {
                    store.ticker.advance(Duration.ofMillis(1));
                    store.keys.compromise(key.id(), CompromisedSince.UNKNOWN, "stolen");
                }
            }
        });

        KeyMetadata suspended = store.keys.changeState(key.id(), KeyState.SUSPENDED, "is it stolen?");

        assertThat(suspended.state()).isEqualTo(KeyState.COMPROMISED);
        assertThatThrownBy(() -> store.keys.signer(key.id()).sign(new byte[1]))
                .isInstanceOf(KeyStateException.class)
                .hasMessageContaining("compromised");
    }
}
