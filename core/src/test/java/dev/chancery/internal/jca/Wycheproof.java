package dev.chancery.internal.jca;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** Reads the test vectors of Project Wycheproof. */
final class Wycheproof {

    /** Tests that share a public key and an algorithm. */
    record Group(Map<?, ?> json) {
        String type() {
            return text("type");
        }

        String text(String name) {
            return Objects.toString(json.get(name), "");
        }

        byte[] publicKeyDer() {
            return HexFormat.of().parseHex(text("publicKeyDer"));
        }

        Map<?, ?> publicKey() {
            return (Map<?, ?>) json.get("publicKey");
        }

        List<Vector> vectors() {
            return ((List<?>) json.get("tests"))
                    .stream().map(t -> new Vector((Map<?, ?>) t)).toList();
        }
    }

    /** One signature and what is to be thought of it: {@code valid}, {@code invalid} or {@code acceptable}. */
    record Vector(Map<?, ?> json) {
        byte[] message() {
            return HexFormat.of().parseHex((String) json.get("msg"));
        }

        byte[] signature() {
            return HexFormat.of().parseHex((String) json.get("sig"));
        }

        int id() {
            return Integer.parseInt(json.get("tcId").toString());
        }

        /** The context of an ML-DSA signature, in bytes. */
        int contextLength() {
            return Objects.toString(json.get("ctx"), "").length() / 2;
        }

        String result() {
            return (String) json.get("result");
        }

        @Override
        public String toString() {
            return "test " + json.get("tcId") + " (" + result() + ", " + json.get("comment") + ", " + json.get("flags")
                    + ")";
        }
    }

    private static Path lastFile = Path.of("");
    private static List<Group> last = List.of();

    private Wycheproof() {}

    /** The directory that the system property {@code wycheproof} names, else the vectors that are kept here. */
    static List<Path> files() throws IOException, URISyntaxException {
        URL kept = Wycheproof.class.getResource("/wycheproof");
        String chosen = System.getProperty("wycheproof");
        Path directory = chosen == null ? Path.of(Objects.requireNonNull(kept).toURI()) : Path.of(chosen);
        try (Stream<Path> all = Files.list(directory)) {
            return all.filter(file -> file.toString().matches(".*\\.json(\\.gz)?"))
                    .sorted()
                    .toList();
        }
    }

    /** The groups of a file that verify signatures; empty for a file about something else. */
    static List<Group> groups(Path file) throws IOException {
        return allGroups(file).stream()
                .filter(group -> group.type().endsWith("Verify") && group.json().containsKey("publicKeyDer"))
                .toList();
    }

    /** The groups of a file, whatever it is about. */
    static List<Group> allGroups(Path file) throws IOException {
        if (!file.equals(lastFile)) {
            last = readGroups(file); // each provider asks for the same file in turn
            lastFile = file;
        }
        return last;
    }

    private static List<Group> readGroups(Path file) throws IOException {
        return ((List<?>) ((Map<?, ?>) read(file)).get("testGroups"))
                .stream().map(group -> new Group((Map<?, ?>) group)).toList();
    }

    /** A JSON file, compressed or not. */
    static Object read(Path file) throws IOException {
        try (InputStream bytes = Files.newInputStream(file);
                InputStream text = file.toString().endsWith(".gz") ? new GZIPInputStream(bytes) : bytes;
                JsonParser parser = new JsonFactory().createParser(text)) {
            parser.nextToken();
            return value(parser);
        }
    }

    private static Object value(JsonParser parser) throws IOException {
        if (parser.currentToken() == JsonToken.START_OBJECT) {
            Map<String, Object> object = new LinkedHashMap<>();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                parser.nextToken();
                object.put(name, value(parser));
            }
            return object;
        }
        if (parser.currentToken() == JsonToken.START_ARRAY) {
            List<Object> array = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                array.add(value(parser));
            }
            return array;
        }
        return parser.getText();
    }
}
