package dev.chancery.provider.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.IntegrityException;
import dev.chancery.health.HealthLevel;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.UnusableKey;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.provider.file.layout.Disk;
import dev.chancery.provider.file.layout.KeyFiles;
import dev.chancery.provider.file.layout.KeyReader;
import dev.chancery.provider.file.layout.StoreDirectory;
import dev.chancery.provider.file.layout.StoreUri;
import dev.chancery.signature.Signature;
import dev.chancery.spi.files.FileRules;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The store as an application sees it. */
class FileKeyStoreTest {
    private static final byte[] MESSAGE = "a contract".getBytes(UTF_8);

    @TempDir
    private Path temp;

    @Test
    void a_missing_directory_is_an_error_where_it_must_be_there() {
        Path keys = temp.resolve("not/yet/keys");
        KeyStoreOptions options = KeyStoreOptions.builder().mayCreate(false).build();

        assertThatThrownBy(() -> KeyStores.open(keys, options))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("There is no directory " + keys);
        assertThat(options.toBuilder().build().mayCreate()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "~", "~/keys", "~alice/keys"})
    void a_name_that_no_shell_has_replaced_or_that_is_empty_names_no_directory(String name) {
        assertThatThrownBy(() -> KeyStores.open(name)).isInstanceOf(ConfigurationException.class);
    }

    @Test
    void a_missing_directory_is_empty_and_is_made_by_the_first_key() {
        Path keys = temp.resolve("not/yet/keys");
        try (KeyStore store = KeyStores.open(keys)) {
            assertThat(store.list()).isEmpty();
            assertThat(keys).doesNotExist();

            KeyMetadata key = store.generate(KeyRequest.of(KeySpec.EC_P256, "ec-1"));

            assertThat(keys.resolve("private/ec-1.pem")).exists();
            assertThat(store.list()).containsExactly(key);
        }
    }

    @Test
    void a_stray_file_under_the_next_name_leaves_the_key_the_name_after_it() throws IOException {
        Files.writeString(temp.resolve("ecdsa-2026-11.json"), "{}");
        Clock november = Clock.fixed(Instant.parse("2026-11-23T12:00:00Z"), ZoneOffset.UTC);
        try (KeyStore store =
                KeyStores.open(temp, KeyStoreOptions.builder().clock(november).build())) {
            KeyMetadata key = store.generate(KeyRequest.of(KeySpec.EC_P256));

            assertThat(key.id()).hasToString("ecdsa-2026-11-2");
            assertThat(store.signer(key.id()).sign(MESSAGE).keyId()).isEqualTo(key.id());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"created", "signUntil"})
    void a_record_with_a_date_that_nobody_can_count_with_is_damaged_and_the_rest_is_usable(String field)
            throws IOException {
        KeyMetadata sound;
        try (KeyStore store = KeyStores.open(temp)) {
            store.generate(KeyRequest.of(KeySpec.EC_P256, "a"));
            sound = store.generate(KeyRequest.of(KeySpec.EC_P256, "b"));
        }
        Path record = temp.resolve("a.json");
        String text = Files.readString(record);
        Files.writeString(record, text.replaceAll("(\"" + field + "\" : \")[^\"]*", "$1+300000000-01-01T00:00:00Z"));

        try (KeyStore store = KeyStores.open(temp)) {
            assertThat(store.list()).containsExactly(sound);
            assertThat(store.unusable()).singleElement().satisfies(key -> {
                assertThat(key.problem()).isEqualTo(UnusableKey.Problem.DAMAGED);
                assertThat(key.reason()).contains("a.json").contains(field);
            });
            assertThat(store.health(HealthLevel.SIGN).isReady()).isTrue();
            assertThatThrownBy(() -> store.get(new KeyId("a")))
                    .isInstanceOf(IntegrityException.class)
                    .hasMessageContaining(field);

            store.compromise(new KeyId("a"), CompromisedSince.UNKNOWN, "stolen");

            assertThat(store.get(new KeyId("a")).compromisedSince()).hasValue(CompromisedSince.UNKNOWN);
            assertThat(store.unusable()).isEmpty();
        }
    }

    @Test
    void a_foreign_key_with_a_date_that_no_record_holds_is_usable() throws IOException {
        KeyId id;
        try (KeyStore store = KeyStores.open(temp)) {
            id = store.generate(KeyRequest.of(KeySpec.EC_P256, "a")).id();
        }
        Files.delete(temp.resolve("a.json"));
        FileTime farOff = FileTime.from(Instant.parse("+10000-01-01T00:00:00Z"));
        StoreUri uri = StoreUri.parse(temp.toUri().toString());
        Disk disk = new Disk() {
            @Override
            public Optional<BasicFileAttributes> stat(Path path) throws IOException {
                return super.stat(path).map(real -> dated(real, farOff));
            }
        };
        StoreDirectory directory = new StoreDirectory(uri, disk, FileRules.of(temp.getFileSystem()));
        KeyFiles files = new KeyReader(directory, disk).read(id).orElseThrow();

        assertThat(files.modified()).isEqualTo(Instant.EPOCH);
    }

    private static BasicFileAttributes dated(BasicFileAttributes real, FileTime modified) {
        return (BasicFileAttributes) Proxy.newProxyInstance(
                BasicFileAttributes.class.getClassLoader(),
                new Class<?>[] {BasicFileAttributes.class},
                (proxy, method, arguments) ->
                        method.getName().equals("lastModifiedTime") ? modified : method.invoke(real, arguments));
    }

    @Test
    void a_key_survives_closing_and_opening() {
        Signature signature;
        KeyMetadata made;
        try (KeyStore store = KeyStores.open(temp)) {
            made = store.generate(KeyRequest.of(KeySpec.EC_P256, "ec-1"));
            signature = store.signer(made.id()).sign(MESSAGE);
        }
        try (KeyStore store = KeyStores.open(temp)) {
            assertThat(store.get(made.id())).isEqualTo(made);
            assertThat(store.verifier(made.id())
                            .verify(MESSAGE, signature.value())
                            .isValid())
                    .isTrue();
            assertThat(store.signer(made.id()).sign(MESSAGE).keyId()).isEqualTo(made.id());
        }
    }
}
