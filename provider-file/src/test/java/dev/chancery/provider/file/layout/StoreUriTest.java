package dev.chancery.provider.file.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.error.ConfigurationException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StoreUriTest {

    @ParameterizedTest
    @CsvSource({
        "file:///opt/keys, /opt/keys",
        "file:/opt/keys/, /opt/keys",
        "FILE:///opt/keys, /opt/keys",
        "file:///opt/My%20Keys, /opt/My Keys",
        "file:///opt/%C3%BC%23, /opt/ü#",
        "file:///opt/a+b, /opt/a+b",
        "file:///opt/keys?links=inside, /opt/keys",
    })
    void an_absolute_uri_names_a_path(String uri, String path) {
        assertThat(StoreUri.parse(uri).directory()).isEqualTo(Path.of(path));
    }

    @ParameterizedTest
    @CsvSource({
        "file:keys, keys",
        "file:my%20keys/a, my keys/a",
        "file:../keys, ../keys",
        "file:keys?links=inside, keys"
    })
    void a_relative_uri_names_a_path_below_the_working_directory(String uri, String path) {
        assertThat(StoreUri.parse(uri).directory())
                .isEqualTo(Path.of(path).toAbsolutePath().normalize());
    }

    @Test
    void links_are_followed_only_if_the_uri_says_so() {
        assertThat(StoreUri.parse("file:///keys").linksInside()).isFalse();
        assertThat(StoreUri.parse("file:///keys?links=inside").linksInside()).isTrue();
    }

    @Test
    void a_group_is_trusted_only_if_the_uri_says_so() {
        assertThat(StoreUri.parse("file:///keys?links=inside").groupTrusted()).isFalse();
        assertThat(StoreUri.parse("file:///keys?links=inside&group=trusted").groupTrusted())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"links=outside", "link=inside", "passphrase=x", "", "links=inside&mode=0777"})
    void an_unknown_option_is_answered_with_the_known_one(String option) {
        assertThatThrownBy(() -> StoreUri.parse("file:///keys?" + option))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("'links=inside'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file:",
                "file://host/keys",
                "file:///keys#a",
                "file:keys#a",
                "file:///my keys",
                "file:///a%00b",
                "file:///a%zz",
                "file:a%00b",
                "file:~/keys"
            })
    void a_uri_that_names_no_directory_is_an_error_that_shows_how_to_write_one(String uri) {
        assertThatThrownBy(() -> StoreUri.parse(uri))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("file:///absolute/path");
    }

    @Test
    void the_location_does_not_depend_on_what_is_there(@org.junit.jupiter.api.io.TempDir Path there) {
        assertThat(StoreUri.parse(there.toUri().toString()).location())
                .isEqualTo("file://" + there)
                .isEqualTo(StoreUri.parse("file://" + there + "?links=inside").location());
    }
}
