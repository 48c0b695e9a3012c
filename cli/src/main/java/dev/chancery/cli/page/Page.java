package dev.chancery.cli.page;

import dev.chancery.spi.support.Printable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * One page of HTML that is XML as well, so that the JDK's own writer sees to it that no text becomes markup. It has no script, its policy allows
 * none, and it names no address.
 */
public final class Page {
    private static final String POLICY = "default-src 'none'; style-src 'unsafe-inline'";

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final XMLStreamWriter xml;

    /** What is between the tags of an element. */
    @FunctionalInterface
    public interface Content {
        void write();
    }

    private interface Step {
        void run() throws XMLStreamException;
    }

    /** Begins a page. */
    public Page(String title) {
        try {
            xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(bytes, "UTF-8");
        } catch (XMLStreamException e) {
            throw new IllegalStateException("Memory takes XML.", e);
        }
        run(() -> xml.writeDTD("<!DOCTYPE html>"));
        start("html", "lang", "en");
        start("head");
        empty("meta", "charset", "utf-8");
        empty("meta", "http-equiv", "Content-Security-Policy", "content", POLICY);
        empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
        element("title", title);
        element("style", style());
        end();
        start("body");
        start("main");
        element("h1", title);
    }

    private static String style() {
        try (InputStream css = Page.class.getResourceAsStream("page.css")) {
            if (css == null) {
                throw new IllegalStateException("The page's style is missing in the jar.");
            }
            return new String(css.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("The page's style cannot be read.", e);
        }
    }

    /**
     * An element.
     *
     * @param attributes names and values in turn
     */
    public void element(String name, Content content, String... attributes) {
        start(name, attributes);
        content.write();
        end();
    }

    /** An element with text alone. */
    public void element(String name, String text, String... attributes) {
        element(name, () -> text(text), attributes);
    }

    /** An element that has no end tag. */
    public void empty(String name, String... attributes) {
        run(() -> {
            xml.writeEmptyElement(name);
            write(attributes);
        });
    }

    /** Text; what would not show, or would turn the direction of writing, is shown as its number. */
    public void text(String text) {
        run(() -> xml.writeCharacters(lines(text)));
    }

    /** The style has lines of its own. */
    private static String lines(String text) {
        return String.join("\n", text.lines().map(Printable::line).toList());
    }

    /** A part of the page under a heading of its own. */
    public void section(String heading, Content content) {
        element("section", () -> {
            element("h2", heading);
            content.write();
        });
    }

    /** A table in a box of its own, which scrolls where the window is narrow; its caption does not. */
    public void table(String caption, List<String> columns, Content rows) {
        element("figure", () -> {
            element("figcaption", caption);
            element(
                    "div",
                    () -> element(
                            "table",
                            () -> {
                                element(
                                        "thead",
                                        () -> row(() ->
                                                columns.forEach(column -> element("th", column, "scope", "col"))));
                                element("tbody", rows);
                            },
                            "aria-label",
                            caption),
                    "class",
                    "scroll",
                    "role",
                    "region",
                    "aria-label",
                    caption,
                    "tabindex",
                    "0");
        });
    }

    /** A row of a table. */
    public void row(Content cells) {
        element("tr", cells);
    }

    /** A row of a table that has text alone; the first cell is its heading. */
    public void row(List<String> cells) {
        row(() -> {
            element("th", cells.get(0), "scope", "row");
            cells.subList(1, cells.size()).forEach(cell -> element("td", cell));
        });
    }

    /** A word that says how something is: the word says it, not the colour alone. */
    public void mark(Mark how, String word) {
        element("span", word, "class", "mark " + how.name().toLowerCase(Locale.ROOT));
    }

    /** How something is. */
    public enum Mark {
        /** As it should be. */
        GOOD,
        /** A person should look. */
        WARN,
        /** It is not as it should be. */
        BAD,
        /** Nothing was found out. */
        NONE
    }

    /** Ends the page: UTF-8. */
    public byte[] finish() {
        end();
        end();
        end();
        run(() -> {
            xml.writeEndDocument();
            xml.close();
        });
        return bytes.toByteArray();
    }

    private void start(String name, String... attributes) {
        run(() -> {
            xml.writeStartElement(name);
            write(attributes);
        });
    }

    private void write(String... attributes) throws XMLStreamException {
        for (int i = 0; i < attributes.length; i += 2) {
            xml.writeAttribute(attributes[i], Printable.line(attributes[i + 1]));
        }
    }

    private void end() {
        run(xml::writeEndElement);
    }

    private static void run(Step step) {
        try {
            step.run();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("Memory takes XML.", e);
        }
    }
}
