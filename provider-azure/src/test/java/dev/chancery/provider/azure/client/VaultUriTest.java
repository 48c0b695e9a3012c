package dev.chancery.provider.azure.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.error.ConfigurationException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VaultUriTest {
    @ParameterizedTest
    @CsvSource({
        "azurekms://MyKeyVault.vault.azure.net/, https://MyKeyVault.vault.azure.net, false",
        "azurekms://MyKeyVault, https://MyKeyVault.vault.azure.net, false",
        "azurekms://my-vault/, https://my-vault.vault.azure.net, false",
        "azurekms://a.vault.azure.cn/, https://a.vault.azure.cn, false",
        "azurekms://a.vault.usgovcloudapi.net/, https://a.vault.usgovcloudapi.net, false",
        "azurekms://a.managedhsm.azure.net/, https://a.managedhsm.azure.net, true",
        "azurekms://a.managedhsm.usgovcloudapi.net/, https://a.managedhsm.usgovcloudapi.net, true",
        "azurekms://localhost, https://localhost, false",
        "azurekms://localhost:8443/vault/one, https://localhost:8443/vault/one, false",
        "azurekms://127.0.0.1:8443/, https://127.0.0.1:8443, false",
        "azurekms://[::1]:8443/a/, https://[::1]:8443/a, false",
    })
    void a_vault_has_a_url_and_a_name_alone_is_one_of_the_public_cloud(String uri, String url, boolean hsm) {
        VaultUri parsed = VaultUri.parse(uri);

        assertThat(parsed.url()).isEqualTo(url);
        assertThat(parsed.target()).hasToString(url);
        assertThat(parsed.location()).isEqualTo(url.replace("https:", "azurekms:") + "/");
        assertThat(parsed.hsm()).isEqualTo(hsm);
    }

    @Test
    void options_have_defaults() {
        VaultUri parsed = VaultUri.parse("azurekms://a-vault");

        assertThat(parsed.deadline()).isEqualTo(Duration.ofSeconds(10));
        assertThat(parsed.inFlight()).isEqualTo(64);
        assertThat(parsed.pinned()).isFalse();
        assertThat(parsed.anyChallenge()).isFalse();
        assertThat(parsed.trust()).isEmpty();
        assertThat(parsed.token()).isEmpty();
    }

    @Test
    void options_are_read() {
        VaultUri parsed = VaultUri.parse("azurekms://a-vault/?deadline=3&inflight=7&pinned=true&challenge=any&hsm=true"
                + "&trust=%2Fetc%2Fca.pem&token=%2Frun%2Ftoken&endpoint=https%3A%2F%2Flocalhost%3A8443%2Fone%2F");

        assertThat(parsed.deadline()).isEqualTo(Duration.ofSeconds(3));
        assertThat(parsed.inFlight()).isEqualTo(7);
        assertThat(parsed.pinned()).isTrue();
        assertThat(parsed.anyChallenge()).isTrue();
        assertThat(parsed.hsm()).isTrue();
        assertThat(parsed.trust()).hasValue(Path.of("/etc/ca.pem"));
        assertThat(parsed.token()).hasValue(Path.of("/run/token"));
        assertThat(parsed.target()).hasToString("https://localhost:8443/one");
        assertThat(parsed.url()).isEqualTo("https://a-vault.vault.azure.net");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "azurekms:",
                "azurekms:///",
                "azurekms://ab",
                "azurekms://1vault",
                "azurekms://" + "a" + "-vault-with-a-name-that-is-too-long/",
                "azurekms://user:secret@a-vault/",
                "azurekms://a-vault/../b",
                "azurekms://a-vault/?deadline=0",
                "azurekms://a-vault/?challenge=none",
                "azurekms://a-vault/?region=eu",
                "azurekms://a-vault/?pinned=true&pinned=true",
                "azurekms://a-vault/?endpoint=http%3A%2F%2Flocalhost",
                "azurekms://a-vault/?endpoint=https%3A%2F%2Fuser%3Asecret%40host",
                "azurekms://a-vault/?endpoint=https%3A%2F%2Fhost%2F%3Fa%3Dsecret",
            })
    void what_is_no_uri_is_refused_with_an_example_and_without_its_secrets(String uri) {
        assertThatThrownBy(() -> VaultUri.parse(uri))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("azurekms://MyKeyVault.vault.azure.net/")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("secret"));
    }
}
