package dev.chancery.testkit.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyStore;
import dev.chancery.Signer;
import dev.chancery.Verifier;
import dev.chancery.caller.Caller;
import dev.chancery.error.AuditUnavailableException;
import dev.chancery.error.KeyNotFoundException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.health.HealthLevel;
import dev.chancery.health.HealthReport;
import dev.chancery.health.Subject;
import dev.chancery.interception.Operation;
import dev.chancery.interception.OperationInterceptor;
import dev.chancery.interception.OperationType;
import dev.chancery.interception.Outcome;
import dev.chancery.interception.SignPurpose;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyState;
import dev.chancery.signature.Signature;
import dev.chancery.signature.VerifyOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That nothing which uses or changes a key goes past an interceptor. */
public interface InterceptionRules extends Rules {

    /** What an interceptor saw: an operation before its step, or after it with what came of it. */
    record Seen(Operation operation, Optional<Outcome> outcome) {
        <T extends Outcome> T outcome(Class<T> kind) {
            return kind.cast(outcome.orElseThrow());
        }

        @Override
        public String toString() {
            return operation.type() + " "
                    + outcome.map(what -> what.getClass().getSimpleName()).orElse("before");
        }
    }

    /** Writes down what it sees, and says no where it is told to. */
    final class Witness implements OperationInterceptor {
        final List<Seen> seen = new CopyOnWriteArrayList<>();
        private volatile boolean refusing;

        private Witness() {}

        /** A witness of everything that happens to a store from now on. */
        static Witness of(KeyStore keys) {
            Witness witness = new Witness();
            keys.intercept(witness);
            return witness;
        }

        @Override
        public void before(Operation operation) {
            seen.add(new Seen(operation, Optional.empty()));
        }

        @Override
        public void after(Operation operation, Outcome outcome) {
            seen.add(new Seen(operation, Optional.of(outcome)));
            if (refusing) {
                throw new AuditUnavailableException("There is no room to write this down.", null);
            }
        }

        List<String> lines() {
            return seen.stream().map(Seen::toString).toList();
        }

        Operation only(OperationType type) {
            List<Operation> operations = seen.stream()
                    .map(Seen::operation)
                    .filter(operation -> operation.type() == type)
                    .distinct()
                    .toList();
            assertThat(operations).hasSize(1);
            return operations.get(0);
        }
    }

    @Test
    default void every_way_to_sign_is_seen_before_and_after(@TempDir Path directory) throws IOException {
        KeyMetadata key = tested().key("watched");
        Signer signer = tested().keys().signer(key.id());
        Witness witness = Witness.of(tested().keys());
        byte[] message = {1, 2, 3};
        Path file = Files.write(directory.resolve("message"), message);

        Signature signature = signer.sign(message);
        signer.sign(new ByteArrayInputStream(message));
        signer.sign(file);
        signer.signAll(List.of(message, message));
        signer.as(Caller.of("alice")).sign(message);

        assertThat(witness.lines()).hasSize(10).containsOnly("SIGN before", "SIGN Signed");
        assertThat(witness.seen.stream().map(seen -> seen.operation().id()).distinct())
                .hasSize(5);
        Seen first = witness.seen.get(1);
        assertThat(first.operation().key().orElseThrow().id()).isEqualTo(key.id());
        assertThat(first.operation().algorithm()).hasValue(signature.algorithm());
        assertThat(first.operation().purpose()).hasValue(SignPurpose.DATA);
        assertThat(first.operation().caller()).isEmpty();
        assertThat(first.operation().inputs()).hasSize(1);
        assertThat(first.outcome(Outcome.Signed.class).signatures()).containsExactly(signature);
        assertThat(witness.seen.get(7).operation().inputs()).hasSize(2);
        assertThat(witness.seen.get(9).operation().caller()).hasValue(Caller.of("alice"));
        if (signature.algorithm().digest().isPresent()) {
            signer.signDigest(new byte[signature.algorithm().digestLength()]);
            assertThat(witness.lines()).hasSize(12);
        } else {
            assertThatThrownBy(() -> signer.signDigest(new byte[64])).isInstanceOf(UnsupportedException.class);
            assertThat(witness.lines()).hasSize(10);
        }
    }

    @Test
    default void a_signature_that_an_interceptor_withholds_is_seen_by_nobody() {
        KeyMetadata key = tested().key("watched");
        Signer signer = tested().keys().signer(key.id());
        Witness witness = Witness.of(tested().keys());
        witness.refusing = true;

        assertThatThrownBy(() -> signer.sign(new byte[1])).isInstanceOf(AuditUnavailableException.class);

        witness.refusing = false;
        assertThat(signer.sign(new byte[1]).keyId()).isEqualTo(key.id());
    }

    @Test
    default void every_answer_of_a_verifier_is_seen() throws IOException {
        KeyMetadata key = tested().key("watched");
        byte[] signature = tested().keys().signer(key.id()).sign(new byte[1]).value();
        Verifier verifier = tested().keys().verifier(key.id());
        Witness witness = Witness.of(tested().keys());

        verifier.verify(new byte[1], signature);
        verifier.verify(new byte[2], signature);
        verifier.verify(new ByteArrayInputStream(new byte[1]), signature, VerifyOptions.DEFAULT);

        assertThat(witness.lines())
                .containsExactly(
                        "VERIFY before", "VERIFY Verified",
                        "VERIFY before", "VERIFY Verified",
                        "VERIFY before", "VERIFY Verified");
        assertThat(witness.seen.get(1).operation().signature().orElseThrow()).isEqualTo(signature);
        assertThat(witness.seen
                        .get(3)
                        .outcome(Outcome.Verified.class)
                        .verification()
                        .isValid())
                .isFalse();
    }

    @Test
    default void what_was_refused_before_the_store_was_asked_is_seen_as_denied() {
        Witness witness = Witness.of(tested().keys());
        KeyId nobody = tested().id("nobody");

        assertThatThrownBy(() -> tested().keys().changeState(nobody, KeyState.DEACTIVATED, "gone"))
                .isInstanceOfAny(KeyNotFoundException.class, UnsupportedException.class);
        assertThatThrownBy(() -> tested().keys().signer(nobody)).isInstanceOf(KeyNotFoundException.class);

        assertThat(witness.lines()).containsExactly("DEACTIVATE Denied", "SIGN Denied");
    }

    @Test
    default void a_healthy_store_signs_its_own_bytes_and_says_so() {
        KeyMetadata key = tested().key("watched");
        Witness witness = Witness.of(tested().keys());

        HealthReport report = tested().keys().health(HealthLevel.SIGN);

        assertThat(report.isReady()).as("%s", report.findings()).isTrue();
        assertThat(report.findings())
                .anySatisfy(found -> assertThat(found.subject())
                        .isEqualTo(Subject.key(key.id().value())));
        Operation test = witness.only(OperationType.SIGN);
        assertThat(test.purpose()).hasValue(SignPurpose.SELF_TEST);
        assertThat(test.parent().orElseThrow().type()).isEqualTo(OperationType.HEALTH);
    }

    @Test
    default void a_store_without_a_key_to_sign_with_is_not_healthy() {
        KeyStore keys = tested().keys();

        assertThat(keys.health(HealthLevel.READ).isReady()).isFalse();

        var unused = tested().key("watched");
        assertThat(keys.health(HealthLevel.READ).isReady()).isTrue();
        assertThat(keys.health(HealthLevel.SIGN).isReady()).isTrue();
    }
}
