package dev.chancery.cli.output;

import dev.chancery.spi.support.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Columns as wide as their widest cell, and no lines drawn: for people, and for awk. */
public final class Table {
    private static final String GAP = "  ";

    private final List<String> heading;
    private final List<List<String>> rows = new ArrayList<>();

    public Table(List<String> heading) {
        this.heading = heading;
    }

    public void add(List<String> row) {
        rows.add(row.stream().map(Printable::line).toList());
    }

    /** Prints it, with the rows that are not good in another colour. */
    public void print(Terminal terminal, Predicate<List<String>> good) {
        int[] widths = IntStream.range(0, heading.size())
                .map(column -> Math.max(heading.get(column).length(), widest(column)))
                .toArray();
        terminal.out().println(terminal.strong(align(heading, widths)));
        for (List<String> row : rows) {
            String line = align(row, widths);
            terminal.out().println(good.test(row) ? line : terminal.bad(line));
        }
    }

    private int widest(int column) {
        return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    }

    private static String align(List<String> cells, int[] widths) {
        return IntStream.range(0, cells.size())
                .mapToObj(column -> cells.get(column)
                        + " ".repeat(widths[column] - cells.get(column).length()))
                .collect(Collectors.joining(GAP))
                .stripTrailing();
    }
}
