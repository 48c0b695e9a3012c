package dev.chancery;

/** Makes text from outside safe to stand in a message: no control characters, no line breaks, a bounded length. */
final class Quoted {
    private static final int MAX = 80;

    private Quoted() {}

    static String of(String text) {
        StringBuilder safe = new StringBuilder();
        text.chars().limit(MAX).forEach(c -> {
            if (c >= ' ' && c < 0x7f) {
                safe.append((char) c);
            } else {
                safe.append(String.format("\\u%04x", c));
            }
        });
        return text.length() > MAX ? safe.append('…').toString() : safe.toString();
    }
}
