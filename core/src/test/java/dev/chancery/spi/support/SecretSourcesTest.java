package dev.chancery.spi.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.ConfigurationException;
import dev.chancery.KeyAccessException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretSourcesTest {
    private final Map<String, String> environment = new HashMap<>();
    private Optional<Path> configured = Optional.empty();
    private Optional<String> callback = Optional.empty();

    @TempDir
    private Path temp;

    @BeforeEach
    void configureAll() throws IOException {
        callback = Optional.of("from callback");
        environment.put("CREDENTIALS_DIRECTORY", temp.toString());
        file("credential", "from systemd", "rw-r-----");
        configured = Optional.of(file("configured", "from configuration", "rw-------"));
        environment.put("SECRET_FILE", file("named", "from file", "rw-------").toString());
        environment.put("SECRET", "from variable");
    }

    private Path file(String name, String content, String mode) throws IOException {
        Path file = Files.writeString(temp.resolve(name), content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    private Optional<String> find() {
        return new SecretSources("PIN", "credential", configured, "SECRET_FILE", "SECRET", environment)
                .find(() -> callback.map(String::toCharArray))
                .map(String::new);
    }

    @Test
    void the_sources_are_asked_in_order() throws IOException {
        assertThat(find()).contains("from callback");
        callback = Optional.empty();
        assertThat(find()).contains("from systemd");
        Files.delete(temp.resolve("credential"));
        assertThat(find()).contains("from configuration");
        configured = Optional.empty();
        assertThat(find()).contains("from file");
        environment.remove("SECRET_FILE");
        assertThat(find()).contains("from variable");
        environment.put("SECRET", "");
        assertThat(find()).isEmpty();
    }

    @Test
    void a_source_that_is_configured_and_holds_none_is_an_error_and_not_passed_over() throws IOException {
        callback = Optional.empty();
        file("credential", "\n", "rw-------");
        assertThatThrownBy(this::find)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("first line");
        Files.delete(temp.resolve("credential"));
        configured = Optional.of(temp.resolve("none"));
        assertThatThrownBy(this::find)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContainingAll("PIN file", "does not exist");
        configured = Optional.empty();
        file("named", "hidden", "rw-r--r--");
        assertThatThrownBy(this::find)
                .isInstanceOf(KeyAccessException.class)
                .hasMessageContaining("chmod 600")
                .hasMessageNotContaining("hidden");
    }

    @ParameterizedTest
    @ValueSource(strings = {"CREDENTIALS_DIRECTORY", "SECRET_FILE"})
    void a_variable_that_holds_no_path_is_named(String variable) {
        callback = Optional.empty();
        configured = Optional.empty();
        environment.remove("CREDENTIALS_DIRECTORY");
        environment.put(variable, "a\0b");
        assertThatThrownBy(this::find)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContainingAll(variable, "a\\u0000b");
    }
}
