package dev.chancery.audit;

import com.fasterxml.jackson.core.io.JsonStringEncoder;

/** Text from outside for a log line or a terminal: one line of printable ASCII, the rest escaped as in JSON. */
final class Printable {
    private Printable() {}

    static String of(String text) {
        boolean plain = text.chars().allMatch(c -> c >= ' ' && c < 0x7f && c != '"' && c != '\\');
        if (plain) {
            return text;
        }
        StringBuilder escaped = new StringBuilder(text.length() + 16);
        for (char c : JsonStringEncoder.getInstance().quoteAsString(text)) {
            if (c < 0x7f) {
                escaped.append(c);
            } else {
                escaped.append(String.format("\\u%04x", (int) c));
            }
        }
        return escaped.toString();
    }
}
