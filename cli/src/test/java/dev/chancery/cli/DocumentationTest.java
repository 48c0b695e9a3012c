package dev.chancery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What the command and its environment can do is written down, and what is written down exists. */
class DocumentationTest {
    private static final Path DOCS = Path.of("../docs");

    @Test
    void every_command_and_option_is_in_the_manual() throws IOException {
        String manual = Files.readString(DOCS.resolve("cli.md"));
        CommandLine chancery = Chancery.complete();
        Set<String> commands = new TreeSet<>(chancery.getSubcommands().keySet());
        assertThat(found("(?m)^### ([a-z-]+)$", manual)).isEqualTo(commands);
        Set<String> options = new TreeSet<>();
        withSubcommands(chancery)
                .flatMap(command -> command.getCommandSpec().options().stream())
                .forEach(option -> options.addAll(Set.of(option.names())));
        assertThat(found("(?<![\\w-])(--?[a-z][a-z-]*|-[hV])(?![\\w-])", withoutOpenSsl(manual)))
                .isEqualTo(options);
    }

    @Test
    void every_variable_is_in_the_manual() throws IOException {
        Set<String> read = new TreeSet<>();
        for (String source : new String[] {
            "../core/src/main/java",
            "../provider-file/src/main/java",
            "../provider-pkcs11/src/main/java",
            "src/main/java"
        }) {
            try (Stream<Path> files = Files.walk(Path.of(source))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    read.addAll(found("\"((?:CHANCERY|CRYPTO|CREDENTIALS)_[A-Z_]+)\"", Files.readString(file)));
                }
            }
        }
        assertThat(found("(?m)^\\| `([A-Z_]+)`", Files.readString(DOCS.resolve("configuration.md"))))
                .isEqualTo(read);
    }

    private static Stream<CommandLine> withSubcommands(CommandLine command) {
        return Stream.concat(
                Stream.of(command),
                command.getSubcommands().values().stream().flatMap(DocumentationTest::withSubcommands));
    }

    private static String withoutOpenSsl(String manual) {
        return Pattern.compile("(?m)^.*(openssl|jq) .*$").matcher(manual).replaceAll("");
    }

    private static Set<String> found(String pattern, String text) {
        Set<String> found = new TreeSet<>();
        Pattern.compile(pattern).matcher(text).results().forEach(result -> found.add(result.group(1)));
        return found;
    }
}
