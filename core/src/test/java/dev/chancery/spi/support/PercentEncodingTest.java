package dev.chancery.spi.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PercentEncodingTest {

    @Test
    void everything_that_means_something_in_a_uri_is_encoded() {
        assertThat(PercentEncoding.encode("aZ09-._~")).isEqualTo("aZ09-._~");
        assertThat(PercentEncoding.encode("a b;c=d&e?f/%+")).isEqualTo("a%20b%3Bc%3Dd%26e%3Ff%2F%25%2B");
        assertThat(PercentEncoding.encode("é😀\0")).isEqualTo("%C3%A9%F0%9F%98%80%00");
    }

    @Test
    void every_character_comes_back() {
        String all = IntStream.rangeClosed(0, Character.MAX_CODE_POINT)
                .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
                .mapToObj(Character::toString)
                .collect(Collectors.joining());
        assertThat(PercentEncoding.decode(PercentEncoding.encode(all))).hasValue(all);
        assertThat(PercentEncoding.decode(all.replace("%", "%25"))).hasValue(all);
    }

    @Test
    void digits_are_of_either_case_and_a_plus_is_a_plus() {
        assertThat(PercentEncoding.decode("%c3%A9+%2b")).hasValue("é++");
    }

    @ParameterizedTest
    @ValueSource(strings = {"%", "%0", "a%zz", "%-1", "%+1", "%٣٣", "%ff", "%c3", "%c3x", "%ed%a0%80", "%c0%80"})
    void what_is_malformed_or_no_utf8_is_nothing(String text) {
        assertThat(PercentEncoding.decode(text)).isEmpty();
    }
}
