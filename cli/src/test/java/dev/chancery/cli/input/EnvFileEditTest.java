package dev.chancery.cli.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.error.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvFileEditTest {

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "KEY=old|KEY=new",
                "KEY=old\\n|KEY=new\\n",
                "KEY=\\n|KEY=new\\n",
                "A=1\\nKEY=old\\nB=2\\n|A=1\\nKEY=new\\nB=2\\n",
                "export KEY = old # why\\n|export KEY = new # why\\n",
                "KEY='old'\\n|KEY=new\\n",
                "KEY=\"old # no comment\" # one\\n|KEY=new # one\\n",
                "KEY=old\\r\\nB=2\\r\\n|KEY=new\\r\\nB=2\\r\\n",
                "MY_KEY=old\\n|MY_KEY=old\\nKEY=new\\n",
                "# KEY=old\\n|# KEY=old\\nKEY=new\\n",
                "A=1|A=1\\nKEY=new\\n",
                "\uFEFFKEY=old\\nB=2\\n|\uFEFFKEY=new\\nB=2\\n",
                "\uFEFFexport KEY='old'\\r\\n|\uFEFFexport KEY=new\\r\\n",
                "\uFEFFB=2\\nKEY=old\\n|\uFEFFB=2\\nKEY=new\\n",
            })
    void changes_the_value_and_nothing_else(String before, String after) throws IOException {
        Path file = Files.writeString(directory.resolve("app.env"), lines(before));

        EnvFileEdit.set(file, "KEY", "new");

        assertThat(file).content().isEqualTo(lines(after));
        assertThat(directory).isDirectoryNotContaining("glob:**.tmp");
    }

    @Test
    void keeps_mode_and_link() throws IOException {
        Path file = Files.writeString(directory.resolve("real.env"), "KEY=old\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r-----"));
        Path link = Files.createSymbolicLink(directory.resolve("link.env"), file);

        EnvFileEdit.set(link, "KEY", "new");

        assertThat(link).isSymbolicLink();
        assertThat(file).content().isEqualTo("KEY=new\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("r--r-----");
    }

    @Test
    void a_file_is_settable_or_the_reason_is_told_before_anything_is_done() throws IOException {
        Path file = Files.writeString(directory.resolve("app.env"), "KEY=old\n");
        EnvFileEdit.requireSettable(file, "KEY");
        EnvFileEdit.requireSettable(file, "ANOTHER");
        assertThat(file).content().isEqualTo("KEY=old\n");

        Files.writeString(file, "NOTE=\"a quotation\nKEY=old\n\"\nKEY=old\n");
        assertThatThrownBy(() -> EnvFileEdit.requireSettable(file, "KEY")).isInstanceOf(ConfigurationException.class);
    }

    @Test
    void an_empty_file_gets_the_line() throws IOException {
        Path file = Files.createFile(directory.resolve("app.env"));

        EnvFileEdit.set(file, "KEY", "new");

        assertThat(file).content().isEqualTo("KEY=new\n");
    }

    @Test
    void what_it_cannot_change_rightly_is_left_and_said() throws IOException {
        String twice = "NOTE=\"a quotation\nKEY=old\n\"\nKEY=old\n";
        Path file = Files.writeString(directory.resolve("app.env"), twice);

        assertThatThrownBy(() -> EnvFileEdit.set(file, "KEY", "new"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("KEY=new");

        assertThat(file).content().isEqualTo(twice);
    }

    private static String lines(String text) {
        return text.replace("\\n", "\n").replace("\\r", "\r");
    }
}
