package dev.chancery.provider.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.health.Finding;
import dev.chancery.health.HealthLevel;
import dev.chancery.health.HealthReport;
import dev.chancery.health.HealthStatus;
import dev.chancery.health.Subject;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.provider.file.layout.Disk;
import dev.chancery.provider.file.layout.KeyReader;
import dev.chancery.provider.file.layout.StoreDirectory;
import dev.chancery.provider.file.layout.StoreUri;
import dev.chancery.provider.file.signing.PrivateKeys;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.files.FileRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A directory's health: each test breaks one thing, and one finding says so, with the command that mends it. */
class HealthOfDirectoryTest {
    private static final FileTime LONG_AGO = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));

    @TempDir
    private Path keys;

    @BeforeEach
    void makeASoundKeyAndAnother() {
        try (KeyStore store = KeyStores.open(keys)) {
            store.generate(KeyRequest.of(KeySpec.EC_P256, "sound"));
            store.generate(KeyRequest.of(KeySpec.EC_P256, "other"));
        }
    }

    private HealthReport health(HealthLevel level) {
        try (KeyStore store = KeyStores.open(keys)) {
            return store.health(level);
        }
    }

    private static Finding only(HealthReport report) {
        List<Finding> wrong = report.findings().stream()
                .filter(finding -> finding.status() != HealthStatus.UP)
                .toList();
        assertThat(wrong).as("%s", report.findings()).hasSize(1);
        return wrong.get(0);
    }

    private static void chmod(Path file, String mode) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    @Test
    void a_sound_directory_is_up_and_says_what_was_looked_at() {
        HealthReport report = health(HealthLevel.SIGN);

        assertThat(report.status()).as("%s", report.findings()).isEqualTo(HealthStatus.UP);
        assertThat(report.findings())
                .extracting(Finding::check)
                .contains("random source", "free space", "lock", "test signature");
    }

    @Test
    void a_private_key_that_others_can_read_is_told_of_with_its_command() throws IOException {
        Path file = keys.resolve("private/other.pem");
        chmod(file, "rw-r--r--");

        Finding found = only(health(HealthLevel.READ));

        assertThat(found.subject()).isEqualTo(Subject.key("other"));
        assertThat(found.check()).isEqualTo("usable");
        assertThat(found.mend()).hasValue("chmod 600 " + file.toRealPath());
    }

    @Test
    void a_directory_that_others_can_write_is_down_with_its_command() throws IOException {
        try (KeyStore store = KeyStores.open(keys)) {
            chmod(keys, "rwxrwxrwx");

            HealthReport report = store.health(HealthLevel.READ);

            assertThat(report.status()).isEqualTo(HealthStatus.DOWN);
            assertThat(report.findings())
                    .filteredOn(finding -> finding.check().equals("answer"))
                    .allSatisfy(finding -> assertThat(finding.mend()).hasValue("chmod go-w " + keys.toRealPath()));
        } finally {
            chmod(keys, "rwx------");
        }
    }

    @Test
    void a_public_half_that_is_missing_is_told_of_with_its_command() throws IOException {
        Files.delete(keys.resolve("public/other.pub"));
        Files.delete(keys.resolve("other.json"));

        Finding found = only(health(HealthLevel.READ));

        assertThat(found.check()).isEqualTo("usable");
        assertThat(found.mend())
                .hasValue("openssl pkey -in %1$s -pubout -out %2$s.new && mv %2$s.new %2$s"
                        .formatted(keys.resolve("private/other.pem"), keys.resolve("public/other.pub")));
    }

    @Test
    void a_record_that_is_cut_off_is_told_of() throws IOException {
        Files.writeString(keys.resolve("other.json"), "{");

        assertThat(only(health(HealthLevel.READ)).detail()).contains("DAMAGED", "other.json");
    }

    @Test
    void a_pair_that_is_none_is_found_when_it_is_to_sign() throws IOException {
        try (KeyStore store = KeyStores.open(keys)) {
            store.generate(KeyRequest.of(KeySpec.EC_P256, "stranger"));
        }
        Path stranger = keys.resolve("private/stranger.pem");
        Files.write(keys.resolve("private/other.pem"), Files.readAllBytes(stranger));
        Files.delete(stranger);
        Files.delete(keys.resolve("public/stranger.pub"));
        Files.delete(keys.resolve("stranger.json"));

        Finding found = only(health(HealthLevel.SIGN));

        assertThat(found.subject()).isEqualTo(Subject.key("other"));
        assertThat(found.check()).isEqualTo("test signature");
        assertThat(found.status()).isEqualTo(HealthStatus.DOWN);
    }

    @Test
    void a_key_that_was_moved_away_is_told_of() throws IOException {
        Files.move(keys.resolve("private/other.pem"), keys.resolve("private/other.pem.disabled"));

        Finding found = only(health(HealthLevel.READ));

        assertThat(found.subject()).isEqualTo(Subject.key("other"));
        assertThat(found.detail()).contains("disabled by hand");
    }

    @Test
    void a_creation_that_was_cut_off_is_told_of_when_it_cannot_go_on_any_more() throws IOException {
        Path marker = Files.createFile(keys.resolve("third.creating"));
        assertThat(health(HealthLevel.CONFIG).status()).isEqualTo(HealthStatus.UP);
        Files.setLastModifiedTime(marker, LONG_AGO);

        Finding found = only(health(HealthLevel.CONFIG));

        assertThat(found.check()).isEqualTo("half-made key");
        assertThat(found.subject()).isEqualTo(Subject.key("third"));
    }

    @Test
    void a_writer_that_died_at_work_is_told_of() throws IOException {
        Path lock = Files.writeString(keys.resolve(".lock"), "w");
        Files.setLastModifiedTime(lock, LONG_AGO);

        Finding found = only(health(HealthLevel.CONFIG));

        assertThat(found.check()).isEqualTo("lock");
        assertThat(found.mend()).hasValueSatisfying(mend -> assertThat(mend).startsWith("fuser -v "));
    }

    @Test
    void a_plain_key_among_encrypted_ones_is_told_of_once_it_has_signed() throws IOException {
        Path passphrase = Files.writeString(keys.resolve("passphrase"), "correct horse battery staple");
        chmod(passphrase, "rw-------");
        KeyStoreOptions options =
                KeyStoreOptions.builder().passphraseFile(passphrase).build();
        try (KeyStore store = KeyStores.open(keys, options)) {
            store.reencrypt(store.resolve("sound"));

            Finding found = only(store.health(HealthLevel.SIGN));

            assertThat(found.check()).isEqualTo("encryption");
            assertThat(found.mend()).hasValue("chancery reencrypt other");
        }
    }

    @Test
    void a_disk_that_is_nearly_full_is_told_of() throws IOException {
        Disk disk = new Disk();
        StoreDirectory directory =
                new StoreDirectory(StoreUri.parse(keys.toUri().toString()), disk, FileRules.of(keys.getFileSystem()));
        KeyStoreConfig config = new KeyStoreConfig("", KeyStoreOptions.DEFAULT, new SoftwareKeys());
        PrivateKeys none = new PrivateKeys(directory, new KeyReader(directory, disk), config);

        List<Finding> findings =
                new DirectoryProbe(directory, disk, none, Clock.systemUTC(), Long.MAX_VALUE).findings();

        assertThat(findings).anySatisfy(found -> {
            assertThat(found.check()).isEqualTo("free space");
            assertThat(found.status()).isEqualTo(HealthStatus.DEGRADED);
            assertThat(found.mend()).hasValueSatisfying(mend -> assertThat(mend).startsWith("df -h "));
        });
    }

    @Test
    void a_weak_encryption_is_told_of_with_its_command() throws IOException {
        Path passphrase = Files.writeString(keys.resolve("passphrase"), "correct horse battery staple");
        chmod(passphrase, "rw-------");
        Path file = keys.resolve("private/other.pem");
        OpenSsl openssl = new OpenSsl(keys);
        openssl.run("pkcs8 -topk8 -v1 PBE-SHA1-3DES -passout file:passphrase -in private/other.pem -out weak.pem");
        Files.write(file, openssl.file("weak.pem"));
        KeyStoreOptions options =
                KeyStoreOptions.builder().passphraseFile(passphrase).build();
        try (KeyStore store = KeyStores.open(keys, options)) {
            store.reencrypt(store.resolve("sound"));

            Finding found = only(store.health(HealthLevel.SIGN));

            assertThat(found.subject()).isEqualTo(Subject.key("other"));
            assertThat(found.detail()).contains("weakly");
        }
    }
}
