package dev.chancery.spi.support;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CsvCellTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "rsa-2026-11       | rsa-2026-11",
                "Köln              | Köln",
                "a,b               | \"a,b\"",
                "a\"b              | \"a\"\"b\"",
                "+1                | '+1",
                "-1                | '-1",
                "@SUM(1,2)         | \"'@SUM(1,2)\"",
                "1-1=0             | 1-1=0",
                "``                | ``"
            })
    void a_cell_is_quoted_where_needed_and_never_a_formula(String value, String cell) {
        assertThat(CsvCell.of(value)).isEqualTo(cell);
    }

    @ParameterizedTest
    @ValueSource(strings = {"=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20"})
    void an_apostrophe_stands_before_whatever_begins_a_formula(String start) {
        assertThat(CsvCell.of(start + "cmd|' /C calc'!A0")).startsWith("'");
    }

    @Test
    void a_cell_is_no_formula_either_where_a_semicolon_separates_columns() {
        assertThat(CsvCell.of("X11;=cmd\"; \"+1; -2; b-c")).isEqualTo("\"X11;'=cmd\"\"; \"\"'+1; '-2; b-c\"");
    }

    @Test
    void a_cell_neither_ends_its_line_nor_steers_a_terminal() {
        assertThat(CsvCell.of("a\r\nb")).isEqualTo("a\\u000d\\u000ab");
        assertThat(CsvCell.of("\tx")).isEqualTo("'\\u0009x");
        assertThat(CsvCell.of("\r=x")).isEqualTo("'\\u000d=x");
        assertThat(CsvCell.of("\u202e\u001b[2J")).isEqualTo("\\u202e\\u001b[2J");
    }
}
