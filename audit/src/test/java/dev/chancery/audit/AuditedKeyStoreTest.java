package dev.chancery.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.Signer;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.audit.internal.line.LogLine;
import dev.chancery.audit.options.AuditMode;
import dev.chancery.audit.options.AuditOptions;
import dev.chancery.audit.reading.AuditReader;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.audit.record.EventType;
import dev.chancery.audit.record.StoredRecord;
import dev.chancery.caller.Caller;
import dev.chancery.error.KeyStateException;
import dev.chancery.error.PolicyViolationException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.health.HealthLevel;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyState;
import dev.chancery.rotation.RotationPolicy;
import dev.chancery.signature.Signature;
import dev.chancery.spi.support.Sha256;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is on record of each thing that is done with a store. */
class AuditedKeyStoreTest {
    private static final byte[] MESSAGE = "a contract".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    private Path log;

    private KeyStore store;

    @AfterEach
    void close() {
        if (store != null) {
            store.close();
        }
    }

    private KeyStore open(UnaryOperator<AuditOptions.Builder> options) {
        store = AuditedKeyStore.wrap(
                KeyStores.open("memory:"),
                AuditLog.open(
                        log,
                        Logs.SIGNER,
                        options.apply(AuditOptions.builder().quiet()).build()));
        return store;
    }

    private KeyStore open() {
        return open(UnaryOperator.identity());
    }

    private KeyMetadata key() {
        return store.generate(KeyRequest.of(KeySpec.EC_P256, "release"));
    }

    /** Closes the store and reads its log, but for what the log tells of itself. */
    private List<AuditRecord> records() {
        store.close();
        assertThat(Logs.verify(log).problems()).isEmpty();
        try (var records = AuditReader.read(log)) {
            return records.map(StoredRecord::record)
                    .filter(record -> record.event().type() != EventType.LOG)
                    .toList();
        }
    }

    private static List<String> events(List<AuditRecord> records) {
        return records.stream().map(record -> record.event().name()).toList();
    }

    private static String field(AuditRecord record, String name) {
        return record.field(name).orElse("");
    }

    @Test
    void hands_on_what_a_store_of_another_make_refuses() {
        for (Method method : KeyStore.class.getMethods()) {
            boolean composed = List.of("signer", "verifier", "compromise").contains(method.getName());
            if (method.isDefault() && !composed) {
                assertThat(AuditedKeyStore.class.getDeclaredMethods())
                        .as(method.toString())
                        .anySatisfy(own -> {
                            assertThat(own.getName()).isEqualTo(method.getName());
                            assertThat(own.getParameterTypes()).isEqualTo(method.getParameterTypes());
                        });
            }
        }
    }

    @Test
    void a_signature_is_one_operation_with_who_what_which_key_and_from_where() {
        open();
        Signer signer = store.signer(key().id());
        Signature signature;
        try (Caller.Scope scope = Caller.of("alice")
                .ip("10.0.0.7")
                .userAgent("issuer/2.1")
                .correlationId("t-1")
                .enter()) {
            signature = signer.sign(MESSAGE);
        }

        List<AuditRecord> records = records();
        assertThat(events(records))
                .containsExactly("CHANGE_INTENDED", "KEY_GENERATED", "KEY_USED", "SIGNATURE_GENERATED");
        AuditRecord made = records.get(3);
        assertThat(field(made, "op_id")).isEqualTo(field(records.get(2), "op_id"));
        assertThat(field(made, "operation")).isEqualTo("sign");
        assertThat(field(made, "outcome")).isEqualTo("done");
        assertThat(field(made, "purpose")).isEqualTo("DATA");
        assertThat(field(made, "store")).isEqualTo("memory:");
        assertThat(field(made, "key_id")).isEqualTo("release");
        assertThat(field(made, "algorithm")).isEqualTo("ECDSA_SHA256");
        assertThat(field(made, "digest")).isEqualTo("sha256:" + Sha256.hex(MESSAGE));
        assertThat(field(made, "signature_sha256")).isEqualTo(Sha256.hex(signature.value()));
        assertThat(field(made, "user_id")).isEqualTo("alice");
        assertThat(field(made, "ip_address")).isEqualTo("10.0.0.7");
        assertThat(field(made, "user_agent")).isEqualTo("issuer/2.1");
        assertThat(field(made, "correlation_id")).isEqualTo("t-1");
    }

    @Test
    void nobody_is_recorded_as_nobody() {
        open();
        store.signer(key().id()).sign(MESSAGE);

        assertThat(records())
                .allSatisfy(record -> assertThat(record.field("user_id")).isEmpty());
    }

    @Test
    void signers_that_were_handed_out_before_are_audited_too() {
        KeyStore bare = KeyStores.open("memory:");
        Signer early = bare.signer(
                bare.generate(KeyRequest.of(KeySpec.EC_P256, "release")).id());
        store = AuditedKeyStore.wrap(bare, Logs.open(log));

        early.sign(MESSAGE);

        assertThat(events(records())).containsExactly("KEY_USED", "SIGNATURE_GENERATED");
    }

