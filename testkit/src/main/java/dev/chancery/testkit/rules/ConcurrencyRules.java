package dev.chancery.testkit.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.Signer;
import dev.chancery.Verifier;
import dev.chancery.error.KeyExistsException;
import dev.chancery.key.KeyMetadata;
import dev.chancery.signature.Signature;
import dev.chancery.spi.Traits;
import dev.chancery.testkit.store.StoreUnderTest;
import dev.chancery.testkit.store.Together;
import dev.chancery.testkit.witness.JdkSignatures;
import dev.chancery.testkit.witness.Witnesses;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Many threads, and threads that somebody wants to stop. */
public interface ConcurrencyRules extends Rules {
    /** How many threads at once. */
    int THREADS = 16;

    /** How many signatures each of them makes and verifies. */
    int SIGNATURES_OF_A_THREAD = 10;

    @Test
    default void sixteen_threads_share_one_signer_and_one_verifier() throws Exception {
        KeyMetadata key = tested().key("invoices");
        Signer signer = tested().keys().signer(key.id());
        Verifier verifier = tested().keys().verifier(key.id());
        List<Callable<List<Boolean>>> tasks = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            byte mark = (byte) thread;
            tasks.add(() -> {
                List<Boolean> answers = new ArrayList<>();
                for (byte i = 0; i < SIGNATURES_OF_A_THREAD; i++) {
                    byte[] message = {mark, i};
                    Signature signature =
                            i % 2 == 0 ? signer.sign(message) : signer.sign(new ByteArrayInputStream(message));
                    answers.add(verifier.verify(message, signature.value()).isValid()
                            && JdkSignatures.verify(
                                    key.publicKey(), signature.algorithm(), message, signature.value()));
                }
                return answers;
            });
        }

        List<List<Boolean>> answers = Together.run(tasks);

        assertThat(answers)
                .hasSize(THREADS)
                .allSatisfy(ofOneThread ->
                        assertThat(ofOneThread).hasSize(SIGNATURES_OF_A_THREAD).containsOnly(true));
    }

    @Test
    @Tag("virtual-threads")
    default void a_thousand_virtual_threads_share_one_signer() throws Exception {
        KeyMetadata key = tested().key("invoices");
        Signer signer = tested().keys().signer(key.id());
        List<Callable<Signature>> tasks = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            byte[] message = message(i);
            tasks.add(() -> signer.sign(message));
        }

        List<Signature> signatures = Together.runOnVirtualThreads(tasks);

        for (int i = 0; i < 1000; i++) {
            Signature signature = signatures.get(i);
            assertThat(JdkSignatures.verify(key.publicKey(), signature.algorithm(), message(i), signature.value()))
                    .isTrue();
        }
    }

    private static byte[] message(int number) {
        return ByteBuffer.allocate(4).putInt(number).array();
    }

    @Test
    default void of_many_who_want_a_name_one_gets_it() throws Exception {
        Callable<Boolean> contender = () -> {
            try {
                return tested().key("invoices").created().equals(StoreUnderTest.START);
            } catch (KeyExistsException taken) {
                return false;
            }
        };

        List<Boolean> got = Together.run(Collections.nCopies(8, contender));

        if (tested().traits().names() == Traits.Names.EXCLUSIVE) {
            assertThat(got).containsOnlyOnce(true);
        } else {
            assertThat(got).as("the place itself refuses no second one").contains(true);
        }
        assertThat(tested().keys().list()).hasSize(Collections.frequency(got, true));
    }

    @Test
    default void an_interrupted_thread_signs_and_generates_and_stays_interrupted() {
        KeyMetadata key = tested().key("invoices");
        Signer signer = tested().keys().signer(key.id());

        Thread.currentThread().interrupt();
        Signature first;
        KeyMetadata made;
        Signature second;
        boolean interrupted;
        try {
            first = signer.sign(new byte[1]);
            made = tested().key("made-while-interrupted");
            second = tested().keys().signer(made.id()).sign(new byte[1]);
        } finally {
            interrupted = Thread.interrupted();
        }

        assertThat(interrupted).isTrue();
        Witnesses.confirm(tested().keys(), key, new byte[1], first);
        Witnesses.confirm(tested().keys(), made, new byte[1], second);
        Witnesses.confirm(tested().keys(), key, new byte[1], signer.sign(new byte[1]));
    }
}
