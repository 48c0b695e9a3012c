package dev.chancery.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.Signer;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.audit.alerts.AlertRule;
import dev.chancery.audit.alerts.Alerts;
import dev.chancery.audit.options.AuditOptions;
import dev.chancery.audit.reading.AuditReader;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.audit.record.StoredRecord;
import dev.chancery.caller.Caller;
import dev.chancery.error.KeyStateException;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyState;
import dev.chancery.options.KeyEvent;
import dev.chancery.rotation.RotationPolicy;
import dev.chancery.testkit.store.SettableClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rules, on the records that real operations of a store leave. */
class AlertsOnAStoreTest {
    private static final byte[] MESSAGE = {1, 2, 3};

    @TempDir
    Path directory;

    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-23T10:00:00Z"));
    private final List<KeyEvent> heard = Collections.synchronizedList(new ArrayList<>());

    /** Closing the store closes the log, and with it what is still on its way to the rules. */
    private KeyStore open() {
        Alerts alerts = Alerts.builder()
                .rule(AlertRule.newCaller(Duration.ofHours(1), 256))
                .rule(AlertRule.signatureRate(Duration.ofMinutes(1), 2, 5, Duration.ofHours(1)))
                .rule(AlertRule.failedVerifications(3, Duration.ofMinutes(1)))
                .listener(heard::add)
                .build();
        AuditOptions options =
                AuditOptions.builder().quiet().clock(clock).sink(alerts).build();
        return AuditedKeyStore.wrap(
                KeyStores.open(directory.resolve("keys")),
                AuditLog.open(directory.resolve("log"), Logs.SIGNER, options));
    }

    private List<String> begun() {
        try (var records = AuditReader.read(directory.resolve("log"))) {
            return records.map(StoredRecord::record)
                    .filter(record -> record.event() == AuditEvent.ALERT)
                    .filter(alert -> alert.field("outcome").orElseThrow().equals("begun"))
                    .map(alert -> alert.field("rule").orElseThrow())
                    .toList();
        }
    }

    @Test
    void what_an_outsider_put_into_the_log_is_told_of_when_it_is_cut_off() throws IOException {
        open().close();
        Forger.append(
                directory.resolve("log/chains/1/000001.jsonl"),
                AuditRecord.builder(clock.instant(), AuditEvent.SIGNATURE_GENERATED)
                        .text("key_id", "mine")
                        .build());
        open().close();

        assertThat(begun()).containsExactly("damaged_log");
        assertThat(heard)
                .first()
                .satisfies(event -> assertThat(event.detail())
                        .contains("000001.jsonl.torn-1")
                        .contains("a writer without the audit key"));
    }

    @Test
    void what_is_usual_alerts_nobody() {
        try (KeyStore store = open()) {
            store.generate(KeyRequest.builder(KeySpec.EC_P256).name("mine").build());
            Signer signer = store.signer(new KeyId("mine"));
            for (int day = 0; day < 3; day++) {
                byte[] signature = signer.sign(MESSAGE).value();
                assertThat(store.verifier(new KeyId("mine"))
                                .verify(MESSAGE, signature)
                                .isValid())
                        .isTrue();
                clock.advance(Duration.ofDays(1));
            }
        }
        assertThat(begun()).isEmpty();
    }

    @Test
    void a_stranger_a_burst_and_wrong_signatures_are_told_of() {
        try (KeyStore store = open()) {
            store.generate(KeyRequest.builder(KeySpec.EC_P256).name("mine").build());
            Signer signer = store.signer(new KeyId("mine"));
            byte[] signature =
                    Caller.of("alice").call(() -> signer.sign(MESSAGE)).value();
            clock.advance(Duration.ofDays(1));
            for (int i = 0; i < 10; i++) {
                Caller.of("mallory").ip("203.0.113.9").call(() -> signer.sign(MESSAGE));
            }
            for (int i = 0; i < 3; i++) {
                store.verifier(new KeyId("mine")).verify(new byte[] {4}, signature);
            }
        }
        assertThat(begun()).containsExactlyInAnyOrder("new_caller", "signature_rate", "failed_verifications");
    }

    @Test
    void keys_out_of_service_rotation_and_compromise_are_told_of() {
        try (KeyStore store = open()) {
            store.generate(KeyRequest.builder(KeySpec.EC_P256).name("mine").build());
            byte[] signature = store.signer(new KeyId("mine")).sign(MESSAGE).value();
            Signer signer = store.signer(new KeyId("mine"));
            store.changeState(new KeyId("mine"), KeyState.DEACTIVATED, "retired");
            assertThatThrownBy(() -> signer.sign(MESSAGE)).isInstanceOf(KeyStateException.class);
            store.compromise(new KeyId("mine"), CompromisedSince.UNKNOWN, "stolen");
            assertThat(store.verifier(new KeyId("mine"))
                            .verify(MESSAGE, signature)
                            .isValid())
                    .isFalse();

            store.generate(KeyRequest.builder(KeySpec.EC_P256)
                    .name("first")
                    .ring("release")
                    .build());
            store.ring("release").rotate(RotationPolicy.PRODUCTION);
        }
        assertThat(begun()).containsExactlyInAnyOrder("unusable_key", "compromise", "rotation");
        assertThat(heard).extracting(KeyEvent::type).hasSize(6).containsOnly(KeyEvent.Type.ALERT);
        assertThat(Logs.verify(directory.resolve("log")).problems()).isEmpty();
    }
}
