package dev.chancery.spi.support;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrintableTest {
    private static final String KEY = "\ud83d\udd11";

    @ParameterizedTest
    @CsvSource({
        "plain text, plain text",
        "'a\nb\r\nc\td', 'a\\u000ab\\u000d\\u000ac\\u0009d'",
        "'\u001b[31mred', '\\u001b[31mred'",
        "'\u202egpj.exe', '\\u202egpj.exe'",
        "'a\u0000b\u007f\u0085c', 'a\\u0000b\\u007f\\u0085c'",
        "'a\u2028b\u2029c\u200bd\ufeffe', 'a\\u2028b\\u2029c\\u200bd\\ufeffe'",
        "'Köln → 東京 😀', 'Köln → 東京 😀'",
    })
    void text_from_outside_stays_on_its_line(String text, String shown) {
        assertThat(Printable.line(text)).isEqualTo(shown);
    }

    @Test
    void half_a_character_a_private_one_and_a_tag_are_shown_by_their_numbers() {
        assertThat(Printable.line("a\ud83db")).isEqualTo("a\\ud83db");
        assertThat(Printable.line("\ue000")).isEqualTo("\\ue000");
        assertThat(Printable.line(new StringBuilder().appendCodePoint(0xe0041).toString()))
                .isEqualTo("\\udb40\\udc41");
    }

    @Test
    void a_value_in_a_message_is_ascii_so_that_no_letter_passes_for_another() {
        assertThat(Printable.of("p\u0430ypal ü\n\u001b[2J " + KEY))
                .isEqualTo("p\\u0430ypal \\u00fc\\u000a\\u001b[2J \\ud83d\\udd11");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "rsa-2026-11", " ~", "C:\\keys", "\"'%s{}"})
    void what_is_printable_stays_as_it_is(String text) {
        assertThat(Printable.of(text)).isEqualTo(text);
        assertThat(Printable.line(text)).isEqualTo(text);
    }

    @Test
    void a_long_value_is_cut() {
        String full = "x".repeat(Printable.MOST);
        assertThat(Printable.of(full)).isEqualTo(full);
        assertThat(Printable.of(full + "x")).isEqualTo(full + "…");
        assertThat(Printable.of("abcd", 3)).isEqualTo("abc…");
    }

    @Test
    void no_character_is_cut_in_two_nor_an_escape() {
        assertThat(Printable.line(KEY.repeat(3), 2)).isEqualTo(KEY.repeat(2) + "…");
        assertThat(Printable.line("\n\n\n", 2)).isEqualTo("\\u000a\\u000a…");
    }

    @Test
    void a_line_is_as_long_as_its_text() {
        assertThat(Printable.line("x".repeat(100_000))).hasSize(100_000);
    }
}
