package dev.chancery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrintableTest {

    @ParameterizedTest
    @CsvSource({
        "plain text, plain text",
        "'a\nb\r\nc\td', 'a b  c d'",
        "'\u001b[31mred', '\\u001b[31mred'",
        "'\u202egpj.exe', '\\u202egpj.exe'",
        "'a\u0000b\u007f\u0085c', 'a\\u0000b\\u007f\\u0085c'",
        "'Köln → 東京 😀', 'Köln → 東京 😀'",
    })
    void text_from_outside_stays_on_its_line(String text, String shown) {
        assertThat(Printable.oneLine(text)).isEqualTo(shown);
    }
}
