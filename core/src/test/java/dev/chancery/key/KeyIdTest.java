package dev.chancery.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.error.ConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyIdTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rsa-2026-11",
                "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
                "https://vault.vault.azure.net/keys/Invoices/78deebed173b48e48f55abf87ed4cf71",
                "projects/p/locations/l/keyRings/r/cryptoKeys/k/cryptoKeyVersions/10",
                "!",
                "~"
            })
    void whatever_a_store_calls_its_keys_is_an_id_as_it_stands(String text) {
        assertThat(new KeyId(text).value()).isEqualTo(text);
        assertThat(new KeyId(text)).hasToString(text).isEqualTo(new KeyId(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "a b", "a\tb", "a\nb", "a\0b", "a\u007fb", "\u001b[31m", "käse", "a\u2028b", "😀"})
    void what_does_not_belong_into_a_path_or_a_log_line_is_no_id(String text) {
        assertThatThrownBy(() -> new KeyId(text))
                .isInstanceOf(ConfigurationException.class)
                .message()
                .matches("[ -~]*");
    }

    @Test
    void an_id_has_1_to_512_characters() {
        assertThat(new KeyId("a".repeat(512)).value()).hasSize(512);
        assertThatThrownBy(() -> new KeyId("")).hasMessageContaining("this one has 0");
        assertThatThrownBy(() -> new KeyId("a".repeat(513))).hasMessageContaining("this one has 513");
    }
}
