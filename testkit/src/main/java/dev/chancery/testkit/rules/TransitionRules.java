package dev.chancery.testkit.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyStore;
import dev.chancery.Signer;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.KeyStateException;
import dev.chancery.health.HealthLevel;
import dev.chancery.interception.OperationType;
import dev.chancery.interception.Outcome;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyState;
import dev.chancery.key.StateChange;
import dev.chancery.options.KeyEvent;
import dev.chancery.testkit.store.StoreUnderTest;
import dev.chancery.testkit.witness.CertificateRequests;
import dev.chancery.testkit.witness.Witnesses;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How a key moves from state to state through the store: every arrow that is there, and every one that is not. */
public interface TransitionRules extends Rules {

    @ParameterizedTest
    @EnumSource(KeyState.class)
    default void only_the_arrows_of_the_table_lead_on(KeyState from) {
        for (KeyState to : EnumSet.allOf(KeyState.class)) {
            KeyMetadata key = keyIn(from, "from-" + word(from) + "-to-" + word(to));
            if (to == from) {
                assertThat(tested().keys().changeState(key.id(), to, "again").attributes())
                        .as("asking for the state that it is in")
                        .isEqualTo(key.attributes());
            } else if (from.successors().contains(to)) {
                KeyMetadata moved = tested().keys().changeState(key.id(), to, "for the table");
                assertThat(moved.state()).isEqualTo(to);
                assertThat(moved.history().get(moved.history().size() - 1))
                        .isEqualTo(new StateChange(StoreUnderTest.START, from, to, "for the table"));
                assertThat(tested().open(options -> options).get(key.id())).isEqualTo(moved);
            } else {
                assertThatThrownBy(() -> tested().keys().changeState(key.id(), to, "not allowed"))
                        .isInstanceOf(KeyStateException.class)
                        .hasMessageContaining(key.id().value())
                        .hasMessageContaining(from.name());
                assertThat(tested().keys().get(key.id())).isEqualTo(key);
            }
        }
    }

    @Test
    default void a_destroyed_key_keeps_its_public_half_and_its_signatures_verify() {
        KeyStore keys = tested().keys();
        KeyMetadata key = tested().key("invoices");
        Signer signer = keys.signer(key.id());
        byte[] signature = signer.sign(new byte[1]).value();

        keys.changeState(key.id(), KeyState.DEACTIVATED, "retired");
        KeyMetadata destroyed = keys.changeState(key.id(), KeyState.DESTROYED, "end of life");

        assertThat(destroyed.publicKey()).isEqualTo(key.publicKey());
        assertThat(keys.verifier(key.id()).verify(new byte[1], signature).isValid())
                .isTrue();
        assertThatThrownBy(() -> signer.sign(new byte[1])).isInstanceOf(KeyStateException.class);
        KeyStore another = tested().open(options -> options);
        assertThat(another.verifier(key.id()).verify(new byte[1], signature).isValid())
                .isTrue();
        if (tested().traits().deletes()) {
            tested().otherProcess().bring(key.id(), KeyState.ACTIVE);
        }
        assertThatThrownBy(
                        () -> tested().open(options -> options).signer(key.id()).sign(new byte[1]))
                .as("the private half is gone, even if the metadata do not say so")
                .isInstanceOf(KeyStateException.class);
    }

    @Test
    default void a_change_through_this_process_is_seen_at_once() {
        KeyStore patient = tested().open(options -> options.stateTtl(Duration.ofHours(1)));
        KeyMetadata key = tested().key("invoices");
        Signer signer = patient.signer(key.id());
        signer.sign(new byte[1]);

        patient.changeState(key.id(), KeyState.SUSPENDED, "on hold");

        assertThatThrownBy(() -> signer.sign(new byte[1])).isInstanceOf(KeyStateException.class);
        patient.changeState(key.id(), KeyState.ACTIVE, "resumed");
        assertThat(signer.sign(new byte[1]).keyId()).isEqualTo(key.id());
    }

    @Test
    default void a_reason_is_asked_for_before_anything_changes() {
        KeyMetadata key = tested().key("invoices");

        for (String reason : List.of("", "  ", "two\nlines", "x".repeat(StateChange.MAX_REASON + 1))) {
            assertThatThrownBy(() -> tested().keys().changeState(key.id(), KeyState.SUSPENDED, reason))
                    .isInstanceOf(ConfigurationException.class);
        }
        assertThat(tested().keys().get(key.id())).isEqualTo(key);
    }

