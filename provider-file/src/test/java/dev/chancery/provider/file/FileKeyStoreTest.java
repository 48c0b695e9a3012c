package dev.chancery.provider.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.KeyMetadata;
import dev.chancery.KeyRequest;
import dev.chancery.KeySpec;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.Signature;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The store as an application sees it. */
class FileKeyStoreTest {
    private static final byte[] MESSAGE = "a contract".getBytes(UTF_8);

    @TempDir
    private Path temp;

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
