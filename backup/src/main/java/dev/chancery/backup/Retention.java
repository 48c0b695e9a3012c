package dev.chancery.backup;

import dev.chancery.error.ConfigurationException;
import dev.chancery.spi.files.DurableFiles;
import dev.chancery.spi.support.Printable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.IsoFields;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which archives of a directory are kept: {@code 7d,4w,12m} keeps the newest of each of the last seven days that have one, of the last four weeks (ISO, in
 * UTC) and of the last twelve months; {@code y} means years. The newest of all is always kept. Files of other names than {@link #name} are left alone.
 * Immutable.
 */
public final class Retention {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final Pattern NAME = Pattern.compile("chancery-([0-9]{8}T[0-9]{6}Z)\\.tar\\.gz\\.gpg");
    private static final Pattern RULE = Pattern.compile("([1-9][0-9]{0,3})([dwmy])");

    private static final Map<String, Function<LocalDate, String>> PERIODS = Map.of(
            "d", LocalDate::toString,
            "w", date -> date.get(IsoFields.WEEK_BASED_YEAR) + "-" + date.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR),
            "m", date -> date.getYear() + "-" + date.getMonthValue(),
            "y", date -> Integer.toString(date.getYear()));

    private final List<Rule> rules;

    private record Rule(int count, Function<LocalDate, String> period) {}

    private Retention(List<Rule> rules) {
        this.rules = rules;
    }

    /**
     * Reads a rule.
     *
     * @param text numbers with a unit, with commas between
     * @return what is kept
     * @throws ConfigurationException if it is something else
     */
    public static Retention parse(String text) {
        List<Rule> rules = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            Matcher matcher = RULE.matcher(part.strip());
            if (!matcher.matches()) {
                throw new ConfigurationException(
                        "How many archives are kept is written as 7d,4w,12m: the last so many days, weeks, months or years (y). Not '"
                                + Printable.of(text) + "'.");
            }
            Function<LocalDate, String> period = PERIODS.getOrDefault(matcher.group(2), LocalDate::toString);
            rules.add(new Rule(Integer.parseInt(matcher.group(1)), period));
        }
        return new Retention(rules);
    }

    /**
     * What an archive in a directory is called.
     *
     * @param made when it is made
     * @return a file name
     */
    public static String name(Instant made) {
        return "chancery-" + TIME.format(made) + ".tar.gz.gpg";
    }

    /**
     * The archives of a directory.
     *
     * @param directory the directory
     * @return those that are called so, the newest first
     * @throws IOException if it cannot be read
     */
    public static List<Path> archives(Path directory) throws IOException {
        return new DurableFiles()
                .names(directory).stream()
                        .filter(name -> time(name).isPresent())
                        .sorted(Comparator.reverseOrder()) // by time, as the name has it
                        .map(directory::resolve)
                        .toList();
    }

    private static Optional<Instant> time(String name) {
        Matcher matcher = NAME.matcher(name);
        try {
            return matcher.matches() ? Optional.of(TIME.parse(matcher.group(1), Instant::from)) : Optional.empty();
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /**
     * Removes the archives that are not kept.
     *
     * @param directory the directory
     * @return the removed ones
     * @throws IOException if one cannot be removed
     */
    public List<Path> prune(Path directory) throws IOException {
        List<Path> archives = archives(directory);
        Set<Path> kept = new HashSet<>();
        archives.stream().findFirst().ifPresent(kept::add);
        for (Rule rule : rules) {
            Set<String> periods = new HashSet<>();
            for (Path archive : archives) {
                LocalDate date = LocalDate.ofInstant(
                        time(archive.getFileName().toString()).orElseThrow(), ZoneOffset.UTC);
                if (periods.size() < rule.count() && periods.add(rule.period().apply(date))) {
                    kept.add(archive);
                }
            }
        }
        List<Path> removed =
                archives.stream().filter(archive -> !kept.contains(archive)).toList();
        for (Path archive : removed) {
            Files.delete(archive);
        }
        return removed;
    }
}
