package dev.chancery.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.audit.options.AuditOptions;
import dev.chancery.audit.reading.AuditReader;
import dev.chancery.audit.reconciliation.Reconciliation;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.audit.record.StoredRecord;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A key is suspended or compromised, and the process that was to record it is gone before the log's disk answered. Finding 7. */
class UnrecordedChangesTest {
    private static final KeyId KEY = new KeyId("mine");
    private static final Clock A_MINUTE_LATER = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(1));

    @TempDir
    private Path temp;

    @BeforeEach
    void generate() {
        try (KeyStore store = audited(Clock.systemUTC())) {
            var unused = store.generate(KeyRequest.of(KeySpec.EC_P256, KEY.value()));
        }
    }

    private KeyStore plain() {
        return KeyStores.open(temp.resolve("keys"));
    }

    private KeyStore audited(Clock clock) {
        AuditOptions options = AuditOptions.builder().quiet().clock(clock).build();
        return AuditedKeyStore.wrap(plain(), AuditLog.open(temp.resolve("log"), Logs.SIGNER, options));
    }

    private void look(Clock clock) {
        try (KeyStore store = audited(clock)) {
            assertThat(store.list()).hasSize(1);
        }
    }

    private List<AuditRecord> changes() {
        try (var records = AuditReader.read(temp.resolve("log"))) {
            return records.map(StoredRecord::record)
                    .filter(record -> Set.of(AuditEvent.KEY_STATE_CHANGED, AuditEvent.KEY_COMPROMISED)
                            .contains(record.event()))
                    .toList();
        }
    }

    @Test
    void the_next_look_at_the_key_puts_it_on_record_once() {
        try (KeyStore store = plain()) {
            var unused = store.changeState(KEY, KeyState.SUSPENDED, "is it stolen?");
        }
        look(A_MINUTE_LATER);
        look(A_MINUTE_LATER);
        try (KeyStore store = plain()) {
            var unused = store.compromise(KEY, CompromisedSince.UNKNOWN, "it is stolen");
        }
        look(A_MINUTE_LATER);
        look(A_MINUTE_LATER);

        List<AuditRecord> changes = changes();
        assertThat(changes).hasSize(2).allSatisfy(record -> {
            assertThat(record.fields()).containsEntry("unrecorded", true).containsKey("changed_at");
            assertThat(record.field("key_id")).hasValue("mine");
        });
        assertThat(changes.get(0).field("to_state")).hasValue("SUSPENDED");
        assertThat(changes.get(0).field("reason")).hasValue("is it stolen?");
        assertThat(changes.get(1).field("compromised_since")).hasValue("UNKNOWN");
        assertThat(changes.get(1).field("from_state")).hasValue("SUSPENDED");
        assertThat(Logs.verifySealed(temp.resolve("log")).problems()).isEmpty();
    }

    @Test
    void a_change_of_this_moment_is_left_to_the_process_that_makes_it() {
        try (KeyStore store = plain()) {
            var unused = store.changeState(KEY, KeyState.SUSPENDED, "is it stolen?");
        }
        look(Clock.systemUTC());

        assertThat(changes()).isEmpty();
    }

    @Test
    void what_is_on_record_is_not_recorded_again() {
        try (KeyStore store = audited(A_MINUTE_LATER)) {
            var suspended = store.changeState(KEY, KeyState.SUSPENDED, "is it stolen?");
            assertThat(store.get(KEY).state()).isEqualTo(suspended.state());
            var resumed = store.changeState(KEY, KeyState.ACTIVE, "no");
            assertThat(store.get(KEY).state()).isEqualTo(resumed.state());
            var unused = store.compromise(KEY, CompromisedSince.UNKNOWN, "yes");
            assertThat(store.list()).hasSize(1);
        }
        look(A_MINUTE_LATER);

        assertThat(changes())
                .hasSize(3)
                .allSatisfy(record -> assertThat(record.fields()).doesNotContainKey("unrecorded"));
    }

    @Test
    void a_compromise_that_a_frozen_disk_swallowed_is_put_on_record_by_the_next_process() throws IOException {
        CountDownLatch frozen = new CountDownLatch(1);
        HookedDisk disk = new HookedDisk();
        AuditOptions options =
                AuditOptions.builder().quiet().queue(10, Duration.ofMillis(50)).build();
        KeyStore store = AuditedKeyStore.wrap(plain(), AuditLog.open(temp.resolve("log"), disk, Logs.SIGNER, options));
        disk.at(HookedDisk.Moment.BEFORE_WRITE, () -> {
            try {
                frozen.await(); // until the process is killed
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        });
        assertThat(store.compromise(KEY, CompromisedSince.UNKNOWN, "it is stolen")
                        .steps())
                .isNotEmpty();
        store.close(); // returns

        look(A_MINUTE_LATER);

        assertThat(changes())
                .singleElement()
                .satisfies(record -> assertThat(record.fields())
                        .containsEntry("unrecorded", true)
                        .containsEntry("compromised_since", "UNKNOWN"));
    }

    @Test
    void reconciling_finds_it_too() {
        try (KeyStore store = plain()) {
            var unused = store.changeState(KEY, KeyState.SUSPENDED, "is it stolen?");
            assertThat(differences(store))
                    .containsExactly("The store has this key as SUSPENDED, and the log has no record of that.");
            var marked = store.compromise(KEY, CompromisedSince.UNKNOWN, "it is stolen");
            assertThat(marked.key()).isEqualTo(KEY);
            assertThat(differences(store))
                    .containsExactly(
                            "The store has this key as compromised since UNKNOWN, and the log has no record of that.");
        }
    }

    private List<String> differences(KeyStore store) {
        try (var records = AuditReader.read(temp.resolve("log"))) {
            return Reconciliation.of(records, store).stream()
                    .map(Reconciliation.Difference::what)
                    .toList();
        }
    }
}
