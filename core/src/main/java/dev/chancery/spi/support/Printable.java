package dev.chancery.spi.support;

import java.util.function.IntPredicate;

/**
 * Text from outside, made safe to stand in a message, a log or a listing: it stays on its line, steers no terminal and does not
 * turn the reading direction. What could is shown as <code>&#92;u001b</code>, one for each {@code char}.
 */
public final class Printable {
    /** How many characters {@link #of(String)} shows: enough for the ARN of a key. */
    public static final int MOST = 128;

    private Printable() {}

    /**
     * A name or value for a message: printable ASCII, so that a letter that only looks like another one is told from it.
     *
     * @param text any text
     * @return its first {@value #MOST} characters, with {@code …} where there are more
     */
    public static String of(String text) {
        return of(text, MOST);
    }

    /**
     * Like {@link #of(String)}, with another bound.
     *
     * @param text any text
     * @param most how many characters are shown
     * @return so many characters at most, with {@code …} where there are more
     */
    public static String of(String text, int most) {
        return cut(text, most, c -> c >= ' ' && c < 0x7f);
    }

    /**
     * A text for people to read, in its whole length: the letters of all languages stay.
     *
     * @param text any text
     * @return the text on one line
     */
    public static String line(String text) {
        return line(text, Integer.MAX_VALUE);
    }

    /**
     * Like {@link #line(String)}, with a bound.
     *
     * @param text any text
     * @param most how many characters are shown
     * @return so many characters at most, with {@code …} where there are more
     */
    public static String line(String text, int most) {
        return cut(text, most, Printable::isVisible);
    }

    private static String cut(String text, int most, IntPredicate harmless) {
        if (text.codePointCount(0, text.length()) <= most) {
            return escape(text, harmless);
        }
        return escape(text.substring(0, text.offsetByCodePoints(0, most)), harmless) + '…';
    }

    private static String escape(String text, IntPredicate harmless) {
        if (text.codePoints().allMatch(harmless)) {
            return text;
        }
        StringBuilder safe = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            if (harmless.test(c)) {
                safe.appendCodePoint(c);
            } else {
                Character.toString(c).chars().forEach(unit -> safe.append(String.format("\\u%04x", unit)));
            }
        });
        return safe.toString();
    }

    private static boolean isVisible(int c) {
        return switch (Character.getType(c)) {
            // FORMAT holds the marks that reverse the direction of writing.
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }
}
