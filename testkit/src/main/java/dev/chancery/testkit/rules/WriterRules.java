package dev.chancery.testkit.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyStore;
import dev.chancery.Signer;
import dev.chancery.error.KeyStateException;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyState;
import dev.chancery.signature.Verification;
import dev.chancery.testkit.store.OtherProcess;
import dev.chancery.testkit.store.StoreUnderTest;
import dev.chancery.testkit.store.Together;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Two processes that change one key, where each could undo what the other did, or wait for it for ever. */
public interface WriterRules extends Rules {

    /** Of different fields: some places keep all labels in one, and of the same field the later change stands there. */
    @Test
    default void of_two_that_change_a_key_at_once_neither_undoes_the_other() throws Exception {
        KeyMetadata key = tested().key("invoices");
        Instant until = StoreUnderTest.START.plusSeconds(60);

        tested().otherProcess()
                .changeAtOnce(
                        key.id(),
                        attributes -> attributes.signUntil(until),
                        attributes -> attributes.label("owner", "accounting"));

        for (KeyStore store : new KeyStore[] {tested().keys(), tested().open(options -> options)}) {
            KeyMetadata found = store.get(key.id());
            assertThat(found.signUntil()).hasValue(until);
            assertThat(found.attributes().labels()).containsEntry("owner", "accounting");
        }
    }

    /** What a rotation does to the key that it retires, which somebody marks at this moment. */
    @Test
    default void a_mark_is_not_lost_to_a_writer_that_had_read_before_it() throws Exception {
        KeyMetadata key = tested().key("exposed");
        byte[] signature = tested().keys().signer(key.id()).sign(new byte[1]).value();
        CompromisedSince since = CompromisedSince.at(StoreUnderTest.START.minusSeconds(60));

        tested().otherProcess()
                .changeAtOnce(
                        key.id(),
                        attributes -> attributes.build().state() == KeyState.ACTIVE
                                ? attributes.state(KeyState.DEACTIVATED, StoreUnderTest.START, "rotated")
                                : attributes,
                        attributes -> tested().otherProcess().mark(attributes, since));

        assertThatMarkStands(key, since, signature);
    }

    @Test
    default void a_mark_is_not_lost_to_a_store_that_remembers_the_key_without_it() {
        KeyStore forgetful = tested().open(options -> options.stateTtl(Duration.ofHours(1)));
        KeyMetadata key = tested().key("exposed");
        byte[] signature = forgetful.signer(key.id()).sign(new byte[1]).value();
        CompromisedSince since = CompromisedSince.at(StoreUnderTest.START.minusSeconds(60));

        tested().otherProcess().mark(key.id(), since);

        assertThatThrownBy(() -> forgetful.changeState(key.id(), KeyState.SUSPENDED, "on hold"))
                .isInstanceOf(KeyStateException.class);
        assertThat(forgetful
                        .compromise(key.id(), CompromisedSince.at(StoreUnderTest.START), "a later doubt")
                        .since())
                .isEqualTo(since);
        assertThatMarkStands(key, since, signature);
    }

    /** What another process keeps from its last reading is not what is changed. */
    @Test
    default void a_mark_is_not_lost_to_a_process_that_had_changed_the_key_before() {
        KeyMetadata key = tested().key("exposed");
        byte[] signature = tested().keys().signer(key.id()).sign(new byte[1]).value();
        CompromisedSince since = CompromisedSince.at(StoreUnderTest.START.minusSeconds(60));
        tested().otherProcess().change(key.id(), attributes -> attributes.label("owner", "accounting"));

        tested().keys().compromise(key.id(), since, "stolen");
        tested().otherProcess().change(key.id(), attributes -> attributes.label("owner", "nobody"));

        assertThatMarkStands(key, since, signature);
        assertThat(tested().keys().get(key.id()).attributes().labels()).containsEntry("owner", "nobody");
    }

