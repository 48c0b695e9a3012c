package dev.chancery.notify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.chancery.key.KeyName;
import dev.chancery.options.KeyEvent;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SlackMessageTest {

    private static KeyEvent event(String detail) {
        return new KeyEvent(
                KeyEvent.Type.ROTATION_FAILED,
                Instant.parse("2026-11-23T12:00:00Z"),
                "file:///keys",
                Optional.empty(),
                Optional.of(new KeyName("codes")),
                detail);
    }

    /** Parsed by somebody else's JSON parser. */
    private static String textOf(String json) throws IOException {
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            assertThat(parser.nextToken()).isEqualTo(JsonToken.START_OBJECT);
            assertThat(parser.nextFieldName()).isEqualTo("text");
            String text = parser.nextTextValue();
            assertThat(parser.nextToken()).isEqualTo(JsonToken.END_OBJECT);
            assertThat(parser.nextToken()).isNull();
            return text;
        }
    }

    @Test
    void an_event_is_one_sentence() throws IOException {
        assertThat(textOf(SlackMessage.json(event("The disk is full."))))
                .isEqualTo("ROTATION_FAILED at 2026-11-23T12:00:00Z in file:///keys, ring codes: The disk is full.");
    }

    @Test
    void a_detail_can_neither_forge_lines_nor_links_nor_turn_the_text() throws IOException {
        String text =
                textOf(SlackMessage.json(event("\"a\"\\ \n\r\t\0\u007f\u2028\u2029\u202e <!channel> & <http://x|y>")));
        assertThat(text)
                .doesNotContain("\n", "\r", "\t", "\0", "\u007f", "\u2028", "\u2029", "\u202e", "<", ">")
                .contains("\"a\"\\")
                .contains("&lt;!channel&gt; &amp; &lt;http://x|y&gt;");
    }

    @Test
    void the_text_is_bounded_and_no_character_is_cut_in_two() throws IOException {
        String text = textOf(SlackMessage.json(event("\ud83d\udd11".repeat(5_000))));
        assertThat(text.codePointCount(0, text.length())).isEqualTo(SlackMessage.MAX_CHARACTERS + 1);
        assertThat(text).endsWith("\ud83d\udd11…");
    }

    @Test
    void a_string_is_escaped_as_json_and_javascript_ask() throws IOException {
        String awkward = "\"\\/\b\f\n\r\t\0\u001f\u007f\u2028\u2029é€\ud83d\udd11";
        String json = SlackMessage.quote(awkward);
        assertThat(json)
                .isEqualTo("\"\\\"\\\\/\\u0008\\u000c\\n\\r\\t\\u0000\\u001f\\u007f\\u2028\\u2029é€\ud83d\udd11\"");
        assertThat(textOf("{\"text\": " + json + "}")).isEqualTo(awkward);
        assertThat(SlackMessage.quote("a\ud83d")).as("half a character").isEqualTo("\"a\ufffd\"");
    }
}
