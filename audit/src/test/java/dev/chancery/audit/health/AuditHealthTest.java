package dev.chancery.audit.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.audit.AuditLog;
import dev.chancery.audit.AuditedKeyStore;
import dev.chancery.audit.anchor.AnchorSinks;
import dev.chancery.audit.checkpoint.AuditSigner;
import dev.chancery.audit.options.AuditOptions;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.health.Finding;
import dev.chancery.health.HealthLevel;
import dev.chancery.health.HealthStatus;
import dev.chancery.health.Subject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An audit log's health: each test breaks one thing, and one finding says so. */
class AuditHealthTest {
    @TempDir
    private Path directory;

    private Path log;
    private Path anchor;
    private AuditSigner signer;
    private AuditHealth health;

    @BeforeEach
    void recordAKey() throws GeneralSecurityException {
        log = directory.resolve("log");
        anchor = directory.resolve("anchor");
        signer = AuditSigner.of(
                "audit.example", KeyPairGenerator.getInstance("Ed25519").generateKeyPair());
        health = AuditHealth.of(log);
        try (KeyStore store = openAudited()) {
            store.generate(KeyRequest.of(KeySpec.EC_P256, "key"));
            assertThat(store.health(HealthLevel.SIGN).status()).isEqualTo(HealthStatus.UP);
        }
    }

    private KeyStore openAudited() {
        AuditOptions options =
                AuditOptions.builder().anchor(AnchorSinks.of(anchor.toString())).build();
        return AuditedKeyStore.wrap(KeyStores.open(directory.resolve("keys")), AuditLog.open(log, signer, options));
    }

    private List<Finding> content() {
        try (KeyStore store = KeyStores.open(directory.resolve("keys"))) {
            return health.content(Optional.of(signer), List.of(anchor), Optional.of(store));
        }
    }

    private static void assertUp(List<Finding> findings) {
        assertThat(findings).isNotEmpty().allSatisfy(found -> {
            assertThat(found.subject()).isEqualTo(Subject.AUDIT);
            assertThat(found.status()).as(found.toString()).isEqualTo(HealthStatus.UP);
        });
    }

    @Test
    void a_sound_log_is_up() {
        assertUp(List.of(health.place(), health.anchor(anchor, Duration.ofDays(1))));
        assertUp(content());
        assertThat(content()).extracting(Finding::check).containsExactly("chains", "reconciliation");
    }

    private void record(AuditEvent event, Instant at, String outcome, String store) {
        try (AuditLog opened = AuditLog.open(log, signer, AuditOptions.builder().build())) {
            opened.append(AuditRecord.builder(at, event)
                    .text("outcome", outcome)
                    .text("store", store.isEmpty() ? null : store)
                    .build());
        }
    }

