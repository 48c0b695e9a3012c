package dev.chancery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.cli.input.Moment;
import dev.chancery.cli.output.ExitStatus;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
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

    /** Every command that does something itself. */
    static Stream<CommandLine> commands() {
        return commands(Chancery.complete());
    }

    private static Stream<CommandLine> commands(CommandLine command) {
        return command.getSubcommands().isEmpty()
                ? Stream.of(command)
                : command.getSubcommands().values().stream().flatMap(UsageTest::commands);
    }

    @ParameterizedTest
    @MethodSource("commands")
    void each_help_ends_with_an_example_that_parses(CommandLine command) {
        List<String> help = command.getUsageMessage().lines().toList();
        String example = help.get(help.size() - 1).strip();

        assertThat(help.get(help.size() - 2)).isEqualTo("Example:");
        assertThat(example).contains(command.getCommandSpec().qualifiedName());
        List<String> words = Pattern.compile("\"([^\"]*)\"|([^ \"<>()]+)")
                .matcher(example.substring(example.indexOf("chancery ")).replaceFirst(" >.*", ""))
                .results()
                .map(word -> word.group(1) == null ? word.group(2) : word.group(1))
                .skip(1)
                .toList();
        Chancery.complete().parseArgs(words.toArray(String[]::new));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void own_options_stand_before_those_of_every_command(CommandLine command) {
        String help = command.getUsageMessage();
        Map<Boolean, IntSummaryStatistics> places = command.getCommandSpec().options().stream()
                .collect(Collectors.partitioningBy(
                        ArgSpec::inherited, Collectors.summarizingInt(option -> place(option, help))));

        assertThat(places.get(true).getMin()).isGreaterThan(places.get(false).getMax());
    }

    private static int place(OptionSpec option, String help) {
        Matcher found = Pattern.compile("(?m)^ +(-., )?" + option.longestName() + "(?![\\w-])")
                .matcher(help);
        assertThat(found.find()).as(option.longestName()).isTrue();
        return found.start();
    }

    @ParameterizedTest
    @ValueSource(strings = {"help", "-h", "--help"})
    void help_may_be_asked_for_first(String help) {
        Shell shell = new Shell(directory);
        String sign = Shell.run("", "sign", "--help").raw();
        assertThat(Shell.run("", help, "sign").expect(ExitStatus.DONE).raw()).isEqualTo(sign);
        assertThat(Shell.run("", help).expect(ExitStatus.DONE).raw()).contains("Usage: chancery");
        assertThat(Shell.run("", help, "ring", "show").expect(ExitStatus.DONE).raw())
                .contains("chancery ring show ", " RING");
        Shell.run("", help, "sgin").expectError(ExitStatus.USAGE, "sgin");
        assertThat(shell.store()).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"destory", "compromis", "destro", "compromised"})
    void what_cannot_be_undone_is_never_proposed(String word) {
        assertThat(Shell.run("", word, "mine")
                        .expectError(ExitStatus.USAGE, word)
                        .errors())
                .doesNotContain("mean destroy")
                .doesNotContain("mean compromise")
                .doesNotContain("or destroy")
                .doesNotContain("or compromise");
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-23,                2026-11-23T00:00:00Z",
        "2026-11-23T12:00:00Z,      2026-11-23T12:00:00Z",
        "2026-11-23T12:00Z,         2026-11-23T12:00:00Z",
        "2026-11-23T12:00:00+01:00, 2026-11-23T11:00:00Z",
    })
    void a_moment_is_written_alike_everywhere(String text, String instant) {
        assertThat(Moment.parse(text)).isEqualTo(instant);
        for (String line : List.of("audit show x --since", "audit show x --until", "audit retain x --until")) {
            Chancery.complete().parseArgs((line + " " + text).split(" "));
        }
        Chancery.complete().parseArgs("compromise", "x", "--since", text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"yesterday", "2026-11-31", "2026-11-23T12:00:00", "23.11.2026", "2026-11-23 12:00", ""})
    void what_is_no_moment_is_refused_with_the_form(String text) {
        Shell.run("", "compromise", "x", "--since", text).expectError(ExitStatus.USAGE, "2026-11-23T12:00:00Z");
        Shell.run("", "audit", "retain", "x", "--until", text).expectError(ExitStatus.USAGE, "--until", "2026-11-23");
    }

    @Test
    void a_period_without_the_question_whether_a_key_is_due_would_rotate_each_time() {
        Shell.run("", "rotate", "release", "--period", "P1M").expectError(ExitStatus.USAGE, "--if-due");
        Shell.run("", "rotate", "release", "--lead-time", "P7D").expectError(ExitStatus.USAGE, "--if-due");
    }
}
