package dev.chancery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/guide.md has in console blocks is done, from top to bottom, in a directory in the place of /, and answers what the page says. */
@Tag("one-jdk")
class GuideTest {
    private static final Path PAGE = Path.of("../docs/guide.md");
    private static final Pattern BLOCK = Pattern.compile("^```console\n(.+?)^```", Pattern.DOTALL | Pattern.MULTILINE);

    /** A command, its document (up to EOF) and the status that it ends with; then what it prints. */
    private static final Pattern STEP = Pattern.compile(
            "\\$ (?<command>[^\n]*?)(?: +# status (?<status>\\d))?\n(?<document>(?<=<<EOF\n).*?^EOF\n)?(?<printed>(?:(?!\\$ )[^\n]*\n)*)",
            Pattern.DOTALL | Pattern.MULTILINE);

    /** What the page has below the root is below the test's directory. */
    private static final Pattern PLACE = Pattern.compile("(?<![\\w./])/(?=(opt|etc|var|tmp)/)");

    private static final Pattern WORD = Pattern.compile("(?:\"([^\"]*)\"|'([^']*)'|([^\\s\"']+))+");
    private static final String ALIAS = "alias chancery='chancery ";

    @TempDir
    Path root;

    /** What stands behind "chancery" where it is an alias. */
    private List<String> usual = List.of();

    @Test
    void each_step_of_the_guide_is_done_as_the_page_says() throws IOException {
        Files.createDirectory(root.resolve("tmp"));
        List<Matcher> steps = new ArrayList<>();
        Matcher block = BLOCK.matcher(Files.readString(PAGE));
        while (block.find()) {
            Matcher step = STEP.matcher(block.group(1));
            int end = 0;
            while (step.find()) {
                assertThat(step.start())
                        .as("what is between the steps of%n%s", block.group(1))
                        .isEqualTo(end);
                take(step);
                end = step.end();
                steps.add(step);
            }
            assertThat(end).as(block.group(1)).isEqualTo(block.group(1).length());
        }
        assertThat(steps).hasSizeGreaterThan(40);
    }

    @Test
    void what_the_page_and_its_templates_link_to_is_there() throws IOException {
        List<Path> pages = new ArrayList<>(List.of(PAGE));
        try (Stream<Path> templates = Files.list(PAGE.resolveSibling("templates"))) {
            pages.addAll(templates.toList());
        }
        assertThat(pages).hasSizeGreaterThan(8);
        for (Path page : pages) {
            String text = Files.readString(page);
            assertThat(Pattern.compile("]\\(([^)#:]+)(#[^)]*)?\\)")
                            .matcher(text)
                            .results()
                            .map(link -> link.group(1)))
                    .as(page.toString())
                    .allSatisfy(link -> assertThat(page.resolveSibling(link)).exists());
        }
    }

    private void take(Matcher step) {
        String command = here(step.group("command"));
        if (command.startsWith(ALIAS)) {
            usual = words(command.substring(ALIAS.length(), command.length() - 1));
            return;
        }
        Shell.Outcome outcome = command.startsWith("chancery ")
                ? chancery(command)
                : bash("", command + (step.group("document") == null ? "" : "\n" + here(step.group("document"))));
        int status = step.group("status") == null ? 0 : Integer.parseInt(step.group("status"));
        assertThat(outcome.status())
                .as("%s%n%s%n%s", command, outcome.raw(), outcome.errors())
                .isEqualTo(status);
        String printed = step.group("printed");
        if (!printed.isEmpty()) {
            String answer = outcome.raw() + (outcome.raw().isEmpty() ? outcome.errors() : "");
            assertThat(answer.replace(root.toString(), "")).as(command).matches(pattern(printed));
        }
    }

    private String here(String text) {
        return PLACE.matcher(text).replaceAll(Matcher.quoteReplacement(root + "/"));
    }

    /** A command in this process; what it prints goes to the rest of the line, if there is one. */
    private Shell.Outcome chancery(String line) {
        Matcher rest = Pattern.compile(" (\\||>) (?=(?:[^']*'[^']*')*[^']*$)(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)")
                .matcher(line);
        String command = rest.find() ? line.substring(0, rest.start()) : line;
        List<String> words = new ArrayList<>(usual);
        words.addAll(words(command.substring("chancery ".length())));
        Shell.Outcome outcome = Shell.run("", words.toArray(String[]::new));
        return command.equals(line) || outcome.status() != 0
                ? outcome
                : bash(outcome.raw(), (rest.group(1).equals("|") ? "" : "cat >") + line.substring(rest.end()));
    }

    private static List<String> words(String text) {
        return WORD.matcher(text)
                .results()
                .map(word -> word.group().replaceAll("[\"']", ""))
                .toList();
    }

    private Shell.Outcome bash(String input, String script) {
        try {
            Path document = Files.writeString(root.resolve("input"), input, StandardCharsets.ISO_8859_1);
            Process process = new ProcessBuilder("bash", "-euo", "pipefail", "-c", script)
                    .directory(root.toFile())
                    .redirectInput(document.toFile())
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Shell.Outcome(process.waitFor(), output.lines().toList(), "", output);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(script, e);
        }
    }

    /** An ellipsis stands for a part of a line; alone on it, for lines. */
    private static Pattern pattern(String printed) {
        return Pattern.compile(printed.lines()
                .map(line -> line.equals("…")
                        ? "(?:[^\n]*\n)*"
                        : Arrays.stream(line.split("…", -1)).map(Pattern::quote).collect(Collectors.joining("[^\n]*"))
                                + "\n")
                .collect(Collectors.joining()));
    }
}