    @Test
    void the_answer_of_a_verification_is_recorded_valid_or_not() {
        open();
        KeyMetadata key = key();
        byte[] signature = store.signer(key.id()).sign(MESSAGE).value();

        store.verifier(key.id()).verify(MESSAGE, signature);
        store.verifier(key.id()).verify(new byte[1], signature);

        List<AuditRecord> answers = records().stream()
                .filter(record -> record.event() == AuditEvent.VERIFICATION_PERFORMED)
                .toList();
        assertThat(answers).extracting(record -> field(record, "outcome")).containsExactly("valid", "invalid");
        assertThat(answers)
                .allSatisfy(
                        record -> assertThat(field(record, "signature_sha256")).isEqualTo(Sha256.hex(signature)));
    }

    @Test
    void a_denial_is_recorded_with_reason_and_state() {
        open();
        KeyMetadata key = key();
        Signer signer = store.signer(key.id());
        store.changeState(key.id(), KeyState.DEACTIVATED, "no longer issued from");

        assertThatThrownBy(() -> signer.sign(MESSAGE)).isInstanceOf(KeyStateException.class);

        List<AuditRecord> records = records();
        AuditRecord denied = records.get(records.size() - 1);
        assertThat(denied.event()).isEqualTo(AuditEvent.DENIED);
        assertThat(field(denied, "key_state")).isEqualTo("DEACTIVATED");
        assertThat(field(denied, "reason")).contains("DEACTIVATED");
        assertThat(events(records)).doesNotContain("KEY_USED");
    }

    @Test
    void an_adoption_is_on_record_with_the_generation_of_each_key() {
        open();
        KeyMetadata older = key();
        KeyMetadata younger = store.generate(KeyRequest.of(KeySpec.EC_P256, "younger"));
        store.adopt("issuing", List.of(younger.id(), older.id()));

        List<AuditRecord> rotated = records().stream()
                .filter(record -> record.event() == AuditEvent.KEY_ROTATED)
                .filter(record -> field(record, "outcome").equals("done"))
                .toList();
        assertThat(rotated).extracting(record -> field(record, "ring")).containsOnly("issuing");
        assertThat(rotated)
                .extracting(record -> field(record, "generation") + " " + field(record, "key_id"))
                .containsExactly("1 " + older.id(), "2 " + younger.id());
    }

    @Test
    void lifecycle_steps_have_an_intent_and_an_outcome() {
        open();
        KeyMetadata first = store.generate(
                KeyRequest.builder(KeySpec.EC_P256).ring("issuing").build());
        store.ring("issuing").rotate(RotationPolicy.PRODUCTION);
        store.compromise(first.id(), CompromisedSince.UNKNOWN, "stolen");
        store.changeState(first.id(), KeyState.COMPROMISED, "again");

        List<AuditRecord> records = records();
        assertThat(events(records)).contains("KEY_GENERATED", "KEY_ROTATED", "KEY_STATE_CHANGED", "KEY_COMPROMISED");
        long intents = records.stream()
                .filter(record -> record.event() == AuditEvent.CHANGE_INTENDED)
                .count();
        long outcomes = records.stream()
                .filter(record -> record.event().type() == EventType.KEY_LIFECYCLE)
                .count();
        assertThat(outcomes).isEqualTo(2 * intents);
        assertThat(Logs.verify(log).notices()).isEmpty();
        AuditRecord compromised = records.stream()
                .filter(record -> record.event() == AuditEvent.KEY_COMPROMISED)
                .findFirst()
                .orElseThrow();
        assertThat(field(compromised, "reason")).isEqualTo("stolen");
        assertThat(field(compromised, "to_state")).isEqualTo("COMPROMISED");
        AuditRecord rotated = records.stream()
                .filter(record -> field(record, "generation").equals("2"))
                .findFirst()
                .orElseThrow();
        assertThat(field(rotated, "parent_operation")).isEqualTo("rotate");
    }

    @Test
    void test_signatures_of_health_are_on_record_as_such() {
        open();
        key();
        store.health(HealthLevel.SIGN);

        List<AuditRecord> records = records();
        AuditRecord test = records.get(records.size() - 1);
        assertThat(test.event()).isEqualTo(AuditEvent.SIGNATURE_GENERATED);
        assertThat(field(test, "purpose")).isEqualTo("SELF_TEST");
        assertThat(field(test, "parent_operation")).isEqualTo("health");
    }

    @Test
    void a_log_can_require_a_caller() {
        open(options -> options.callerRequired(true));
        Signer signer = store.signer(key().id());

        assertThatThrownBy(() -> signer.sign(MESSAGE))
                .isInstanceOf(PolicyViolationException.class)
                .hasMessageContaining("requires a caller");
        signer.as(Caller.of("alice")).sign(MESSAGE);

        assertThat(events(records()))
                .containsExactly("CHANGE_INTENDED", "KEY_GENERATED", "DENIED", "KEY_USED", "SIGNATURE_GENERATED");
    }

