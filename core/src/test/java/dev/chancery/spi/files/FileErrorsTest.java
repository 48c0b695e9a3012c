package dev.chancery.spi.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.error.ChanceryException;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.StoreUnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileErrorsTest {
    @TempDir
    private Path temp;

    private ChanceryException reading(Path file) {
        try {
            FileContent.read(file, 1);
        } catch (IOException e) {
            return FileErrors.translate(e, "Reading the keys", file.resolveSibling(""));
        }
        throw new AssertionError("It can be read.");
    }

    @Test
    void a_directory_that_is_not_there_is_a_mistake_and_no_passing_trouble() {
        assertThat(reading(temp.resolve("none/keys")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("Reading the keys: there is no directory " + temp.resolve("none")
                        + ". Make it, or correct the path.");
    }

    @Test
    void a_file_that_has_gone_may_come_back() {
        assertThat(reading(temp.resolve("keys")))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining(temp.resolve("keys") + " is not there any more");
    }

    @Test
    void what_is_in_a_directorys_place_is_named() throws IOException {
        Path file = Files.createFile(temp.resolve("file"));
        assertThat(reading(file.resolve("keys")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(
                        "Reading the keys: " + file + " is not a directory. Name the directory that holds the keys.");
    }
}