    private void assertThatMarkStands(KeyMetadata key, CompromisedSince since, byte[] signature) {
        for (KeyStore store : new KeyStore[] {tested().keys(), tested().open(options -> options)}) {
            assertThat(store.get(key.id()).compromisedSince()).hasValue(since);
            assertThat(store.get(key.id()).state()).isIn(KeyState.COMPROMISED, KeyState.DESTROYED);
            assertThat(store.verifier(key.id()).verify(new byte[1], signature).status())
                    .isEqualTo(Verification.Status.COMPROMISED);
        }
    }

    @Test
    default void while_one_writer_hangs_others_read_sign_and_verify() throws Exception {
        KeyMetadata key = tested().key("invoices");
        KeyMetadata another = tested().key("contracts");
        KeyStore keys = tested().open(options -> options);

        try (OtherProcess.HangingWriter hanging = tested().otherProcess().hang(key.id())) {
            for (KeyMetadata read : new KeyMetadata[] {key, another}) {
                boolean valid = Together.endOf(tested().patience(), () -> {
                    assertThat(keys.get(read.id()).attributes().labels()).isEmpty();
                    assertThat(keys.list()).hasSize(2);
                    Signer signer = keys.signer(read.id());
                    byte[] signature = signer.sign(new byte[1]).value();
                    return keys.verifier(read.id())
                            .verify(new byte[1], signature)
                            .isValid();
                });
                assertThat(valid).isTrue();
            }
            assertThat(hanging).isNotNull();
        }

        assertThat(keys.get(key.id()).attributes().labels()).containsEntry("hung", "for-a-while");
    }

    /** As when a service stops in the middle of its work: retiring a key is one write. */
    @Test
    default void a_store_that_is_closed_while_its_change_waits_has_made_it_or_has_changed_nothing() throws Exception {
        KeyMetadata key = tested().key("invoices");
        byte[] signature = tested().keys().signer(key.id()).sign(new byte[1]).value();
        KeyStore closing = tested().open(options -> options);
        Future<KeyMetadata> change;

        try (OtherProcess.HangingWriter hanging = tested().otherProcess().hang(key.id())) {
            assertThat(hanging).isNotNull();
            change = Together.begin(() -> closing.changeState(key.id(), KeyState.DEACTIVATED, "done with it"));
            Together.close(tested().patience(), closing);
        }
        boolean said = Together.answer(tested().patience(), change).isPresent();

        KeyStore reopened = tested().open(options -> options);
        KeyMetadata found = reopened.get(key.id());
        assertThat(found.state())
                .isIn(said ? Set.of(KeyState.DEACTIVATED) : Set.of(KeyState.ACTIVE, KeyState.DEACTIVATED));
        assertThat(found.attributes().labels()).containsEntry("hung", "for-a-while");
        assertThat(reopened.verifier(key.id()).verify(new byte[1], signature).isValid())
                .isTrue();
    }

    /** It may get its way at once, where the place has no lock; where it has one, the deadline ends the wait. */
    @Test
    default void who_waits_for_a_writer_that_hangs_gives_up_at_the_deadline_and_has_changed_nothing() throws Exception {
        KeyMetadata key = tested().key("invoices");
        Instant until = StoreUnderTest.START.plus(Duration.ofDays(10_000));
        Optional<StoreUnavailableException> refusal;

        try (OtherProcess.HangingWriter hanging = tested().otherProcess().hang(key.id())) {
            assertThat(hanging).isNotNull();
            refusal = Together.endOf(tested().patience(), () -> {
                try {
                    tested().otherProcess().changeHurried(key.id(), attributes -> attributes.verifyUntil(until));
                    return Optional.empty();
                } catch (StoreUnavailableException e) {
                    return Optional.of(e);
                }
            });
        }

        KeyMetadata found = tested().keys().get(key.id());
        assertThat(found.attributes().labels()).containsEntry("hung", "for-a-while");
        assertThat(found.verifyUntil()).isEqualTo(refusal.isPresent() ? key.verifyUntil() : Optional.of(until));
        refusal.ifPresent(e -> assertThat(e).hasMessageContaining("again"));
    }
}
