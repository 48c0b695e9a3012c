package dev.chancery.notify;

import dev.chancery.options.KeyEvent;
import dev.chancery.spi.support.Printable;

/** An event as the text of a chat message, and the JSON that carries it. */
final class SlackMessage {
    /** Slack truncates beyond 40,000 and recommends 4,000 characters; a screen is less. */
    static final int MAX_CHARACTERS = 2_000;

    private SlackMessage() {}

    static String json(KeyEvent event) {
        return "{\"text\": " + quote(escape(Printable.line(text(event), MAX_CHARACTERS))) + "}";
    }

    private static String text(KeyEvent event) {
        StringBuilder text = new StringBuilder()
                .append(event.type())
                .append(" at ")
                .append(event.at())
                .append(" in ")
                .append(event.store());
        event.ring().ifPresent(ring -> text.append(", ring ").append(ring));
        event.key().ifPresent(key -> text.append(", key ").append(key.id()));
        return text.append(": ").append(event.detail()).toString();
    }

    /** Slack's three control characters: unescaped, a reason could call {@code <!channel>} or forge a link. */
    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    /** A JSON string (RFC 8259, 7) that is one in JavaScript too. */
    static String quote(String text) {
        StringBuilder json = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            switch (c) {
                case '"' -> json.append("\\\"");
                case '\\' -> json.append("\\\\");
                case '\n' -> json.append("\\n");
                case '\r' -> json.append("\\r");
                case '\t' -> json.append("\\t");
                default -> {
                    boolean lone = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
                    if (c < ' ' || c == 0x7f || c == 0x2028 || c == 0x2029) {
                        json.append(String.format("\\u%04x", c));
                    } else {
                        json.appendCodePoint(lone ? 0xfffd : c);
                    }
                }
            }
        });
        return json.append('"').toString();
    }
}
