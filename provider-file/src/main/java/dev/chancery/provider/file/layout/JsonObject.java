package dev.chancery.provider.file.layout;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.provider.file.formats.MalformedException;
import dev.chancery.spi.support.Printable;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A JSON object: written from a map, and read strictly from outside: no duplicate, no unknown and no nested thing that is not expected, and a limit
 * on everything. Fields are taken out one by one; what is left at the end is unknown.
 */
final class JsonObject {
    /** Room for the longest history and all labels. */
    static final int MAX_BYTES = 1024 * 1024;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(4)
                    .maxNameLength(1024)
                    .maxStringLength(1024)
                    .maxNumberLength(20)
                    .maxDocumentLength(MAX_BYTES)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private static final String VERSION = "version";

    private final Map<String, Object> fields;

    private JsonObject(Map<String, Object> fields) {
        this.fields = fields;
    }

    /**
     * Reads a document that says which version of its format it is in.
     *
     * @param version the newest version that is understood
     * @throws MalformedException if it is not such a document
     * @throws UnsupportedException if it is in a newer version
     */
    static JsonObject parse(byte[] json, int version) throws MalformedException {
        JsonObject object;
        // UTF-8 and nothing else: given bytes, the parser would guess.
        Reader text = new InputStreamReader(new ByteArrayInputStream(json), StandardCharsets.UTF_8.newDecoder());
        try (JsonParser parser = FACTORY.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new MalformedException("not a JSON object");
            }
            object = new JsonObject(readObject(parser));
            if (parser.nextToken() != null) {
                throw new MalformedException("more than one JSON value");
            }
        } catch (JacksonException e) {
            // Without its message: it quotes what it read. A limit that was passed has no location.
            JsonLocation at = e.getLocation();
            throw new MalformedException("not JSON as Chancery writes it"
                    + (at == null ? "" : ", at line " + at.getLineNr() + ", column " + at.getColumnNr()));
        } catch (IOException e) {
            throw new MalformedException("not UTF-8", e);
        }
        object.requireVersion(version);
        return object;
    }

    /** Writes fields in lines: maps, lists, numbers and flags as such, anything else as its text. */
    static byte[] write(Map<String, Object> fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DefaultIndenter lines = new DefaultIndenter("  ", "\n");
        try (JsonGenerator json = FACTORY.createGenerator(bytes)) {
            json.setPrettyPrinter(
                    new DefaultPrettyPrinter().withObjectIndenter(lines).withArrayIndenter(lines));
            write(json, fields);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        bytes.write('\n');
        return bytes.toByteArray();
    }

    private static void write(JsonGenerator json, Object value) throws IOException {
        if (value instanceof Map<?, ?> fields) {
            json.writeStartObject();
            for (Map.Entry<?, ?> field : fields.entrySet()) {
                json.writeFieldName(field.getKey().toString());
                write(json, field.getValue());
            }
            json.writeEndObject();
        } else if (value instanceof List<?> values) {
            json.writeStartArray();
            for (Object each : values) {
                write(json, each);
            }
            json.writeEndArray();
        } else {
            json.writeObject(value instanceof Number || value instanceof Boolean ? value : value.toString());
        }
    }

    private void requireVersion(int newest) throws MalformedException {
        long version = number(VERSION);
        if (version > newest) {
            throw new UnsupportedException("written by a newer Chancery (version " + version
                    + " of its format; this one reads up to " + newest + "). Update this one");
        }
        if (version < 1) {
            throw new MalformedException("'" + VERSION + "' is " + version);
        }
    }

    private static Map<String, Object> readObject(JsonParser parser) throws IOException, MalformedException {
        Map<String, Object> fields = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            fields.put(name, readValue(parser));
        }
        return fields;
    }

    private static Object readValue(JsonParser parser) throws IOException, MalformedException {
        return switch (parser.currentToken()) {
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT -> parser.getLongValue();
            case VALUE_TRUE -> true;
            case START_OBJECT -> new JsonObject(readObject(parser));
            case START_ARRAY -> {
                List<Object> values = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    values.add(readValue(parser));
                }
                yield values;
            }
            default -> throw new MalformedException("a " + parser.currentToken() + " where none belongs");
        };
    }

    boolean has(String name) {
        return fields.containsKey(name);
    }

    /** A text that means something. */
    <T> T get(String name, Function<String, T> meaning) throws MalformedException {
        return find(name, meaning).orElseThrow(() -> missing(name));
    }

    /** As {@link #get}; empty if the field is missing. */
    <T> Optional<T> find(String name, Function<String, T> meaning) throws MalformedException {
        Optional<String> text = take(name, String.class, "text");
        try {
            return text.map(meaning);
        } catch (IllegalArgumentException | DateTimeException | ConfigurationException e) {
            throw new MalformedException("'" + name + "' cannot be '" + Printable.of(text.orElse("")) + "'", e);
        }
    }

    String text(String name) throws MalformedException {
        return get(name, Function.identity());
    }

    long number(String name) throws MalformedException {
        return optionalNumber(name).orElseThrow(() -> missing(name));
    }

    Optional<Long> optionalNumber(String name) throws MalformedException {
        return take(name, Long.class, "a number");
    }

    private static MalformedException missing(String name) {
        return new MalformedException("'" + name + "' is missing");
    }

    /** Whether a field is there; it can only be {@code true}. */
    boolean flag(String name) throws MalformedException {
        return take(name, Boolean.class, "a flag").isPresent();
    }

    /** A list of texts or of objects; empty if the field is missing. */
    <T> List<T> list(String name, Class<T> type) throws MalformedException {
        List<T> values = new ArrayList<>();
        for (Object value : take(name, List.class, "a list").orElse(List.of())) {
            if (!type.isInstance(value)) {
                throw new MalformedException("'" + name + "' holds something that does not belong there");
            }
            values.add(type.cast(value));
        }
        return values;
    }

    /** An object with nothing but text in it; empty if the field is missing. */
    Map<String, String> texts(String name) throws MalformedException {
        Map<String, String> texts = new LinkedHashMap<>();
        Optional<JsonObject> object = take(name, JsonObject.class, "an object");
        if (object.isPresent()) {
            for (String key : List.copyOf(object.get().fields.keySet())) {
                texts.put(key, object.get().text(key));
            }
        }
        return texts;
    }

    private <T> Optional<T> take(String name, Class<T> type, String kind) throws MalformedException {
        Object value = fields.remove(name);
        if (value != null && !type.isInstance(value)) {
            throw new MalformedException("'" + name + "' is not " + kind);
        }
        return Optional.ofNullable(value).map(type::cast);
    }

    /** To be called when everything known has been taken out. */
    void requireNothingElse() throws MalformedException {
        if (!fields.isEmpty()) {
            String name = fields.keySet().iterator().next();
            throw new MalformedException("the field '" + Printable.of(name) + "' is unknown");
        }
    }
}
