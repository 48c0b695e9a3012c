package dev.chancery.testkit.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.Signer;
import dev.chancery.Verifier;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.KeyStateException;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyState;
import dev.chancery.signature.Verification;
import dev.chancery.testkit.store.StoreUnderTest;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What one call does about a compromised key. */
public interface CompromiseRules extends Rules {
    /** The ring of these tests. */
    String EXPOSED = "certificate-signing";

    @Test
    default void no_signer_anywhere_serves_a_compromised_key() {
        KeyMetadata exposed = tested().key("exposed");
        Signer here = tested().keys().signer(exposed.id());
        Signer elsewhere = tested().open(options -> options).signer(exposed.id());
        here.sign(new byte[1]);
        elsewhere.sign(new byte[1]);

        tested().keys().compromise(exposed.id(), CompromisedSince.UNKNOWN, "found in a public repository");

        assertThatThrownBy(() -> here.sign(new byte[1])).isInstanceOf(KeyStateException.class);
        assertThatThrownBy(() -> elsewhere.sign(new byte[1])).isInstanceOf(KeyStateException.class);
    }

    @Test
    default void the_mark_moves_earlier_and_never_later() {
        KeyMetadata key = tested().key("exposed");
        tested().clock().advance(Duration.ofDays(10));
        Instant day5 = StoreUnderTest.START.plus(Duration.ofDays(5));

        assertThat(mark(key, CompromisedSince.at(day5))).isEqualTo(CompromisedSince.at(day5));
        assertThat(mark(key, CompromisedSince.at(day5.plusSeconds(1)))).isEqualTo(CompromisedSince.at(day5));
        assertThat(mark(key, CompromisedSince.at(day5.minusSeconds(1))))
                .isEqualTo(CompromisedSince.at(day5.minusSeconds(1)));
        assertThat(mark(key, CompromisedSince.UNKNOWN)).isEqualTo(CompromisedSince.UNKNOWN);
        assertThat(mark(key, CompromisedSince.at(day5))).isEqualTo(CompromisedSince.UNKNOWN);
    }

    @Test
    default void a_destroyed_key_can_turn_out_to_be_compromised_and_stays_so() {
        KeyMetadata key = tested().key("exposed");
        Verifier verifier = tested().keys().verifier(key.id());
        byte[] signature = tested().keys().signer(key.id()).sign(new byte[1]).value();
        tested().keys().changeState(key.id(), KeyState.DEACTIVATED, "retired");
        tested().keys().changeState(key.id(), KeyState.DESTROYED, "end of life");

        tested().keys().compromise(key.id(), CompromisedSince.UNKNOWN, "found on an old disk");

        assertThat(tested().keys().get(key.id()).state()).isEqualTo(KeyState.DESTROYED);
        assertThat(tested().keys().get(key.id()).compromisedSince()).hasValue(CompromisedSince.UNKNOWN);
        assertThat(verifier.verify(new byte[1], signature).status()).isEqualTo(Verification.Status.COMPROMISED);
    }

    @Test
    default void destroying_a_compromised_key_keeps_the_mark() {
        KeyMetadata key = tested().key("exposed");
        tested().keys().compromise(key.id(), CompromisedSince.UNKNOWN, "stolen");

        KeyMetadata destroyed = tested().keys().changeState(key.id(), KeyState.DESTROYED, "no longer needed");

        assertThat(destroyed.compromisedSince()).hasValue(CompromisedSince.UNKNOWN);
    }

    @Test
    default void a_doubt_cannot_begin_in_the_future() {
        KeyMetadata key = tested().key("exposed");
        CompromisedSince tomorrow = CompromisedSince.at(StoreUnderTest.START.plus(Duration.ofDays(1)));

        assertThatThrownBy(() -> tested().keys().compromise(key.id(), tomorrow, "stolen"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("future");
        assertThat(tested().keys().get(key.id())).isEqualTo(key);
    }

    private CompromisedSince mark(KeyMetadata key, CompromisedSince since) {
        return tested().keys().compromise(key.id(), since, "stolen").since();
    }
}
