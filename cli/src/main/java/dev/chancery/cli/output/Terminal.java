package dev.chancery.cli.output;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.chancery.spi.support.Printable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import picocli.CommandLine.Help.Ansi;

/**
 * Where a command reads and writes: the answer on {@code out}, all else on {@code err}.
 *
 * @param in standard input
 * @param out standard output
 * @param err standard error
 * @param ansi whether to use colour
 * @param shown whether a person reads standard output as it is written, so that it must be text
 * @param errorsInJson whether an error is a JSON object on a line
 */
public record Terminal(
        InputStream in, PrintStream out, PrintStream err, Ansi ansi, boolean shown, boolean errorsInJson) {

    /** One that prints errors for people. */
    public Terminal(InputStream in, PrintStream out, PrintStream err, Ansi ansi, boolean shown) {
        this(in, out, err, ansi, shown, false);
    }

    /** The same that prints errors for programs. */
    public Terminal withErrorsInJson() {
        return new Terminal(in, out, err, ansi, shown, true);
    }

    /** The process' own. The launcher knows best what it writes to, and says so in {@code picocli.ansi} and {@code chancery.shown}. */
    public static Terminal ofProcess() {
        return new Terminal(
                System.in,
                System.out,
                System.err,
                Ansi.AUTO.enabled() ? Ansi.ON : Ansi.OFF,
                Boolean.getBoolean("chancery.shown"));
    }

    /** Prints an error or a warning, on one line. */
    public void error(String message) {
        String kind = message.startsWith("warning: ") ? "Warning" : message.startsWith("hint: ") ? "Hint" : "Failure";
        error(kind, kind.equals("Failure") ? message : message.substring(kind.length() + 2));
    }

    /** Prints an error of a kind, on one line. */
    public void error(String kind, String message) {
        String line = Printable.line(message);
        boolean lesser = kind.equals("Warning") || kind.equals("Hint");
        err.println(
                errorsInJson
                        ? ErrorJson.of(kind, line)
                        : "chancery: " + (lesser ? kind.toLowerCase(Locale.ROOT) + ": " : "") + line);
    }

    /** Prints a line of the answer. */
    public void line(String text) {
        out.println(Printable.line(text));
    }

    public String good(String text) {
        return colour(Ansi.Style.fg_green, text);
    }

    public String bad(String text) {
        return colour(Ansi.Style.fg_red, text);
    }

    public String strong(String text) {
        return colour(Ansi.Style.bold, text);
    }

    private String colour(Ansi.Style style, String text) {
        String safe = Printable.line(text);
        return ansi == Ansi.ON ? style.on() + safe + style.off() : safe;
    }

    /** One JSON value. */
    @FunctionalInterface
    public interface JsonValue {
        void write(JsonGenerator json) throws IOException;
    }

    /** Prints one JSON value in UTF-8, in every locale. */
    public void json(JsonValue value) throws IOException {
        try (JsonGenerator json = new JsonFactory()
                .createGenerator(out)
                .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
                .disable(JsonGenerator.Feature.AUTO_CLOSE_JSON_CONTENT)) {
            value.write(json);
            json.writeRaw('\n');
        }
    }

    public PrintWriter outWriter() {
        return writer(out);
    }

    public PrintWriter errWriter() {
        return writer(err);
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
    }
}
