package dev.chancery.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A page of the documentation, and the pieces of programs in it. */
record Page(Path file) {
    private static final Pattern FENCED =
            Pattern.compile("^```([a-z]+)\n(.+?)^```", Pattern.DOTALL | Pattern.MULTILINE);

    /** The pieces in some languages, in the order of the page. */
    Stream<String> pieces(String... languages) throws IOException {
        return FENCED.matcher(Files.readString(file))
                .results()
                .filter(piece -> Set.of(languages).contains(piece.group(1)))
                .map(piece -> piece.group(2));
    }

    /** Each piece stands in a file of a project: its lines together, however far indented. */
    void assertStandsIn(List<Path> projects, int least, Predicate<String> concerned) throws IOException {
        List<String> sources = new ArrayList<>();
        for (Path project : projects) {
            try (Stream<Path> files = Files.walk(project)) {
                for (Path source : files.filter(path -> path.toString().matches(".*\\.(java|xml|properties)"))
                        .filter(path -> !path.toString().contains("/target/"))
                        .toList()) {
                    sources.add(unindented(Files.readString(source)));
                }
            }
        }
        assertThat(pieces("java", "xml", "properties").filter(concerned))
                .hasSizeGreaterThanOrEqualTo(least)
                .allSatisfy(piece -> assertThat(sources)
                        .anySatisfy(source -> assertThat(source).contains(unindented(piece))));
    }

    private static String unindented(String text) {
        return text.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .collect(Collectors.joining("\n", "\n", "\n"));
    }
}
