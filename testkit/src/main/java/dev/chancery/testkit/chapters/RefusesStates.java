package dev.chancery.testkit.chapters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.CompromiseReport;
import dev.chancery.KeyStore;
import dev.chancery.error.UnsupportedException;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyState;
import dev.chancery.testkit.rules.Rules;
import dev.chancery.testkit.witness.Witnesses;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A chapter for stores without {@link dev.chancery.Capability#LIFECYCLE}: a key is ACTIVE, and no change of it is believed done. */
public interface RefusesStates extends Rules {

    /**
     * Through the store.
     *
     * @param to a state that an ACTIVE key can be brought into
     */
    @ParameterizedTest
    @EnumSource(
            value = KeyState.class,
            names = {"SUSPENDED", "DEACTIVATED", "COMPROMISED"})
    default void no_state_is_changed(KeyState to) {
        KeyStore keys = tested().keys();
        KeyMetadata key = tested().key("stateless");

        assertThatThrownBy(() -> keys.changeState(key.id(), to, "not kept here"))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("LIFECYCLE")
                .hasMessageContaining(keys.location());

        assertThatKeyIsAsBefore(key);
    }

    /** The report says that the key is not marked. */
    @Test
    default void no_report_of_a_compromise_is_complete() {
        KeyMetadata key = tested().key("stateless");

        CompromiseReport report = tested().keys().compromise(key.id(), CompromisedSince.UNKNOWN, "stolen");

        assertThat(report.isComplete()).isFalse();
        assertThat(report.steps()).anySatisfy(step -> assertThat(step.detail()).contains("archive"));
        assertThatKeyIsAsBefore(key);
    }

    private void assertThatKeyIsAsBefore(KeyMetadata key) {
        KeyStore another = tested().open(options -> options);
        assertThat(another.get(key.id())).isEqualTo(key);
        Witnesses.confirm(another, key, new byte[1], another.signer(key.id()).sign(new byte[1]));
    }
}
