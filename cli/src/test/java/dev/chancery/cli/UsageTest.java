package dev.chancery.cli;

import dev.chancery.cli.output.ExitStatus;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** A command line that lacks something is refused, and told what it lacks. */
class UsageTest {
    @TempDir
    Path directory;

    /** Every command with each of its arguments left out, those before it given. */
    static Stream<Arguments> incomplete() {
        return incomplete(Chancery.complete(), List.of());
    }

    private static Stream<Arguments> incomplete(CommandLine command, List<String> words) {
        List<Arguments> lines = new ArrayList<>();
        List<String> given = new ArrayList<>(words);
        for (PositionalParamSpec parameter : command.getCommandSpec().positionalParameters()) {
            if (parameter.required()) {
                lines.add(Arguments.of(List.copyOf(given), parameter.paramLabel()));
                given.add("x");
            }
        }
        command.getCommandSpec().options().stream()
                .filter(ArgSpec::required)
                .filter(option -> option.group() == null)
                .forEach(option -> lines.add(Arguments.of(List.copyOf(given), option.longestName())));
        Stream<Arguments> deeper = command.getSubcommands().entrySet().stream().flatMap(sub -> {
            List<String> longer = new ArrayList<>(words);
            longer.add(sub.getKey());
            return incomplete(sub.getValue(), longer);
        });
        return Stream.concat(lines.stream(), deeper);
    }

    @ParameterizedTest
    @MethodSource("incomplete")
    void what_is_missing_is_named(List<String> words, String missing) {
        new Shell(directory).chancery(words.toArray()).expectError(ExitStatus.USAGE, missing, words.get(0) + " ");
    }
}
