package dev.chancery.testkit.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyStore;
import dev.chancery.Keyring;
import dev.chancery.Signer;
import dev.chancery.error.KeyStateException;
import dev.chancery.interception.Operation;
import dev.chancery.interception.OperationInterceptor;
import dev.chancery.interception.Outcome;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyState;
import dev.chancery.signature.Verification;
import dev.chancery.testkit.store.SettableClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An interceptor knows of a compromise that the place has forgotten. */
class MarkKnownElsewhereTest {
    private static final byte[] MESSAGE = {1};

    private static final CompromisedSince SINCE = CompromisedSince.at(Shapes.NOW.minus(Duration.ofDays(1)));

    /** Knows the marks of some keys. */
    private static final class Memory implements OperationInterceptor {
        private final Map<String, CompromisedSince> marks;
        private final List<Optional<CompromisedSince>> stored = new ArrayList<>();

        Memory(Map<String, CompromisedSince> marks) {
            this.marks = marks;
        }

        @Override
        public void before(Operation operation) {}

        @Override
        public void after(Operation operation, Outcome outcome) {}

        @Override
        public Optional<CompromisedSince> compromisedSince(
                String store, KeyId key, String fingerprint, KeyAttributes said) {
            Optional<CompromisedSince> known = Optional.ofNullable(marks.get(fingerprint));
            known.ifPresent(any -> stored.add(said.compromisedSince()));
            return known;
        }
    }

    @ParameterizedTest
    @EnumSource
    void the_key_is_judged_by_it_and_the_next_change_writes_it_down(Shape shape) {
        Scene scene = new Scene(shape, new SettableClock(Shapes.NOW));
        try (KeyStore keys = scene.open()) {
            Keyring ring = keys.ring(Scene.RING);
            Signer signer = ring.signer();
            byte[] signature = signer.sign(MESSAGE).value();
            Memory memory = new Memory(Map.of(ring.current().fingerprint(), SINCE));
            keys.intercept(memory);

            assertThatThrownBy(() -> signer.sign(MESSAGE)).isInstanceOf(KeyStateException.class);
            assertThat(ring.verifier().verify(MESSAGE, signature).status()).isEqualTo(Verification.Status.COMPROMISED);
            assertThat(keys.get(scene.first).compromisedSince()).hasValue(SINCE);
            assertThat(keys.list()).allMatch(key -> key.state() == KeyState.COMPROMISED);
            assertThat(memory.stored).isNotEmpty().containsOnly(Optional.empty());

            assertThat(keys.compromise(scene.first, SINCE, "the store was put back")
                            .replacement())
                    .isPresent();
            assertThat(ring.signer().sign(MESSAGE).keyId()).isNotEqualTo(scene.first);
        }
        scene.passDay();
        try (KeyStore keys = scene.open()) {
            assertThat(keys.get(scene.first).compromisedSince()).hasValue(SINCE);
        }
    }
}
