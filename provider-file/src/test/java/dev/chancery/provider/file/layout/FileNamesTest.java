package dev.chancery.provider.file.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.error.ConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileNamesTest {

    @ParameterizedTest
    @ValueSource(strings = {"a", "0", "rsa-2026-11", "rsa_prod.2024", "com", "console", "com10", "nulled", "x.con"})
    void an_id_is_lower_case_letters_digits_dots_dashes_and_underscores(String text) {
        assertThat(FileNames.parse(text).value()).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "..",
                "../a",
                "a/../b",
                "a/b",
                "a\\b",
                "/a",
                ".hidden",
                "-a",
                "_a",
                "a..b",
                "a.",
                "A",
                "Rsa",
                "ä",
                "a b",
                "a\0",
                "a\nb",
                "a\u001b[2J",
                "a%2fb",
                "con",
                "nul",
                "aux.x",
                "prn",
                "com1",
                "lpt9",
                "com0.pem",
                "a:b"
            })
    void anything_else_never_becomes_a_path(String text) {
        assertThatThrownBy(() -> FileNames.parse(text))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("at most 63")
                .message()
                .matches("[ -~…]*");
    }

    @Test
    void an_id_has_at_most_63_characters() {
        assertThat(FileNames.ifValid("a".repeat(63))).isPresent();
        assertThat(FileNames.ifValid("a".repeat(64))).isEmpty();
    }

    @Test
    void a_strange_name_is_listed_in_printable_ascii_of_bounded_length() {
        assertThat(FileNames.listedName("My Key\n\u001b[31mü%")).isEqualTo("My%20Key%0A%1B%5B31m%C3%BC%25");
        assertThat(FileNames.listedName("x".repeat(10_000))).hasSizeLessThan(100);
    }
}