    @Test
    void personal_fields_can_be_hidden_and_stay_equal() {
        byte[] secret = new byte[32];
        open(options -> options.pseudonymKey(new SecretKeySpec(secret, "HmacSHA256")));
        Signer signer = store.signer(key().id());
        signer.as(Caller.of("alice").ip("10.0.0.7")).sign(MESSAGE);
        signer.as(Caller.of("alice").ip("10.0.0.8")).sign(MESSAGE);

        List<AuditRecord> made = records().stream()
                .filter(record -> record.event() == AuditEvent.SIGNATURE_GENERATED)
                .toList();
        assertThat(field(made.get(0), "user_id")).startsWith("hmac:").hasSize(69);
        assertThat(field(made.get(0), "user_id")).isEqualTo(field(made.get(1), "user_id"));
        assertThat(field(made.get(0), "ip_address")).isNotEqualTo(field(made.get(1), "ip_address"));
        assertThat(made.toString()).doesNotContain("alice", "10.0.0");
    }

    @Test
    void what_comes_from_outside_forges_no_record() {
        open();
        String forged = "x\n{\"seq\":9}\r\u001b[31m\u0085\u2028\u2029\"\\\u0000\u009b31m\u202e\ud800\u007f"
                + "A".repeat(1 << 20);
        store.signer(key().id()).as(Caller.of("mallory").userAgent(forged)).sign(MESSAGE);

        List<AuditRecord> records = records();
        assertThat(records).hasSize(4);
        AuditRecord made = records.get(3);
        assertThat(field(made, "user_agent")).hasSize(AuditRecord.MAX_TEXT).startsWith("x\n{\"seq\":9}");
        assertThat(made.list("cut")).containsExactly("user_agent");
        String line = new String(LogLine.body(made), StandardCharsets.ISO_8859_1);
        assertThat(line.chars().filter(c -> c < ' ' || c > '~').count()).isZero();
    }

    @Test
    void a_batch_is_one_operation_and_waits_once() {
        open();
        store.signer(key().id()).signAll(List.of(MESSAGE, new byte[1], new byte[2]));

        List<AuditRecord> records = records();
        assertThat(events(records).subList(2, 8))
                .containsExactly(
                        "KEY_USED",
                        "KEY_USED",
                        "KEY_USED",
                        "SIGNATURE_GENERATED",
                        "SIGNATURE_GENERATED",
                        "SIGNATURE_GENERATED");
        assertThat(records.subList(2, 8).stream()
                        .map(record -> field(record, "op_id"))
                        .distinct())
                .hasSize(1);
    }

    @Test
    void strict_means_that_the_use_is_durable_before_the_store_is_asked() {
        open(options -> options.mode(AuditMode.STRICT));
        store.signer(key().id()).sign(MESSAGE);

        assertThat(events(records())).endsWith("KEY_USED", "SIGNATURE_GENERATED");
    }

    /** A user's own wrapper goes around the audited store, where it hides nothing. */
    @Test
    void a_store_that_core_did_not_make_is_refused() {
        KeyStore wrapper = (KeyStore) Proxy.newProxyInstance(
                KeyStore.class.getClassLoader(),
                new Class<?>[] {KeyStore.class},
                (proxy, method, arguments) ->
                        method.isDefault() ? InvocationHandler.invokeDefault(proxy, method, arguments) : "wrapped:");

        try (AuditLog open = Logs.open(log)) {
            assertThatThrownBy(() -> AuditedKeyStore.wrap(wrapper, open))
                    .isInstanceOf(UnsupportedException.class)
                    .hasMessageContaining("wrapped:")
                    .hasMessageContaining("core did not make it");
        }
    }

    @Test
    void to_sign_nothing_is_nothing_to_record() {
        open(options -> options.queue(1_024, Duration.ofMinutes(5)));

        assertThat(store.signer(key().id()).signAll(List.of())).isEmpty();
    }

    @Test
    void interrupts_and_cancels_lose_no_record_and_poison_no_writer() throws Exception {
        open(options -> options.queue(1_024, Duration.ofSeconds(30)));
        Signer signer = store.signer(key().id());
        int calls = Integer.getInteger("chancery.interrupts", 600);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        Random random = new Random(1);
        List<String> released = Collections.synchronizedList(new ArrayList<>());
        AtomicBoolean flagLost = new AtomicBoolean();
        for (int i = 0; i < calls; i++) {
            boolean interrupted = random.nextBoolean();
            Future<?> one = threads.submit(() -> {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
                released.add(Sha256.hex(signer.sign(MESSAGE).value()));
                flagLost.compareAndSet(
                        false, interrupted && !Thread.currentThread().isInterrupted());
                Thread.interrupted();
            });
            if (random.nextInt(4) == 0) {
                one.cancel(true);
            }
        }
        threads.shutdown();
        assertThat(threads.awaitTermination(5, TimeUnit.MINUTES)).isTrue();

        List<String> recorded = records().stream()
                .filter(record -> record.event() == AuditEvent.SIGNATURE_GENERATED)
                .map(record -> field(record, "signature_sha256"))
                .toList();
        assertThat(recorded).containsAll(released).doesNotHaveDuplicates();
        assertThat(released).hasSizeGreaterThan(calls / 2);
        assertThat(flagLost).isFalse();
    }
}
