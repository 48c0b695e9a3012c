package dev.chancery.cli.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFileTest {
    private static final byte[] NEW = "new".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path directory;

    @Test
    void writes_a_file_and_leaves_nothing_else() throws IOException {
        OutputFile.write(directory.resolve("a.sig"), NEW);
        assertThat(directory.resolve("a.sig")).hasBinaryContent(NEW);
        assertThat(directory).isDirectoryNotContaining(path -> !path.endsWith("a.sig"));
    }

    @Test
    void replaces_a_file_by_another_one_so_that_readers_of_the_old_one_are_not_disturbed() throws IOException {
        Path file = Files.writeString(directory.resolve("a.sig"), "old");
        try (var reader = Files.newInputStream(file)) {
            OutputFile.write(file, NEW);
            assertThat(reader.readAllBytes()).asString().isEqualTo("old");
        }
        assertThat(file).hasBinaryContent(NEW);
    }

    @Test
    void follows_a_link_and_keeps_it() throws IOException {
        Path file = Files.writeString(directory.resolve("real"), "old");
        Path link = Files.createSymbolicLink(directory.resolve("link"), file);
        OutputFile.write(link, NEW);
        assertThat(link).isSymbolicLink();
        assertThat(file).hasBinaryContent(NEW);
    }

    @Test
    void puts_nothing_in_the_place_of_a_device() throws IOException {
        Path device = Path.of("/dev/null");
        OutputFile.write(device, NEW);
        assertThat(Files.isRegularFile(device)).isFalse();
    }

    @Test
    void a_full_device_is_an_error_that_names_it() {
        assertThatExceptionOfType(FileSystemException.class)
                .isThrownBy(() -> OutputFile.write(Path.of("/dev/full"), NEW))
                .withMessageContaining("/dev/full");
    }

    @Test
    void a_directory_is_refused() {
        assertThatExceptionOfType(FileSystemException.class)
                .isThrownBy(() -> OutputFile.write(directory, NEW))
                .withMessageContaining("it is a directory");
    }

    @Test
    void a_missing_directory_is_not_made() {
        assertThatExceptionOfType(FileSystemException.class)
                .isThrownBy(() -> OutputFile.write(directory.resolve("none/a.sig"), NEW))
                .withMessageContaining("its directory does not exist");
        assertThat(directory).isEmptyDirectory();
    }
}
