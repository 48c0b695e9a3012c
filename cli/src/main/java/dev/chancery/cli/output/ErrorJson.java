package dev.chancery.cli.output;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An error for programs: what failed in its first sentence, and in the others what to do. */
final class ErrorJson {
    private static final Pattern SENTENCES = Pattern.compile("(.+?[.?!]) +(?=[A-Z`'])(.+)");

    private ErrorJson() {}

    static String of(String kind, String message) {
        Matcher sentences = SENTENCES.matcher(message);
        boolean several = sentences.matches();
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("error", several ? sentences.group(1) : message);
            json.writeStringField("kind", kind);
            if (several) {
                json.writeStringField("advice", sentences.group(2));
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a string takes every character
        }
        return text.toString();
    }
}
