package dev.chancery.provider.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.ChanceryException;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.KeyAccessException;
import dev.chancery.error.KeyExistsException;
import dev.chancery.error.KeyNotFoundException;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyState;
import dev.chancery.key.UnusableKey;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that others can read or exchange are not used, and the message says which and what to do. */
class RefusedFilesTest {
    private static final byte[] MESSAGE = "a contract".getBytes(UTF_8);

    @TempDir
    private Path temp;

    private Path keys;
    private Path privateKey;

    @BeforeEach
    void two_keys() {
        keys = temp.resolve("keys");
        privateKey = keys.resolve("private/a.pem");
        try (KeyStore store = KeyStores.open(keys)) {
            store.generate(KeyRequest.of(KeySpec.EC_P256, "a"));
            store.generate(KeyRequest.of(KeySpec.EC_P256, "b"));
        }
    }

    private static void mode(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    private static byte[] sign(KeyStore store, String id) {
        return store.signer(new KeyId(id)).sign(MESSAGE).value();
    }

    @Test
    void what_is_made_has_its_final_mode() throws IOException {
        assertThat(Files.getPosixFilePermissions(keys)).isEqualTo(PosixFilePermissions.fromString("rwx------"));
        assertThat(Files.getPosixFilePermissions(privateKey)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        for (String open : List.of("public/a.pub", "a.json")) {
            assertThat(Files.getPosixFilePermissions(keys.resolve(open)))
                    .isEqualTo(PosixFilePermissions.fromString("rw-r--r--"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r--r--", "rw-r-----", "rw----r--", "rw--w----", "rwx--x---"})
    void a_private_key_that_others_can_touch_is_refused_and_the_rest_is_usable(String mode) throws IOException {
        mode(privateKey, mode);
        requireRefused("chmod 600 " + privateKey);
    }

    @Test
    void a_private_key_of_mode_0400_is_fine() throws IOException {
        mode(privateKey, "r--------");
        try (KeyStore store = KeyStores.open(keys)) {
            assertThat(sign(store, "a")).isNotEmpty();
        }
    }

    private void requireRefused(String expected) {
        try (KeyStore store = KeyStores.open(keys)) {
            assertThat(store.list()).extracting(key -> key.id().value()).containsExactly("b");
            assertThat(store.unusable()).singleElement().satisfies(key -> {
                assertThat(key.id()).isEqualTo(new KeyId("a"));
                assertThat(key.problem()).isEqualTo(UnusableKey.Problem.INACCESSIBLE);
                assertThat(key.reason()).contains(expected);
            });
            assertThatThrownBy(() -> sign(store, "a"))
                    .isInstanceOf(KeyAccessException.class)
                    .hasMessageContaining("Key a")
                    .hasMessageContaining(expected);
            assertThat(sign(store, "b")).isNotEmpty();
        }
    }

    @Test
    void a_key_that_becomes_readable_to_others_stops_signing_within_the_time_to_live() throws IOException {
        try (KeyStore store = KeyStores.open(keys)) {
            assertThat(sign(store, "a")).isNotEmpty();
            mode(privateKey, "rw-r--r--");
            assertThatThrownBy(() -> store.get(new KeyId("a"))).isInstanceOf(KeyAccessException.class);
        }
    }

    @ParameterizedTest
    @CsvSource({"., rwxrwxrwx", "., rwxr-xrwx", "private, rwx----w-", "public, rwxrwxrwx"})
    void a_directory_that_others_can_write_is_refused(String directory, String mode) throws IOException {
        Path open = keys.resolve(directory).normalize();
        mode(open, mode);
        assertThatThrownBy(() -> {
                    try (KeyStore store = KeyStores.open(keys)) {
                        sign(store, "a");
                    }
                })
                .isInstanceOf(KeyAccessException.class)
                .hasMessageContaining("chmod go-w " + open);
        assertThatThrownBy(() -> {
                    try (KeyStore store = KeyStores.open(keys)) {
                        store.generate(KeyRequest.of(KeySpec.EC_P256, "c"));
                    }
                })
                .isInstanceOf(KeyAccessException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rwxr-xr-x", "r-xr-xr-x", "rwx------"})
    void a_directory_that_others_can_only_read_is_fine(String mode) throws IOException {
        mode(keys, mode);
        try (KeyStore store = KeyStores.open(keys)) {
            assertThat(sign(store, "a")).isNotEmpty();
        }
    }

    @Test
    void a_symbolic_link_is_refused_wherever_it_leads() throws IOException {
        Path elsewhere = Files.move(privateKey, temp.resolve("elsewhere.pem"));
        Files.createSymbolicLink(privateKey, elsewhere);
        requireRefused("symbolic link");

        Files.delete(privateKey);
        Files.move(elsewhere, keys.resolve("private/inside.txt"));
        Files.createSymbolicLink(privateKey, Path.of("inside.txt"));
        requireRefused("?links=inside");
    }

    @Test
    void with_links_inside_a_link_is_followed_that_stays_inside() throws IOException {
        // As Kubernetes mounts a secret: name -> ..data/name, ..data -> ..<time>
        Path data = Files.createDirectory(keys.resolve("private/..2026_11_23"));
        Files.move(privateKey, data.resolve("a.pem"));
        Files.createSymbolicLink(keys.resolve("private/..data"), Path.of("..2026_11_23"));
        Files.createSymbolicLink(privateKey, Path.of("..data/a.pem"));
        try (KeyStore store = KeyStores.open(keys.toUri() + "?links=inside")) {
            assertThat(store.list()).hasSize(2);
            assertThat(sign(store, "a")).isNotEmpty();
        }
    }

    @Test
    void with_links_inside_a_key_is_destroyed_where_it_lies_and_not_only_its_link() throws IOException {
        Path data = Files.createDirectory(keys.resolve("data"));
        Path real = Files.move(privateKey, data.resolve("a.pem"));
        Files.createSymbolicLink(privateKey, Path.of("../data/a.pem"));
        try (KeyStore store = KeyStores.open(keys.toUri() + "?links=inside")) {
            byte[] signature = sign(store, "a");
            store.changeState(new KeyId("a"), KeyState.DEACTIVATED, "retired");
            store.changeState(new KeyId("a"), KeyState.DESTROYED, "past its retention");

            assertThat(real).doesNotExist();
            assertThat(privateKey).doesNotExist().matches(path -> !Files.isSymbolicLink(path));
            assertThat(store.verifier(new KeyId("a")).verify(MESSAGE, signature).isValid())
                    .isTrue();
        }
    }

    @Test
    void with_links_inside_a_directory_may_be_a_link_and_keys_are_made_in_it_and_missed_in_it() throws IOException {
        Path real = Files.move(keys.resolve("private"), keys.resolve("..data"));
        Files.createSymbolicLink(keys.resolve("private"), Path.of("..data"));
        try (KeyStore store = KeyStores.open(keys.toUri() + "?links=inside")) {
            assertThat(sign(store, "a")).isNotEmpty();
            assertThatThrownBy(() -> store.get(new KeyId("nobody"))).isInstanceOf(KeyNotFoundException.class);
            store.generate(KeyRequest.of(KeySpec.EC_P256, "c"));
            assertThat(real.resolve("c.pem")).exists();
            assertThat(sign(store, "c")).isNotEmpty();
        }
    }

    @Test
    void with_links_inside_a_link_that_leads_out_is_refused_still() throws IOException {
        Path elsewhere = Files.move(privateKey, temp.resolve("elsewhere.pem"));
        Files.createSymbolicLink(privateKey, elsewhere);
        try (KeyStore store = KeyStores.open(keys.toUri() + "?links=inside")) {
            assertThatThrownBy(() -> sign(store, "a"))
                    .isInstanceOf(KeyAccessException.class)
                    .hasMessageContaining("leads out of the store");
        }
    }

    @Test
    void a_directory_of_keys_that_is_a_link_is_refused() throws IOException {
        Path elsewhere = Files.move(keys.resolve("private"), temp.resolve("elsewhere"));
        Files.createSymbolicLink(keys.resolve("private"), elsewhere);
        try (KeyStore store = KeyStores.open(keys)) {
            assertThatThrownBy(() -> sign(store, "a")).isInstanceOf(KeyAccessException.class);
            assertThatThrownBy(() -> store.generate(KeyRequest.of(KeySpec.EC_P256, "c")))
                    .isInstanceOf(KeyAccessException.class);
            assertThat(elsewhere.resolve("c.pem")).doesNotExist();
        }
    }

    @Test
    void the_root_itself_may_be_reached_through_a_link() throws IOException {
        Path link = Files.createSymbolicLink(temp.resolve("link"), keys);
        try (KeyStore store = KeyStores.open(link)) {
            assertThat(sign(store, "a")).isNotEmpty();
        }
    }

    @Test
    void a_file_of_100_megabytes_is_not_read() throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(privateKey.toFile(), "rw")) {
            file.setLength(100 << 20);
        }
        try (KeyStore store = KeyStores.open(keys)) {
            assertThatThrownBy(() -> sign(store, "a"))
                    .isInstanceOf(ChanceryException.class)
                    .hasMessageContaining("a.pem")
                    .hasMessageContaining("bytes");
        }
    }

    @Test
    void a_pipe_in_the_place_of_a_key_holds_nobody_up() throws IOException, InterruptedException {
        Files.delete(privateKey);
        assertThat(new ProcessBuilder("mkfifo", "-m", "600", privateKey.toString())
                        .start()
                        .waitFor())
                .isZero();
        try (KeyStore store = KeyStores.open(keys)) {
            assertThatThrownBy(() -> sign(store, "a"))
                    .isInstanceOf(KeyAccessException.class)
                    .hasMessageContaining("not a regular file");
        }
    }

    @Test
    void a_store_that_is_a_file_is_a_clear_error() throws IOException {
        Path file = Files.writeString(temp.resolve("file"), "x");
        assertThatThrownBy(() -> KeyStores.open(file))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("is a file, not a directory");
        assertThatThrownBy(() -> KeyStores.open(file.resolve("below")).generate(KeyRequest.of(KeySpec.EC_P256, "a")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("not a directory");
    }

    @ParameterizedTest
    @ValueSource(strings = {"private/c.pem", "private/c.pem.disabled", "public/c.pub", "c.json"})
    void whatever_goes_by_an_id_keeps_it_from_being_taken(String leftover) throws IOException {
        Path file = Files.writeString(keys.resolve(leftover), "anything");
        try (KeyStore store = KeyStores.open(keys)) {
            assertThatThrownBy(() -> store.generate(KeyRequest.of(KeySpec.EC_P256, "c")))
                    .isInstanceOf(KeyExistsException.class)
                    .hasMessageContaining(leftover);
        }
        assertThat(file).hasContent("anything");
    }

    @Test
    void a_name_that_is_no_id_is_listed_in_printable_form_and_not_used() throws IOException {
        Files.copy(keys.resolve("public/a.pub"), keys.resolve("public/My Key\n.pub"));
        try (KeyStore store = KeyStores.open(keys)) {
            assertThat(store.unusable()).singleElement().satisfies(key -> {
                assertThat(key.id().value()).isEqualTo("public/My%20Key%0A.pub");
                assertThat(key.reason()).contains("Rename");
            });
            assertThat(store.list()).hasSize(2);
        }
    }

    @Test
    void an_id_from_outside_never_leaves_the_directory() {
        try (KeyStore store = KeyStores.open(keys)) {
            for (String id : List.of("../keys/private/a", "..", "a/../b", "private/a.pem")) {
                assertThatThrownBy(() -> store.get(new KeyId(id))).isInstanceOf(ConfigurationException.class);
                assertThatThrownBy(() -> store.signer(new KeyId(id))).isInstanceOf(ConfigurationException.class);
                assertThatThrownBy(() -> store.resolve(id)).isInstanceOf(ConfigurationException.class);
            }
        }
    }

    @Test
    void metadata_that_contradicts_its_key_is_damage() throws IOException {
        Files.copy(
                keys.resolve("public/b.pub"),
                keys.resolve("public/a.pub"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        requireDamaged("fingerprint", "put the right one back");
    }

    @Test
    void metadata_of_another_key_is_damage() throws IOException {
        Files.copy(keys.resolve("b.json"), keys.resolve("a.json"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        requireDamaged("a.json", "metadata of key 'b'");
    }

    @Test
    void truncated_metadata_is_damage() throws IOException {
        Files.writeString(keys.resolve("a.json"), "{\"version\" : 1, \"state\"");
        requireDamaged("a.json", "Restore it from a backup");
    }

    @Test
    void a_public_key_that_is_gone_is_damage_as_long_as_there_is_no_private_one() throws IOException {
        Files.delete(keys.resolve("public/a.pub"));
        Files.delete(privateKey);
        requireDamaged("public/a.pub", "missing");
    }

    private void requireDamaged(String... expected) {
        try (KeyStore store = KeyStores.open(keys)) {
            assertThat(store.list()).extracting(key -> key.id().value()).containsExactly("b");
            assertThat(store.unusable()).singleElement().satisfies(key -> {
                assertThat(key.problem()).isEqualTo(UnusableKey.Problem.DAMAGED);
                assertThat(key.reason()).contains(expected);
            });
            assertThatThrownBy(() -> sign(store, "a"))
                    .isInstanceOf(IntegrityException.class)
                    .message()
                    .contains(expected);
            assertThat(sign(store, "b")).isNotEmpty();
        }
    }

    @Test
    void halves_that_do_not_belong_together_are_damage_when_the_key_is_to_sign() throws IOException {
        Files.copy(keys.resolve("private/b.pem"), privateKey, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        try (KeyStore store = KeyStores.open(keys)) {
            assertThatThrownBy(() -> sign(store, "a"))
                    .isInstanceOf(IntegrityException.class)
                    .hasMessageContaining("do not belong together")
                    .hasMessageContaining("private/a.pem");
            assertThat(sign(store, "b")).isNotEmpty();
        }
    }
}
