package dev.chancery.testkit.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.Signer;
import dev.chancery.Verifier;
import dev.chancery.error.ChanceryException;
import dev.chancery.key.KeyMetadata;
import dev.chancery.signature.Signature;
import dev.chancery.testkit.store.Together;
import dev.chancery.testkit.witness.JdkSignatures;
import dev.chancery.testkit.witness.Witnesses;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** A closed store answers nothing, not even from memory, and closing it breaks nothing. */
public interface ClosingRules extends Rules {
    /** How many signatures are made before a store that goes on signing is closed. */
    int SIGNATURES = 10;

    @Test
    default void after_close_nothing_works() {
        // A long TTL: everything below is remembered, and must not be served.
        KeyStore keys = tested().open(options -> options.stateTtl(Duration.ofHours(1)));
        KeyMetadata key = keys.generate(KeyRequest.of(tested().someSpec(), "invoices"));
        Signer signer = keys.signer(key.id());
        Verifier verifier = keys.verifier(key.id());
        byte[] signature = signer.sign(new byte[1]).value();
        List<ThrowingCallable> uses = List.of(
                () -> keys.generate(KeyRequest.of(tested().someSpec(), "late")),
                () -> keys.get(key.id()),
                () -> keys.resolve("invoices"),
                keys::list,
                keys::unusable,
                keys::rings,
                keys::capabilities,
                () -> keys.ring("certificate-signing"),
                () -> keys.signer(key.id()),
                () -> keys.verifier(key.id()),
                () -> keys.reencrypt(key.id()),
                signer::key,
                () -> signer.sign(new byte[1]),
                () -> signer.signAll(List.of(new byte[1])),
                () -> verifier.verify(new byte[1], signature));

        keys.close();

        for (ThrowingCallable use : uses) {
            assertThatIllegalStateException().isThrownBy(use).withMessageContaining(keys.location());
        }
    }

    /** As when a service stops in the middle of its work. Where the place has a lock, the store is closed while it waits for that. */
    @Test
    default void a_store_that_is_closed_while_it_makes_a_key_leaves_a_whole_one_or_none() throws Exception {
        KeyMetadata key = tested().key("invoices");
        KeyStore closing = tested().open(options -> options);
        Future<KeyMetadata> making;

        try (AutoCloseable held = tested().holdPlace()) {
            assertThat(held).isNotNull();
            making = Together.begin(() -> closing.generate(KeyRequest.of(tested().someSpec(), "contracts")));
            Together.close(tested().patience(), closing);
        }

        Optional<KeyMetadata> made = Together.answer(tested().patience(), making);
        KeyStore reopened = tested().open(options -> options);
        assertThat(reopened.unusable()).isEmpty();
        assertThat(reopened.list()).extracting(KeyMetadata::id).contains(key.id());
        made.ifPresent(
                late -> assertThat(reopened.list()).extracting(KeyMetadata::id).contains(late.id()));
        var unused = reopened.generate(KeyRequest.of(tested().someSpec(), "orders"));
        for (KeyMetadata each : reopened.list()) {
            Witnesses.confirm(
                    reopened, each, new byte[1], reopened.signer(each.id()).sign(new byte[1]));
        }
    }

    @Test
    default void what_a_store_signs_while_it_is_closed_is_right() throws Exception {
        KeyMetadata key = tested().key("invoices");
        KeyStore closing = tested().open(options -> options);
        Signer signer = closing.signer(key.id());
        CountDownLatch underWay = new CountDownLatch(SIGNATURES);
        Callable<List<Signature>> untilClosed = () -> {
            List<Signature> made = new ArrayList<>();
            try {
                while (true) {
                    made.add(signer.sign(new byte[1]));
                    underWay.countDown();
                }
            } catch (IllegalStateException | ChanceryException refused) {
                return made;
            }
        };
        List<Callable<List<Signature>>> tasks = new ArrayList<>(Collections.nCopies(4, untilClosed));
        tasks.add(() -> {
            assertThat(underWay.await(tested().patience().toNanos(), TimeUnit.NANOSECONDS))
                    .isTrue();
            closing.close();
            return List.of();
        });

        List<Signature> made =
                Together.run(tasks).stream().flatMap(List::stream).toList();

        assertThat(made)
                .hasSizeGreaterThanOrEqualTo(SIGNATURES)
                .allSatisfy(signature -> assertThat(JdkSignatures.verify(
                                key.publicKey(), signature.algorithm(), new byte[1], signature.value()))
                        .isTrue());
        Witnesses.confirm(
                tested().keys(),
                key,
                new byte[1],
                tested().keys().signer(key.id()).sign(new byte[1]));
    }

    @Test
    default void closing_twice_is_closing_once() {
        KeyStore keys = tested().open(options -> options);
        keys.close();
        keys.close();

        assertThatIllegalStateException().isThrownBy(keys::list);
    }

    @Test
    default void closing_one_leaves_the_others_open() {
        KeyMetadata key = tested().key("invoices");
        Signer signer = tested().keys().signer(key.id());
        KeyStore another = tested().open(options -> options);
        assertThat(another.list()).hasSize(1);

        another.close();

        Witnesses.confirm(tested().keys(), key, new byte[1], signer.sign(new byte[1]));
    }
}
