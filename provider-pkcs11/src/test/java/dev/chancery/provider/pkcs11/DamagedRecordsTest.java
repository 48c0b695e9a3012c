package dev.chancery.provider.pkcs11;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.CompromiseReport;
import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.ChanceryException;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyState;
import dev.chancery.key.UnusableKey;
import dev.chancery.key.UnusableKey.Problem;
import dev.chancery.provider.pkcs11.binding.Ck;
import dev.chancery.provider.pkcs11.binding.CkAttributes;
import dev.chancery.provider.pkcs11.sessions.TokenConnection;
import dev.chancery.testkit.store.SettableClock;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One object that makes no sense, or that a newer version wrote, is one line of a list; everything else works. */
class DamagedRecordsTest extends OnEmptySoftHsm {
    private static final byte[] MESSAGE = {1, 2, 3};

    private final SettableClock clock = new SettableClock(Instant.now());

    /** A clock that stands still but where core waits: the token settles at once. */
    private KeyStore open() {
        return KeyStores.open(
                SoftHsm.uri(shim.library()), Tokens.options().clock(clock).build());
    }

    private static void write(byte[] label, byte[] value) {
        try (TokenConnection token = Tokens.connect(shim)) {
            token.change(
                    "Making an object",
                    session -> session.cryptoki()
                            .create(new CkAttributes()
                                    .with(Ck.CKA_CLASS, Ck.CKO_DATA)
                                    .with(Ck.CKA_TOKEN, true)
                                    .with(Ck.CKA_PRIVATE, true)
                                    .with(Ck.CKA_APPLICATION, "chancery")
                                    .with(Ck.CKA_LABEL, new String(label, StandardCharsets.ISO_8859_1))
                                    .with(Ck.CKA_VALUE, value)));
        }
    }

    private static void write(String label, byte[] value) {
        write(label.getBytes(StandardCharsets.UTF_8), value);
    }

    /** A sound key in a ring, and one whose record is spoilt. */
    private String spoil(byte[] value) {
        try (KeyStore store = open()) {
            store.generate(KeyRequest.builder(KeySpec.EC_P256)
                    .name("sound")
                    .ring("billing")
                    .build());
            String id = store.generate(KeyRequest.of(KeySpec.EC_P256, "spoilt"))
                    .id()
                    .value();
            write(id, value);
            return id;
        }
    }

    private void everythingElseWorks(KeyStore store) {
        KeyMetadata sound = store.get(store.resolve("sound"));
        Tokens.confirm(sound, MESSAGE, store.signer(sound.id()).sign(MESSAGE));
        assertThat(store.list()).extracting(KeyMetadata::id).contains(sound.id());
        assertThat(store.rings()).hasSize(1);
        assertThat(store.generate(KeyRequest.of(KeySpec.EC_P256, "another")).state())
                .isEqualTo(KeyState.ACTIVE);
        CompromiseReport report = store.compromise(sound.id(), CompromisedSince.UNKNOWN, "stolen");
        assertThat(report.steps())
                .allSatisfy(step -> assertThat(step.done()).as(step.toString()).isTrue());
        assertThat(store.get(sound.id()).state()).isEqualTo(KeyState.COMPROMISED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "?",
                "chancery-key/2",
                "chancery-key/2\nstate=\u0000\n",
                "\ufeffchancery-key/2\n\n",
                "chancery-key/x\n"
            })
    void a_damaged_object_is_one_line(String value) {
        String id = spoil(value.getBytes(StandardCharsets.UTF_8));
        try (KeyStore store = open()) {
            assertThat(store.unusable()).singleElement().satisfies(key -> {
                assertThat(key.id().value()).isEqualTo(id);
                assertThat(key.problem()).isEqualTo(Problem.DAMAGED);
            });
            everythingElseWorks(store);
            store.compromise(store.resolve(id), CompromisedSince.UNKNOWN, "stolen");
            assertThat(store.list())
                    .filteredOn(key -> key.id().value().equals(id))
                    .extracting(KeyMetadata::state)
                    .containsExactly(KeyState.COMPROMISED);
        }
    }

    @Test
    void an_object_that_is_no_text_is_one_line() {
        byte[] noise = new byte[5000];
        new Random(1).nextBytes(noise);
        String id = spoil(noise);
        try (KeyStore store = open()) {
            assertThat(store.unusable())
                    .extracting(UnusableKey::id)
                    .extracting(Object::toString)
                    .containsExactly(id);
            everythingElseWorks(store);
        }
    }

    @Test
    void objects_that_are_no_keys_are_passed_over() {
        for (String label :
                new String[] {"", "\u0000", "a:b:c:", "x".repeat(2000), "\u00ff\u00fe", "%", "no-id", "a:0"}) {
            write(label, new byte[] {1});
        }
        try (KeyStore store = open()) {
            store.generate(KeyRequest.builder(KeySpec.EC_P256)
                    .name("sound")
                    .ring("billing")
                    .build());
            assertThat(store.unusable()).isEmpty();
            everythingElseWorks(store);
        }
    }

    @Test
    void a_record_of_a_newer_format_is_read_only() {
        String id = spoil("chancery-key/9\nid=whatever\n".getBytes(StandardCharsets.UTF_8));
        try (KeyStore store = open()) {
            assertThat(store.unusable()).singleElement().satisfies(key -> {
                assertThat(key.id().value()).isEqualTo(id);
                assertThat(key.problem()).isEqualTo(Problem.UNSUPPORTED);
                assertThat(key.reason()).contains("newer");
            });
            everythingElseWorks(store);
            assertThatThrownBy(() -> store.changeState(store.resolve(id), KeyState.SUSPENDED, "on hold"))
                    .isInstanceOf(ChanceryException.class)
                    .hasMessageContaining("newer");
            CompromiseReport report = store.compromise(store.resolve(id), CompromisedSince.UNKNOWN, "stolen");
            assertThat(report.steps())
                    .anySatisfy(step -> assertThat(step.done()).isFalse());
            assertThat(store.unusable()).hasSize(1);
        }
    }
}
