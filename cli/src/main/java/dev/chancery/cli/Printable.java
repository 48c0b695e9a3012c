package dev.chancery.cli;

/** Keeps text from outside from moving the cursor, starting lines or hiding others. */
final class Printable {
    private Printable() {}

    /** The text with its line breaks as spaces and other control characters as {@code \}{@code u001b}. */
    static String oneLine(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        text.strip().codePoints().forEach(c -> {
            if (c == '\n' || c == '\r' || c == '\t') {
                safe.append(' ');
            } else if (isHarmless(c)) {
                safe.appendCodePoint(c);
            } else {
                safe.append(String.format("\\u%04x", c));
            }
        });
        return safe.toString();
    }

    private static boolean isHarmless(int c) {
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
