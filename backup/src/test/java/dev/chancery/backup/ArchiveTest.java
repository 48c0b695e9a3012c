package dev.chancery.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.backup.archive.ArchiveId;
import dev.chancery.backup.archive.ArchiveKey;
import dev.chancery.backup.archive.ArchiveLock;
import dev.chancery.error.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stock gpg and tar read what a backup writes. */
@Tag("one-jdk")
class ArchiveTest {
    private static final String PASSPHRASE = "correct horse";

    @TempDir
    Path directory;

    private Path keys() {
        return directory.resolve("keys");
    }

    private KeyStore store() {
        KeyStore store = KeyStores.open(keys());
        store.generate(KeyRequest.builder(KeySpec.EC_P256).name("first").build());
        store.generate(KeyRequest.builder(KeySpec.ED25519).ring("ca").build());
        return store;
    }

    @Test
    void gpg_and_tar_restore_it_with_the_right_modes() throws Exception {
        Path archive = directory.resolve("archive.gpg");
        try (KeyStore store = store();
                Gpg gpg = new Gpg(directory)) {
            Backup.Report report =
                    Backup.of(store).writeTo(archive, ArchiveLock.ofPassphrase(PASSPHRASE.toCharArray()));
            assertThat(report.keys()).isEqualTo(2);
            assertThat(report.lacking()).isEmpty();
            assertThat(report.id()).isEqualTo(ArchiveId.of(archive));
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(archive)))
                    .isEqualTo("rw-------");
            Path restored = Files.createDirectory(directory.resolve("restored"));
            Files.writeString(directory.resolve("passphrase"), PASSPHRASE);
            gpg.shell(
                    restored,
                    "umask 022; gpg --batch --quiet --pinentry-mode loopback --passphrase-file ../passphrase --decrypt ../archive.gpg | tar -xzf -");
            String packets = gpg.shell(
                    directory,
                    "gpg --batch --pinentry-mode loopback --passphrase-file passphrase --list-packets archive.gpg 2>&1");
            assertThat(packets).contains("s2k 3, hash 8", "count 65011712 (255)", "cipher 9", "mdc_method: 2");

            Map<String, String> live = files(keys());
            live.remove(".lock");
            Map<String, String> back = files(restored);
            back.keySet().removeIf(name -> name.startsWith("backup"));
            assertThat(back).isEqualTo(live);
            try (KeyStore again = KeyStores.open(restored)) {
                assertThat(again.list()).isEqualTo(store.list());
                again.ring("ca").signer().sign(new byte[] {1});
            }
        }
    }

    @Test
    void its_readers_open_it_with_their_own_keys() throws Exception {
        try (KeyStore store = store();
                Gpg gpg = new Gpg(directory)) {
            gpg.shell(
                    directory,
                    "gpg --batch --quiet --pinentry-mode loopback --passphrase '' --quick-generate-key reader@example.org default default never"
                            + " && gpg --export --armor reader@example.org >reader.asc");
            ArchiveLock lock = ArchiveLock.ofRecipients(List.of(Files.readAllBytes(directory.resolve("reader.asc"))));
            Backup.of(store).writeTo(directory.resolve("archive.gpg"), lock);
            String listed = gpg.shell(directory, "gpg --batch --quiet --decrypt archive.gpg | tar -tzf -");
            assertThat(listed).contains("private/first.pem", "backup/manifest.json");
            gpg.shell(
                    directory,
                    "gpg --batch --pinentry-mode loopback --passphrase '' --export-secret-keys reader@example.org >reader.gpg");
            byte[] secretKey = Files.readAllBytes(directory.resolve("reader.gpg"));
            Path restored = directory.resolve("restored");
            Restore.of(directory.resolve("archive.gpg"), ArchiveKey.ofSecretKey(secretKey, new char[0]), restored)
                    .run();
            assertThat(restored.resolve("private/first.pem")).exists();
        }
    }

    @Test
    void what_is_there_is_not_overwritten() throws IOException {
        Path archive = Files.writeString(directory.resolve("archive.gpg"), "mine");
        try (KeyStore store = KeyStores.open(keys())) {
            ArchiveLock lock = ArchiveLock.ofPassphrase(PASSPHRASE.toCharArray());
            assertThatThrownBy(() -> Backup.of(store).writeTo(archive, lock))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("not overwritten");
        }
        assertThat(archive).hasContent("mine");
        assertThatThrownBy(() -> ArchiveLock.ofPassphrase(new char[0])).isInstanceOf(ConfigurationException.class);
        assertThatThrownBy(() -> ArchiveLock.ofRecipients(List.of(new byte[] {1, 2, 3})))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("gpg --export");
    }

    /** Mode and content of everything below a directory, by its path. */
    static Map<String, String> files(Path root) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : all.filter(path -> !path.equals(root)).toList()) {
                String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
                String content = Files.isDirectory(path) ? "" : Files.readString(path);
                files.put(root.relativize(path).toString(), mode + " " + content);
            }
        }
        return files;
    }
}
