package dev.chancery.spi.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.error.ConfigurationException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.regex.Pattern;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UriOptionsTest {

    private static UriOptions options(String query) {
        return UriOptions.ofUri("vault:place?" + query, Set.of("a", "b"), UriOptionsTest::wrong);
    }

    private static ConfigurationException wrong(String what) {
        return new ConfigurationException("No vault: " + what + ". Write vault:place?a=1.");
    }

    private static void refuses(ThrowingCallable call, String what) {
        assertThatThrownBy(call)
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("No vault: " + what + ". Write vault:place?a=1.");
    }

    @Test
    void a_uri_without_a_question_mark_has_none() {
        UriOptions none = UriOptions.ofUri("vault:a=1", Set.of("a"), UriOptionsTest::wrong);
        assertThat(none.text("a")).isEmpty();
        assertThat(none.integer("a", 0, 1)).isEmpty();
        assertThat(none.seconds("a", 0, 1)).isEmpty();
        assertThat(none.path("a")).isEmpty();
        assertThat(none.flag("a", "true")).isFalse();
    }

    @Test
    void the_place_stands_between_the_scheme_and_the_question_mark() {
        Pattern form = Pattern.compile("//([a-z:]+)");
        assertThat(UriOptions.place("vault://a:b?c=?", form, "it names no place", UriOptionsTest::wrong)
                        .group(1))
                .isEqualTo("a:b");
        for (String other : new String[] {"vault:", "vault://", "vault://a/b", "vault"}) {
            refuses(
                    () -> UriOptions.place(other, form, "it names no place", UriOptionsTest::wrong),
                    "it names no place");
        }
        refuses(
                () -> UriOptions.place("vault://" + "a".repeat(2041), form, "it names no place", UriOptionsTest::wrong),
                "it is longer than 2048 characters");
    }

    @Test
    void a_value_is_decoded_once_and_may_hold_what_separates() {
        UriOptions options = options("a=x%26b%3D%2520=y?+&b=2");
        assertThat(options.text("a")).hasValue("x&b=%20=y?+");
        assertThat(options.text("b")).hasValue("2");
    }

    @Test
    void attributes_may_stand_elsewhere() {
        UriOptions attributes = UriOptions.parse("a=1&2;b=3", ';', Set.of("a", "b"), UriOptionsTest::wrong);
        assertThat(attributes.text("a")).hasValue("1&2");
        assertThat(attributes.text("b")).hasValue("3");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "colour=red | 'colour' is unknown here, where there may be a, b",
                "a=1&A=2 | 'A' is unknown here, where there may be a, b",
                "a=1&a=1 | 'a' stands there twice",
                "a= | 'a' is empty",
                "a | 'a' is no option of the form name=value",
                "=1 | '=1' is no option of the form name=value",
                "\"\" | '' is no option of the form name=value",
                "a=1& | '' is no option of the form name=value",
                "a=%zz | the value of 'a' is not percent-encoded UTF-8",
                "a=%ff | the value of 'a' is not percent-encoded UTF-8",
            })
    void what_is_wrong_is_told(String query, String what) {
        refuses(() -> options(query), what);
    }

    @Test
    void the_value_of_an_unknown_option_is_not_shown() {
        assertThatThrownBy(() -> options("pin=1234")).message().doesNotContain("1234");
    }

    @Test
    void a_name_from_outside_stays_on_its_line() {
        refuses(() -> options("\u001b\n=1"), "'\\u001b\\u000a' is unknown here, where there may be a, b");
    }

    @Test
    void a_form_holds_for_the_whole_value() {
        Pattern digits = Pattern.compile("[0-9]+");
        assertThat(options("a=12").text("a", digits)).hasValue("12");
        assertThat(options("a=12").text("b", digits)).isEmpty();
        refuses(() -> options("a=12x").text("a", digits), "a cannot be '12x'");
    }

    @Test
    void a_number_is_in_its_range() {
        assertThat(options("a=7&b=009").integer("a", 7, 9)).hasValue(7);
        assertThat(options("a=7&b=009").integer("b", 7, 9)).hasValue(9);
    }

    @ParameterizedTest
    @ValueSource(strings = {"6", "10", "-7", "+7", "7.0", "0x7", "seven", "99999999999999999999", "٧"})
    void anything_else_is_no_number(String text) {
        refuses(
                () -> options("a=" + text).integer("a", 7, 9),
                "a is a whole number from 7 to 9, not '" + Printable.of(text) + "'");
    }

    @Test
    void a_time_is_in_seconds() {
        assertThat(options("a=300").seconds("a", 1, 300)).hasValue(Duration.ofMinutes(5));
        refuses(() -> options("a=5m").seconds("a", 1, 300), "a is a whole number from 1 to 300, not '5m'");
    }

    @Test
    void a_flag_is_on_or_off_and_nothing_else() {
        assertThat(options("a=inside").flag("a", "inside")).isTrue();
        assertThat(options("a=false").flag("a", "inside")).isFalse();
        assertThat(options("a=inside").flag("b", "true")).isFalse();
        refuses(() -> options("a=yes").flag("a", "inside"), "a is 'inside' or 'false', not 'yes'");
    }

    @ParameterizedTest
    @CsvSource({
        "/run/pin, /run/pin",
        "keys, keys",
        "file:/run/pin, /run/pin",
        "FILE:///run/my%2520pin, /run/my pin",
        "file:keys, keys",
    })
    void a_path_is_written_as_such_or_as_a_uri(String value, String path) {
        assertThat(options("a=" + value).path("a")).hasValue(Path.of(path));
    }

    @ParameterizedTest
    @ValueSource(strings = {"%00", "file://host/path", "file:/a%20b", "file:///a#b"})
    void anything_else_is_no_path(String value) {
        assertThatThrownBy(() -> options("a=" + value).path("a"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("a is no path: '");
    }
}
