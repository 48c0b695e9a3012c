package dev.chancery.provider.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.KeyAccessException;
import dev.chancery.key.KeyId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Keys on a file system that is mounted read-only, as Kubernetes mounts secrets. */
@EnabledOnOs(OS.LINUX)
class ReadOnlyMountTest {
    @TempDir
    private Path temp;

    @Test
    void keys_sign_and_verify_there_even_if_the_mode_says_that_anybody_could_write() throws IOException {
        assertThat(MountedDisk.run(temp, "1m", OnMount.class)).isEqualTo("done\n");
    }

    /** Makes a key, seals the disk, and uses it. */
    static final class OnMount {
        public static void main(String[] arguments) throws IOException {
            Path disk = Path.of(arguments[0]);
            Path keys = disk.resolve("keys");
            KeyId id = new KeyId("a");
            byte[] message = "a contract".getBytes(UTF_8);
            try (KeyStore store = KeyStores.open(keys)) {
                store.generate(KeyRequest.of(KeySpec.EC_P256, "a"));
            }
            Files.setPosixFilePermissions(keys, PosixFilePermissions.fromString("rwxrwxrwx"));
            assertThatThrownBy(() -> KeyStores.open(keys)).isInstanceOf(KeyAccessException.class);
            Process mount = new ProcessBuilder(List.of("mount", "-o", "remount,ro", disk.toString())).start();
            assertThat(ChildJvm.exit(mount)).isZero();

            try (KeyStore store = KeyStores.open(keys)) {
                byte[] signature = store.signer(id).sign(message).value();
                assertThat(store.verifier(id).verify(message, signature).isValid())
                        .isTrue();
                assertThat(store.list()).hasSize(1);
                assertThatThrownBy(() -> store.generate(KeyRequest.of(KeySpec.EC_P256, "b")))
                        .isInstanceOf(KeyAccessException.class)
                        .hasMessageContaining("mounted read-only");
            }
            System.out.println("done");
        }
    }
}
