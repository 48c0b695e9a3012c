package dev.chancery.provider.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.KeyAccessException;
import dev.chancery.key.KeyId;
import dev.chancery.key.UnusableKey;
import dev.chancery.options.KeyStoreOptions;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What Kubernetes and Docker mount, with the owners and modes that they give it, used by a process that is not root: the modes of
 * {@code docs/providers/file.md}, set up by root. Another user needs root to become it.
 */
@Tag("one-jdk")
class MountedSecretsTest {
    private static final int USER = 54321;
    private static final int FS_GROUP = 65432;
    private static final KeyId KEY = new KeyId("release");
    private static final byte[] MESSAGE = {1, 2, 3};

    @TempDir
    private static Path classes;

    @TempDir
    private Path temp;

    /** The class path again, where another user can read it. */
    @BeforeAll
    static void copyClassPath() throws IOException {
        assumeTrue(System.getProperty("user.name").equals("root"), "only root becomes another user");
        Files.setPosixFilePermissions(classes, PosixFilePermissions.fromString("rwxr-xr-x"));
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path from = Path.of(entry);
            if (Files.exists(from) && !entry.contains("jazzer")) {
                copy(from, classes.resolve(from.toString().substring(1).replace('/', '_')));
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path each : (Iterable<Path>) all::iterator) {
                Files.copy(each, to.resolve(from.relativize(each).toString()));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void as_another_user(Scenario scenario) throws IOException {
        Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path keys = temp.resolve("keys");
        try (KeyStore store = KeyStores.open(keys)) {
            store.generate(KeyRequest.of(KeySpec.EC_P256, "release"));
        }
        scenario.mount(keys);

        assertThat(ChildJvm.run(
                        List.of("setpriv", "--reuid=" + USER, "--regid=" + USER, "--groups=" + FS_GROUP),
                        readable(ChildJvm.command(Unprivileged.class, scenario.name(), keys.toString()))))
                .isEqualTo("done " + scenario + "\n");
    }

    private static List<String> readable(List<String> command) throws IOException {
        try (Stream<Path> entries = Files.list(classes)) {
            String classPath =
                    String.join(File.pathSeparator, entries.map(Path::toString).toList());
            List<String> changed = new ArrayList<>(command);
            changed.set(changed.indexOf("-cp") + 1, classPath);
            return changed;
        }
    }

    private enum Scenario {
        A_SECRET_OF_KUBERNETES_SIGNS {
            @Override
            void mount(Path keys) throws IOException {
                project(keys, "r--r-----");
            }

            @Override
            void use(String store) {
                requireSigning(store + "?links=inside");
            }
        },
        A_SECRET_WITH_MODE_0640_SIGNS {
            @Override
            void mount(Path keys) throws IOException {
                project(keys, "rw-r-----");
            }

            @Override
            void use(String store) {
                requireSigning(store + "?links=inside");
            }
        },
        A_SECRET_OF_DOCKER_SIGNS {
            @Override
            void mount(Path keys) throws IOException {
                give(keys, "rwxr-xr-x", "r--r-----");
            }

            @Override
            void use(String store) {
                requireSigning(store);
            }
        },
        WHAT_THIS_PROCESS_COULD_EXCHANGE_NEEDS_A_TRUSTED_GROUP {
            @Override
            void mount(Path keys) throws IOException {
                give(keys, "rwxrwsr-x", "r--r-----");
            }

            @Override
            void use(String store) {
                requireRefusal(store, "?group=trusted");
                requireSigning(store + "?group=trusted");
            }
        },
        WHAT_OTHERS_CAN_READ_IS_REFUSED {
            @Override
            void mount(Path keys) throws IOException {
                give(keys, "rwxr-xr-x", "r--r--r--");
            }

            @Override
            void use(String store) {
                requireRefusal(store + "?group=trusted", "chmod 600");
            }
        },
        WHAT_THE_GROUP_CAN_WRITE_IS_REFUSED {
            @Override
            void mount(Path keys) throws IOException {
                give(keys, "rwxr-xr-x", "rw-rw----");
            }

            @Override
            void use(String store) {
                requireRefusal(store + "?group=trusted", "chmod 600");
            }
        },
        WHAT_ANOTHER_USER_LETS_THE_GROUP_READ_IS_REFUSED {
            @Override
            void mount(Path keys) throws IOException {
                give(keys, "rwxr-xr-x", "r--r-----");
                Files.setAttribute(keys.resolve("private/release.pem"), "unix:uid", USER + 1);
            }

            @Override
            void use(String store) {
                requireRefusal(store + "?group=trusted", "chmod 600");
            }
        },
        A_VOLUME_OF_A_POD_IS_WRITTEN_TO {
            @Override
            void mount(Path keys) throws IOException {
                Path volume = keys.resolveSibling("volume");
                Files.createDirectory(volume);
                own(volume, "rwxrwsr-x");
            }

            @Override
            void use(String store) {
                String volume = store.replace("/keys", "/volume");
                try (KeyStore open = KeyStores.open(volume)) {
                    open.generate(KeyRequest.of(KeySpec.EC_P256, "release"));
                }
                requireSigning(volume);
            }
        },
        A_VOLUME_THAT_OTHERS_CAN_WRITE_IS_REFUSED {
            @Override
            void mount(Path keys) throws IOException {
                give(keys, "rwxr-xr-x", "r--r-----");
                own(keys, "rwxrwsrwx");
            }

            @Override
            void use(String store) {
                assertThatThrownBy(() -> KeyStores.open(store))
                        .isInstanceOf(KeyAccessException.class)
                        .hasMessageContaining("chmod go-w");
            }
        },
        A_MOUNTED_PASSPHRASE_OPENS_THE_KEYS {
            @Override
            void mount(Path keys) throws IOException {
                Path file = keys.resolveSibling("secrets");
                Files.createDirectory(file);
                Files.writeString(file.resolve("passphrase"), "secret\n");
                own(file, "rwxr-xr-x");
                own(file.resolve("passphrase"), "r--------");
                KeyStoreOptions options = KeyStoreOptions.builder()
                        .passphraseFile(file.resolve("passphrase"))
                        .build();
                try (KeyStore store = KeyStores.open(keys.toUri().toString(), options)) {
                    store.generate(KeyRequest.of(KeySpec.EC_P256, "encrypted"));
                }
                own(file.resolve("passphrase"), "r--r-----");
                give(keys, "rwxr-xr-x", "r--r-----");
            }

            @Override
            void use(String store) {
                Path file = Path.of(store.replace("file://", "")).resolveSibling("secrets/passphrase");
                KeyStoreOptions options =
                        KeyStoreOptions.builder().passphraseFile(file).build();
                try (KeyStore open = KeyStores.open(store, options)) {
                    assertThat(open.signer(new KeyId("encrypted")).sign(MESSAGE).value())
                            .isNotEmpty();
                }
            }
        };

        /** As root does it. */
        abstract void mount(Path keys) throws IOException;

        /** As another user. */
        abstract void use(String store);
    }

    /** As kubelet projects a secret: files in a directory with a time, behind two links. */
    private static void project(Path keys, String mode) throws IOException {
        Path data = Files.createDirectory(keys.resolve("..2026_11_30"));
        for (String name : List.of("private", "public", "release.json")) {
            Files.move(keys.resolve(name), data.resolve(name));
            Files.createSymbolicLink(keys.resolve(name), Path.of("..data", name));
        }
        Files.createSymbolicLink(keys.resolve("..data"), data.getFileName());
        try (Stream<Path> rest = Files.list(keys)) {
            for (Path each : (Iterable<Path>) rest.filter(Files::isRegularFile)::iterator) {
                Files.delete(each);
            }
        }
        give(keys, "rwxr-sr-x", mode);
    }

    private static void give(Path keys, String directories, String files) throws IOException {
        try (Stream<Path> all = Files.walk(keys)) {
            for (Path each : (Iterable<Path>) all.filter(path -> !Files.isSymbolicLink(path))::iterator) {
                own(each, Files.isDirectory(each) ? directories : files);
            }
        }
    }

    /** Root's and the group's; an {@code s} stands for the group's bit that Java does not know. */
    private static void own(Path path, String mode) throws IOException {
        Files.setAttribute(path, "unix:uid", 0);
        Files.setAttribute(path, "unix:gid", FS_GROUP);
        int bits = 0;
        for (int i = 0; i < 9; i++) {
            bits = bits << 1 | (mode.charAt(i) == '-' ? 0 : 1);
        }
        Files.setAttribute(path, "unix:mode", bits | (mode.contains("s") ? 02000 : 0));
    }

    private static void requireSigning(String store) {
        try (KeyStore open = KeyStores.open(store)) {
            byte[] signature = open.signer(KEY).sign(MESSAGE).value();
            assertThat(open.verifier(KEY).verify(MESSAGE, signature).isValid()).isTrue();
        }
    }

    private static void requireRefusal(String store, String advice) {
        try (KeyStore open = KeyStores.open(store)) {
            assertThat(open.unusable()).singleElement().satisfies(key -> {
                assertThat(key.problem()).isEqualTo(UnusableKey.Problem.INACCESSIBLE);
                assertThat(key.reason()).contains("private/release.pem").contains(advice);
            });
        }
    }

    /** What runs in the process. */
    static final class Unprivileged {
        public static void main(String[] arguments) {
            Scenario.valueOf(arguments[0]).use("file://" + arguments[1]);
            System.out.println("done " + arguments[0]);
        }
    }
}
