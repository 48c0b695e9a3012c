package dev.chancery.spi.support;

import dev.chancery.error.IntegrityException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Lists that a place gives out page by page. */
public final class Pages {
    /** A server that lists on for ever is broken. */
    private static final int MOST = 10_000;

    private Pages() {}

    /**
     * A page.
     *
     * @param <T> what is listed
     * @param items what is on it
     * @param next what the next page is asked for with, or empty for none
     */
    public record Page<T>(List<T> items, String next) {}

    /**
     * Reads all pages, each with a call of its own, so that one which fails is all that is asked for again.
     *
     * @param <T> what is listed
     * @param read reads a page; the first is asked for with an empty text
     * @param what what is done, and where, the beginning of a sentence: "Listing the keys in …"
     * @return what is on them
     * @throws IntegrityException if the list has no end
     */
    public static <T> List<T> readAll(Function<String, Page<T>> read, String what) {
        List<T> all = new ArrayList<>();
        Set<String> asked = new HashSet<>();
        String next = "";
        do {
            if (!asked.add(next) || asked.size() > MOST) {
                throw new IntegrityException(
                        what + " does not end: pages come again and again. Find out who answers there.");
            }
            Page<T> page = read.apply(next);
            all.addAll(page.items());
            next = page.next();
        } while (!next.isEmpty());
        return all;
    }
}
