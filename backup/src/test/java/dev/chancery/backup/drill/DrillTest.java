package dev.chancery.backup.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.audit.AuditLog;
import dev.chancery.audit.AuditedKeyStore;
import dev.chancery.audit.checkpoint.AuditSigner;
import dev.chancery.audit.reading.AuditReader;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.audit.record.StoredRecord;
import dev.chancery.backup.Backup;
import dev.chancery.backup.archive.ArchiveKey;
import dev.chancery.backup.archive.ArchiveLock;
import dev.chancery.backup.drill.DrillReport.Result;
import dev.chancery.error.KeyAccessException;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyState;
import dev.chancery.options.KeyStoreOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A drill finds what would not recover. */
@Tag("one-jdk")
class DrillTest {
    private static final char[] PASSPHRASE = "correct horse".toCharArray();
    private static final byte[] MESSAGE = {1, 2, 3};

    @TempDir
    Path directory;

    @TempDir
    Path memory;

    private Path archive;
    private final List<AuditRecord> records = new ArrayList<>();

    @BeforeEach
    void namePlaces() {
        archive = directory.resolve("archive.gpg");
    }

    private Path keys() {
        return directory.resolve("keys");
    }

    private KeyStore store() {
        return KeyStores.open(
                keys(),
                KeyStoreOptions.builder()
                        .passphrases(id -> Optional.of("secret".toCharArray()))
                        .build());
    }

    private Drill drill() {
        return drill(PASSPHRASE)
                .keyPassphrase(() -> Optional.of("secret".toCharArray()))
                .recording(records::add);
    }

    private void backUp(KeyStore store) throws IOException {
        Files.deleteIfExists(archive);
        Backup.of(store).writeTo(archive, ArchiveLock.ofPassphrase(PASSPHRASE));
    }

    private static KeyId generate(KeyStore store, KeySpec spec, String name) {
        return store.generate(KeyRequest.builder(spec).name(name).build()).id();
    }

    private static List<String> found(DrillReport report, Result result) {
        return report.findings().stream()
                .filter(finding -> finding.result() == result)
                .map(finding -> finding.subject() + " " + finding.check())
                .toList();
    }

    @Test
    void every_kind_of_key_is_loaded_and_signs() throws Exception {
        AuditSigner auditKey =
                AuditSigner.of("audit", KeyPairGenerator.getInstance("Ed25519").generateKeyPair());
        try (AuditLog log = AuditLog.open(directory.resolve("log"), auditKey);
                KeyStore store = AuditedKeyStore.wrap(store(), log)) {
            KeyId rsa = generate(store, KeySpec.RSA_2048, "rsa");
            generate(store, KeySpec.EC_P521, "ec");
            generate(store, KeySpec.ED25519, "ed");
            generate(store, KeySpec.ML_DSA_44, "ml");
            KeyId lost = generate(store, KeySpec.EC_P256, "lost");
            store.compromise(lost, CompromisedSince.UNKNOWN, "stolen");
            store.signer(rsa, SignatureAlgorithm.RSA_PKCS1_SHA256).sign(MESSAGE);
            backUp(store);
            log.checkpoint();
            DrillReport report;
            try (Stream<StoredRecord> signed = AuditReader.read(directory.resolve("log"))) {
                report = drill().comparedWith(store).withSignaturesOf(signed).run();
            }

            assertThat(report.isGood()).as(report.findings().toString()).isTrue();
            assertThat(found(report, Result.OK))
                    .contains("rsa signs", "ec signs", "ed signs", "ml signs", "lost loads", "rsa log", "lost live");
            assertThat(report.findings().toString()).contains("is what it makes again");
            assertThat(new String(report.json(), StandardCharsets.UTF_8)).contains("\"good\" : true");
        }
        assertThat(records).extracting(AuditRecord::event).containsExactly(AuditEvent.DRILL_PERFORMED);
        assertThat(records.get(0).field("outcome")).contains("done");
        assertNothingIsLeft();
    }

    private Drill drill(char[] passphrase) {
        return Drill.of(archive, ArchiveKey.ofPassphrase(passphrase)).inMemory(memory);
    }

    private void assertNothingIsLeft() {
        assertThat(memory).isEmptyDirectory();
    }

    @Test
    void what_would_not_recover_is_found() throws IOException {
        try (KeyStore store = store()) {
            generate(store, KeySpec.EC_P256, "swapped");
            generate(store, KeySpec.EC_P256, "other");
            generate(store, KeySpec.EC_P256, "retired");
            generate(store, KeySpec.EC_P256, "mute");
            byte[] sound = Files.readAllBytes(keys().resolve("private/swapped.pem"));
            Files.copy(
                    keys().resolve("private/other.pem"),
                    keys().resolve("private/swapped.pem"),
                    java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            Files.move(keys().resolve("private/mute.pem"), directory.resolve("mute.pem"));
            backUp(store);
            Files.write(keys().resolve("private/swapped.pem"), sound);
            Files.move(directory.resolve("mute.pem"), keys().resolve("private/mute.pem"));
            generate(store, KeySpec.EC_P256, "newer");
            store.changeState(new KeyId("retired"), KeyState.DEACTIVATED, "done with");

            DrillReport report;
            try (KeyStore live = store()) {
                report = drill().comparedWith(live).run();
            }
            assertThat(report.isGood()).isFalse();
            assertThat(found(report, Result.FAILED))
                    .containsExactlyInAnyOrder("swapped loads", "swapped live", "newer live", "mute live");
            assertThat(found(report, Result.NOTE)).containsExactlyInAnyOrder("retired live", "mute loads");

            DrillReport locked = drill(PASSPHRASE).run();
            assertThat(found(locked, Result.FAILED)).contains("other loads");
        }
        assertThatThrownBy(() -> drill(new char[] {'x'}).recording(records::add).run())
                .isInstanceOf(KeyAccessException.class);
        assertThat(records.get(records.size() - 1).field("outcome")).contains("failed");
        assertNothingIsLeft();
    }
}
