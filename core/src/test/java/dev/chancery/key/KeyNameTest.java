package dev.chancery.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.error.ConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyNameTest {

    @ParameterizedTest
    @ValueSource(strings = {"a", "0", "rsa-2026-11", "certificate-signing", "a-", "a--b"})
    void a_name_is_letters_digits_and_hyphens(String text) {
        assertThat(new KeyName(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-a",
                "A",
                "rsa_2026",
                "rsa.2026",
                "a/b",
                "../a",
                "a b",
                "a\n",
                "a\0",
                "ä",
                "٣",
                "a:b",
                "con.txt"
            })
    void nothing_else_is_a_name(String text) {
        assertThatThrownBy(() -> new KeyName(text))
                .isInstanceOf(ConfigurationException.class)
                .message()
                .matches("[ -~]*");
    }

    @Test
    void a_name_has_at_most_63_characters() {
        assertThat(new KeyName("a".repeat(63)).value()).hasSize(KeyName.MAX_LENGTH);
        assertThatThrownBy(() -> new KeyName("a".repeat(64))).isInstanceOf(ConfigurationException.class);
    }

    @Test
    void a_huge_name_makes_a_short_message() {
        assertThatThrownBy(() -> new KeyName("a".repeat(10_000_000)))
                .message()
                .hasSizeLessThan(300)
                .contains("…");
    }
}