    @Test
    default void listeners_hear_of_changes_and_those_that_throw_change_nothing() {
        List<KeyEvent> heard = new ArrayList<>();
        KeyStore keys = tested().open(options -> options.listener(event -> {
                    throw new IllegalStateException("a bad listener");
                })
                .listener(event -> {
                    throw new NoClassDefFoundError("a listener without its library");
                })
                .listener(heard::add));
        KeyMetadata key = tested().key("invoices");

        keys.changeState(key.id(), KeyState.SUSPENDED, "on hold");
        keys.changeState(key.id(), KeyState.SUSPENDED, "on hold");

        assertThat(heard).extracting(KeyEvent::type).containsExactly(KeyEvent.Type.STATE_CHANGED);
        assertThat(heard.get(0).key().orElseThrow().state()).isEqualTo(KeyState.SUSPENDED);
        assertThat(heard.get(0).detail()).contains(key.id().value(), "ACTIVE", "SUSPENDED", "on hold");
        assertThat(heard.get(0).at()).isEqualTo(StoreUnderTest.START);
    }

    /** The states from which a key may prove that somebody holds it, and those from which not. */
    @ParameterizedTest
    @EnumSource(KeyState.class)
    default void a_key_that_waits_may_prove_possession_and_nothing_else(KeyState state) {
        KeyMetadata key = keyIn(state, "key-" + word(state));
        Signer signer = tested().keys().signer(key.id());
        byte[] request = CertificateRequests.infoFor(key.publicKey());

        if (Set.of(KeyState.PRE_ACTIVE, KeyState.ACTIVE).contains(state)) {
            Witnesses.confirm(tested().keys(), key, request, signer.provePossession(request));
            byte[] foreign = CertificateRequests.infoFor(tested().key("another").publicKey());
            for (byte[] data : List.of(new byte[0], new byte[32], foreign)) {
                assertThatThrownBy(() -> signer.provePossession(data)).isInstanceOf(ConfigurationException.class);
            }
        } else {
            assertThatThrownBy(() -> signer.provePossession(request)).isInstanceOf(KeyStateException.class);
        }
    }

    private KeyMetadata keyIn(KeyState state, String name) {
        KeyMetadata key = tested().key(name);
        if (state != KeyState.ACTIVE) {
            tested().otherProcess().change(key.id(), attributes -> {
                attributes.state(state, StoreUnderTest.START, "brought here by the contract");
                return state == KeyState.COMPROMISED
                        ? attributes.compromisedSince(CompromisedSince.UNKNOWN)
                        : attributes;
            });
        }
        return tested().keys().get(key.id());
    }

    private static String word(KeyState state) {
        return state.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Test
    default void a_denial_is_seen_with_its_reason_and_the_store_is_not_asked() {
        KeyMetadata key = tested().key("watched");
        Signer signer = tested().keys().signer(key.id());
        tested().keys().changeState(key.id(), KeyState.SUSPENDED, "on hold");
        InterceptionRules.Witness witness = InterceptionRules.Witness.of(tested().keys());

        assertThatThrownBy(() -> signer.sign(new byte[1])).isInstanceOf(KeyStateException.class);

        assertThat(witness.lines()).containsExactly("SIGN Denied");
        assertThat(witness.only(OperationType.SIGN).keyId()).hasValue(key.id().value());
    }

    @Test
    default void a_change_of_state_is_one_operation_with_its_reason() {
        KeyMetadata key = tested().key("watched");
        InterceptionRules.Witness witness = InterceptionRules.Witness.of(tested().keys());

        tested().keys().changeState(key.id(), KeyState.SUSPENDED, "laptop missing");

        assertThat(witness.lines()).containsExactly("SUSPEND before", "SUSPEND Changed");
        assertThat(witness.only(OperationType.SUSPEND).reason()).hasValue("laptop missing");
        Outcome.Changed changed = witness.seen.get(1).outcome(Outcome.Changed.class);
        assertThat(changed.from()).hasValue(KeyState.ACTIVE);
        assertThat(changed.key().state()).isEqualTo(KeyState.SUSPENDED);
    }

    @Test
    default void a_store_whose_only_key_is_on_hold_is_not_healthy() {
        KeyStore keys = tested().keys();
        KeyMetadata key = tested().key("watched");
        assertThat(keys.health(HealthLevel.SIGN).isReady()).isTrue();

        keys.changeState(key.id(), KeyState.SUSPENDED, "on hold");

        assertThat(keys.health(HealthLevel.SIGN).isReady()).isFalse();
    }
}
