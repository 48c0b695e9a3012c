package dev.chancery.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyStores;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.KeyAccessException;
import dev.chancery.internal.store.FakeBackend;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.KeyStoreProvider;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the secret URL of a webhook comes from. */
class WebhookTest {
    private static final String URL = "https://hooks.example/services/T0000";

    @TempDir
    private Path directory;

    private Path file(String name, String mode, String content) throws IOException {
        Path file = Files.writeString(directory.resolve(name), content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
        return file;
    }

    @Test
    void the_url_is_the_first_line_of_a_file_or_a_credential_and_the_credential_goes_first() throws IOException {
        String file = file("webhook", "rw-------", URL + "\n# of the team's channel\n")
                .toString();
        assertThat(Webhook.fromEnvironment(Map.of("CHANCERY_WEBHOOK_FILE", file))
                        .map(Webhook::url))
                .hasValue(URI.create(URL));

        file("chancery-webhook", "r--r-----", URL + "/credential");
        assertThat(Webhook.fromEnvironment(
                                Map.of("CHANCERY_WEBHOOK_FILE", file, "CREDENTIALS_DIRECTORY", directory.toString()))
                        .map(Webhook::url))
                .hasValue(URI.create(URL + "/credential"));
        assertThat(Webhook.fromEnvironment(Map.of())).isEmpty();
    }

    @Test
    void a_host_may_be_private_only_where_that_is_said() {
        Map<String, String> open = Map.of("CHANCERY_WEBHOOK", URL);
        assertThat(Webhook.fromEnvironment(open).orElseThrow().mayBePrivate()).isFalse();
        Map<String, String> said = Map.of("CHANCERY_WEBHOOK", URL, "CHANCERY_WEBHOOK_PRIVATE", "Yes");
        assertThat(Webhook.fromEnvironment(said).orElseThrow().mayBePrivate()).isTrue();
        assertThatThrownBy(() ->
                        Webhook.fromEnvironment(Map.of("CHANCERY_WEBHOOK", URL, "CHANCERY_WEBHOOK_PRIVATE", "perhaps")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("CHANCERY_WEBHOOK_PRIVATE is true or false");
    }

    @Test
    void no_message_shows_it() throws IOException {
        assertThat(Webhook.of(URI.create(URL))).hasToString("Webhook[https://hooks.example/…]");
        assertThatThrownBy(() -> Webhook.fromEnvironment(Map.of("CHANCERY_WEBHOOK", URL + "\\T0000")))
                .isInstanceOf(ConfigurationException.class)
                .hasNoCause()
                .hasMessageNotContaining("T0000");
        String open = file("open", "rw-r--r--", URL).toString();
        assertThatThrownBy(() -> Webhook.fromEnvironment(Map.of("CHANCERY_WEBHOOK_FILE", open)))
                .isInstanceOf(KeyAccessException.class)
                .hasMessageContaining(open)
                .hasMessageNotContaining("T0000");
    }

    @Test
    void where_nothing_posts_to_webhooks_the_store_is_not_opened_and_the_artifact_is_named() {
        KeyStoreProvider provider = new KeyStoreProvider() {
            @Override
            public String scheme() {
                return "fake";
            }

            @Override
            public KeyBackend open(KeyStoreConfig config) {
                return new FakeBackend();
            }
        };
        KeyStoreOptions options =
                KeyStoreOptions.builder().webhook(Webhook.of(URI.create(URL))).build();

        assertThatThrownBy(() -> KeyStores.open(provider, "fake:", options))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("dev.chancery:chancery-notify");
    }
}
