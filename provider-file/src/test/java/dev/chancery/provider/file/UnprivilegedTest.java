package dev.chancery.provider.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.KeyAccessException;
import dev.chancery.error.KeyStateException;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.UnusableKey;
import dev.chancery.provider.file.layout.StoreLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the file modes forbid this process: looked at from a process without privileges, since root may do everything. */
class UnprivilegedTest {
    private static final byte[] MESSAGE = "a contract".getBytes(UTF_8);
    private static final KeyId KEY = new KeyId("a");

    @TempDir
    private Path temp;

    @ParameterizedTest
    @EnumSource
    void in_a_process_without_privileges(Scenario scenario) throws IOException {
        String output = ChildJvm.run(
                ChildJvm.withoutPrivileges(),
                Unprivileged.class,
                scenario.name(),
                temp.resolve("keys").toString());
        assertThat(output).isEqualTo("done " + scenario + "\n");
    }

    @Test
    void the_process_really_has_no_privileges() throws IOException {
        assertThat(ChildJvm.run(ChildJvm.withoutPrivileges(), Unprivileged.class, "", temp.toString()))
                .isEqualTo("cannot write what is read-only\n");
    }

    private enum Scenario {
        A_READ_ONLY_DIRECTORY_OPENS_LISTS_SIGNS_AND_VERIFIES_AND_REFUSES_WRITES {
            @Override
            void run(Path keys) throws IOException {
                mode(keys.resolve("private"), "r-x------");
                mode(keys.resolve("public"), "r-xr-xr-x");
                Files.delete(keys.resolve(StoreLock.FILE));
                mode(keys, "r-xr-xr-x");
                try (KeyStore store = KeyStores.open(keys)) {
                    assertThat(store.list()).hasSize(2);
                    requireSigning(store);
                    assertThatThrownBy(() -> store.generate(KeyRequest.of(KeySpec.EC_P256, "c")))
                            .isInstanceOf(KeyAccessException.class)
                            .hasMessageContaining("no permission for " + keys);
                    requireSigning(store);
                }
                mode(keys, "rwx------");
            }
        },
        A_DIRECTORY_THAT_CANNOT_BE_READ_IS_A_CLEAR_ERROR {
            @Override
            void run(Path keys) throws IOException {
                mode(keys, "---------");
                assertThatThrownBy(() -> KeyStores.open(keys))
                        .isInstanceOf(KeyAccessException.class)
                        .hasMessageContaining("no permission for " + keys);
                mode(keys, "rwx------");
            }
        },
        A_PROCESS_THAT_MAY_NOT_LOOK_INTO_PRIVATE_VERIFIES {
            @Override
            void run(Path keys) throws IOException {
                byte[] signature;
                try (KeyStore store = KeyStores.open(keys)) {
                    signature = store.signer(KEY).sign(MESSAGE).value();
                }
                mode(keys.resolve("private"), "---------");
                try (KeyStore store = KeyStores.open(keys)) {
                    assertThat(store.list()).hasSize(2);
                    assertThat(store.verifier(KEY).verify(MESSAGE, signature).isValid())
                            .isTrue();
                    assertThatThrownBy(() -> store.signer(KEY).sign(MESSAGE))
                            .isInstanceOf(KeyStateException.class)
                            .hasMessageContaining("private/");
                }
                mode(keys.resolve("private"), "rwx------");
            }
        },
        LISTING_NEEDS_NO_PRIVATE_KEY_AND_SIGNING_SAYS_WHICH_IT_MAY_NOT_READ {
            @Override
            void run(Path keys) throws IOException {
                mode(keys.resolve("private/a.pem"), "---------");
                try (KeyStore store = KeyStores.open(keys)) {
                    assertThat(store.list()).hasSize(2);
                    assertThatThrownBy(() -> store.signer(KEY).sign(MESSAGE))
                            .isInstanceOf(KeyAccessException.class)
                            .hasMessageContaining("private/a.pem");
                }
            }
        },
        METADATA_THAT_CANNOT_BE_READ_IS_MARKED_AND_THE_REST_IS_SHOWN {
            @Override
            void run(Path keys) throws IOException {
                mode(keys.resolve("b.json"), "---------");
                try (KeyStore store = KeyStores.open(keys)) {
                    assertThat(store.list()).extracting(KeyMetadata::id).containsExactly(KEY);
                    assertThat(store.unusable()).singleElement().satisfies(key -> {
                        assertThat(key.problem()).isEqualTo(UnusableKey.Problem.INACCESSIBLE);
                        assertThat(key.reason()).contains("b.json");
                    });
                    requireSigning(store);
                }
            }
        };

        abstract void run(Path keys) throws IOException;
    }

    /** What runs in the process. */
    static final class Unprivileged {
        public static void main(String[] arguments) throws IOException {
            Path keys = Path.of(arguments[1]);
            if (arguments[0].isEmpty()) {
                mode(keys, "r-x------");
                assertThatThrownBy(() -> Files.createFile(keys.resolve("file")))
                        .isInstanceOf(java.nio.file.AccessDeniedException.class);
                mode(keys, "rwx------");
                System.out.println("cannot write what is read-only");
                return;
            }
            try (KeyStore store = KeyStores.open(keys)) {
                store.generate(KeyRequest.of(KeySpec.EC_P256, "a"));
                store.generate(KeyRequest.of(KeySpec.EC_P256, "b"));
            }
            Scenario.valueOf(arguments[0]).run(keys);
            System.out.println("done " + arguments[0]);
        }
    }

    private static void requireSigning(KeyStore store) {
        byte[] signature = store.signer(KEY).sign(MESSAGE).value();
        assertThat(store.verifier(KEY).verify(MESSAGE, signature).isValid()).isTrue();
    }

    private static void mode(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }
}