    /** As if the records had been written at their own time. */
    private void setLastWritten(Instant when) throws IOException {
        try (Stream<Path> files = Files.walk(log)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.setLastModifiedTime(file, FileTime.from(when));
            }
        }
    }

    private List<Finding> exercises(Instant now) {
        return health.exercises("file:///keys", Duration.ofDays(35), now);
    }

    @Test
    void a_new_log_has_its_time_for_the_first_backup_and_an_older_one_has_not() {
        Instant now = Instant.now();
        assertUp(exercises(now));
        assertThat(exercises(now)).extracting(Finding::check).containsExactly("backup", "drill");
        assertThat(exercises(now.plus(Duration.ofDays(36)))).allSatisfy(found -> {
            assertThat(found.status()).isEqualTo(HealthStatus.DEGRADED);
            assertThat(found.detail()).startsWith("None is on record since ");
            assertThat(found.mend()).isPresent();
        });
    }

    @Test
    void a_backup_and_a_drill_grow_old() throws IOException {
        Instant now = Instant.now().plus(Duration.ofDays(100));
        record(AuditEvent.BACKUP_MADE, now.minus(Duration.ofDays(36)), "done", "file:///keys");
        record(AuditEvent.DRILL_PERFORMED, now.minus(Duration.ofDays(34)), "done", "");
        setLastWritten(now);

        assertThat(exercises(now)).extracting(Finding::status).containsExactly(HealthStatus.DEGRADED, HealthStatus.UP);
    }

    @Test
    void a_backup_of_another_store_is_none_of_this_one_and_a_failed_drill_is_no_drill() throws IOException {
        Instant now = Instant.now().plus(Duration.ofDays(100));
        record(AuditEvent.BACKUP_MADE, now, "done", "file:///other");
        record(AuditEvent.DRILL_PERFORMED, now, "done", "");
        record(AuditEvent.DRILL_PERFORMED, now.plusSeconds(1), "failed", "");
        setLastWritten(now);

        assertThat(exercises(now.plusSeconds(2)))
                .satisfiesExactly(
                        backup -> assertThat(backup.status()).isEqualTo(HealthStatus.DEGRADED),
                        drill -> assertThat(drill.detail()).contains("failed"));
    }

    @Test
    void an_audited_store_says_whether_its_log_can_be_written() {
        try (KeyStore store = openAudited()) {
            assertThat(store.health(HealthLevel.CONFIG).findings()).anySatisfy(found -> {
                assertThat(found.subject()).isEqualTo(Subject.AUDIT);
                assertThat(found.check()).isEqualTo("log");
            });
        }
    }

    @Test
    void a_log_that_is_not_there_is_down() {
        Finding found = AuditHealth.of(directory.resolve("nowhere")).place();

        assertThat(found.status()).isEqualTo(HealthStatus.DOWN);
        assertThat(found.detail()).contains("There is no audit log");
    }

    @Test
    void a_log_that_was_changed_is_down() throws IOException {
        Path segment = log.resolve("chains/1/000001.jsonl");
        Files.writeString(segment, Files.readString(segment).replace("\"key_id\":\"key\"", "\"key_id\":\"kex\""));

        Finding found = content().get(0);

        assertThat(found.status()).isEqualTo(HealthStatus.DOWN);
        assertThat(found.mend()).hasValue("chancery audit verify " + log);
    }

    @Test
    void an_anchor_that_stays_behind_the_log_is_degraded_and_one_of_a_quiet_log_is_not() throws IOException {
        Instant twoDaysAgo = Instant.now().minus(Duration.ofDays(2));
        Files.setLastModifiedTime(anchor, FileTime.from(twoDaysAgo));

        Finding behind = health.anchor(anchor, Duration.ofDays(1));

        assertThat(behind.status()).isEqualTo(HealthStatus.DEGRADED);
        assertThat(behind.mend()).hasValue("chancery audit checkpoint " + log);
        for (int chain = 0; chain <= 1; chain++) {
            Files.setLastModifiedTime(
                    log.resolve("chains/" + chain + "/000001.jsonl"), FileTime.from(twoDaysAgo.minusSeconds(9)));
        }
        assertThat(health.anchor(anchor, Duration.ofDays(1)).status()).isEqualTo(HealthStatus.UP);
        assertThat(health.anchor(directory.resolve("none"), Duration.ofDays(1)).status())
                .isEqualTo(HealthStatus.DEGRADED);
    }

    @Test
    void a_key_that_the_log_does_not_know_is_degraded() {
        try (KeyStore store = KeyStores.open(directory.resolve("keys"))) {
            store.generate(KeyRequest.of(KeySpec.EC_P256, "unrecorded"));
        }

        assertThat(content()).last().satisfies(found -> {
            assertThat(found.check()).isEqualTo("reconciliation");
            assertThat(found.status()).isEqualTo(HealthStatus.DEGRADED);
            assertThat(found.detail()).contains("unrecorded");
            assertThat(found.mend()).hasValue("chancery audit reconcile " + log);
        });
    }
}
