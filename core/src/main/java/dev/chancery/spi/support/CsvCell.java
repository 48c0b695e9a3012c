package dev.chancery.spi.support;

import java.util.regex.Pattern;

/** A value as a cell of a CSV file (RFC 4180) that a spreadsheet shows and does not execute. */
public final class CsvCell {
    /**
     * What begins a formula (OWASP, CSV Injection), in full width too: in the cell, and behind the separator that spreadsheets
     * expect where the comma is the decimal mark, for those take no heed of our quotes there.
     */
    private static final Pattern FORMULA = Pattern.compile("(^|;[\\s\"]*)(?=[-=+@\t\r\n\uff1d\uff0b\uff0d\uff20])");

    private CsvCell() {}

    /**
     * Writes a value. An apostrophe stands before what would be a formula, line breaks and control characters are escaped as by
     * {@link Printable#line(String)}, and quotes stand around what has a comma or quotes in it.
     *
     * @param value any text
     * @return the cell, without separators
     */
    public static String of(String value) {
        String safe = Printable.line(FORMULA.matcher(value).replaceAll("$1'"));
        boolean quoted = safe.indexOf(',') >= 0 || safe.indexOf('"') >= 0;
        return quoted ? '"' + safe.replace("\"", "\"\"") + '"' : safe;
    }
}
