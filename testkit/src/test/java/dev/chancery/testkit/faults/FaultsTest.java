package dev.chancery.testkit.faults;

import static dev.chancery.testkit.memory.Shapes.generation;
import static dev.chancery.testkit.memory.Shapes.make;
import static dev.chancery.testkit.memory.Shapes.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.error.ConfigurationException;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.interception.Operation;
import dev.chancery.interception.OperationType;
import dev.chancery.interception.Outcome;
import dev.chancery.key.KeyName;
import dev.chancery.spi.Claim;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreProvider;
import dev.chancery.spi.PutResult;
import dev.chancery.spi.StoredKey;
import dev.chancery.testkit.memory.FieldwiseMemoryProvider;
import dev.chancery.testkit.memory.LockedMemoryProvider;
import dev.chancery.testkit.memory.Shapes;
import dev.chancery.testkit.store.SettableClock;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class FaultsTest {
    private final SettableClock clock = new SettableClock(Shapes.NOW);
    private final String name = UUID.randomUUID().toString();
    private final KeyBackend honest = Shapes.open(new LockedMemoryProvider(), "memory:" + name, clock);

    private KeyBackend behind(Fault... faults) {
        return behind(new LockedMemoryProvider(), "memory:" + name, faults);
    }

    private KeyBackend behind(KeyStoreProvider provider, String uri, Fault... faults) {
        return Shapes.open(new FaultyKeyStoreProvider(), FaultyKeyStoreProvider.uri(provider, uri, faults), clock);
    }

    @Test
    void a_faulty_store_is_the_store_behind_it() {
        KeyBackend faulty = behind();

        assertThat(faulty.location()).isEqualTo("memory:" + name);
        assertThat(faulty.traits()).isEqualTo(honest.traits());
        assertThat(faulty.abilities().importsKeys()).isPresent();
        assertThat(faulty.abilities().switchesKeys()).isEmpty();
        assertThatThrownBy(() -> Shapes.open(new FaultyKeyStoreProvider(), "faulty:unknown", clock))
                .isInstanceOf(ConfigurationException.class);
    }

    @Test
    void a_change_whose_answer_is_lost_is_done() {
        KeyBackend faulty = behind(LostAnswer.ofChange(2));
        StoredKey key = make(faulty, "one");

        assertThatThrownBy(() -> put(faulty, key, changed -> changed.label("a", "b")))
                .isInstanceOf(StoreUnavailableException.class);

        StoredKey standing = faulty.find(key.id()).orElseThrow();
        assertThat(Shapes.record(standing).attributes().labels()).containsEntry("a", "b");
        assertThat(put(faulty, standing, changed -> changed.label("c", "d"))).isInstanceOf(PutResult.Written.class);
    }

    @Test
    void a_process_that_crashes_has_done_its_last_change_and_does_nothing_more() {
        KeyBackend faulty = behind(Crash.afterChange(1));

        assertThatThrownBy(() -> make(faulty, "one")).isInstanceOf(Crash.Crashed.class);
        assertThatThrownBy(() -> faulty.list()).isInstanceOf(Crash.Crashed.class);
        assertThatThrownBy(() -> make(faulty, "two")).isInstanceOf(Crash.Crashed.class);
        assertThat(honest.list()).hasSize(1);
    }

    @Test
    void another_instance_acts_between_a_read_and_its_write() {
        StoredKey key = make(honest, "one");
        Interleaving moment =
                Interleaving.beforeChange(1, () -> put(honest, key, changed -> changed.label("by", "other")));
        KeyBackend faulty = behind(moment);
        StoredKey read = faulty.find(key.id()).orElseThrow();
        assertThat(moment.hasHappened()).isFalse();

        PutResult result = put(faulty, read, changed -> changed.label("by", "first"));

        assertThat(moment.hasHappened()).isTrue();
        assertThat(result).isInstanceOf(PutResult.Overtaken.class);
    }

    @Test
    void a_stale_look_misses_the_last_writes_until_they_have_settled() {
        String uri = "memory-fields:" + name;
        StaleReads stale = StaleReads.missing(2, clock);
        KeyBackend faulty = behind(new FieldwiseMemoryProvider(), uri, stale);
        StoredKey key = make(faulty, "one");
        assertThat(faulty.find(key.id())).isEmpty();
        assertThat(faulty.list()).isEmpty();

        clock.advance(faulty.traits().settle());
        put(faulty, key, changed -> changed.signUntil(Shapes.NOW.plusSeconds(9)));
        Claim claim = faulty.abilities().claimsGenerations().orElseThrow().claim(generation(1), key.id());
        assertThat(claim.holder()).isEqualTo(key.id());
        assertThat(faulty.find(key.id())).contains(key);
        assertThat(faulty.find(faulty.parse("one"))).contains(key);
        assertThat(faulty.abilities().claimsGenerations().orElseThrow().claims(new KeyName("sign")))
                .isEmpty();

        clock.advance(Duration.ofSeconds(1));
        put(faulty, key, changed -> changed.verifyUntil(Shapes.NOW.plusSeconds(9)));
        assertThat(faulty.find(key.id())
                        .map(Shapes::record)
                        .orElseThrow()
                        .attributes()
                        .signUntil())
                .contains(Shapes.NOW.plusSeconds(9));
        assertThat(faulty.find(key.id())
                        .map(Shapes::record)
                        .orElseThrow()
                        .attributes()
                        .verifyUntil())
                .isEmpty();

        clock.advance(faulty.traits().settle());
        assertThat(faulty.find(key.id())
                        .map(Shapes::record)
                        .orElseThrow()
                        .attributes()
                        .verifyUntil())
                .contains(Shapes.NOW.plusSeconds(9));
        assertThat(faulty.abilities().claimsGenerations().orElseThrow().holder(generation(1)))
                .contains(key.id());
    }

    @Test
    void a_place_that_settles_at_once_is_never_stale() {
        KeyBackend faulty = behind(StaleReads.missing(2, clock));
        StoredKey key = make(faulty, "one");

        assertThat(faulty.find(key.id())).contains(key);
    }

    @Test
    void a_change_outside_a_step_fails() {
        StepGuard guard = new StepGuard();
        KeyBackend faulty = behind(guard);
        Operation step = new Operation.Builder("1", OperationType.GENERATE, "memory:").build();
        Operation use = new Operation.Builder("2", OperationType.SIGN, "memory:").build();

        assertThatThrownBy(() -> make(faulty, "one")).isInstanceOf(AssertionError.class);
        guard.before(use);
        assertThatThrownBy(() -> make(faulty, "one")).isInstanceOf(AssertionError.class);
        guard.before(step);
        assertThatCode(() -> make(faulty, "one")).doesNotThrowAnyException();
        guard.after(step, new Outcome.Done("made"));
        assertThatThrownBy(() -> make(faulty, "two")).isInstanceOf(AssertionError.class);
        assertThat(honest.list()).hasSize(1);
    }

    @Test
    void calls_are_listed_and_counted() {
        CallLog log = new CallLog();
        KeyBackend faulty = behind(log);
        StoredKey key = make(faulty, "one");
        put(faulty, faulty.find(key.id()).orElseThrow(), changed -> changed.label("a", "b"));

        assertThat(log.takeCalls()).extracting(BackendCall::name).containsExactly("create", "find", "put");
        make(faulty, "two");
        assertThat(log.takeChanges()).isEqualTo(1);
        assertThat(log.takeCalls()).isEmpty();
    }
}
