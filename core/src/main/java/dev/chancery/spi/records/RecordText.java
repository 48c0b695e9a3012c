package dev.chancery.spi.records;

import dev.chancery.error.ConfigurationException;
import dev.chancery.key.KeyId;
import dev.chancery.spi.support.Printable;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The lines of a record's text, as far as they are legible: the first problem is kept, and what else can be read is read. */
final class RecordText {
    static final String HEADER = "chancery-key/2";
    static final String ID = "id";

    private static final String FIRST_HEADER = "chancery-key/1";
    private static final Pattern ANY_HEADER = Pattern.compile("chancery-key/[1-9][0-9]{0,8}");
    private static final Pattern LINE = Pattern.compile("([^ ]+?): (.*)");
    private static final int MOST_SHOWN = 40;

    private final Map<String, String> fields = new LinkedHashMap<>();
    private Optional<KeyId> id = Optional.empty();
    private Optional<String> problem = Optional.empty();
    private Optional<String> newer = Optional.empty();

    private RecordText() {}

    static RecordText of(byte[] bytes) {
        RecordText text = new RecordText();
        if (bytes.length > RecordLines.MAX_BYTES) {
            text.fail("it has more than " + RecordLines.MAX_BYTES + " bytes");
        }
        text.readAll(text.decode(Arrays.copyOf(bytes, Math.min(bytes.length, RecordLines.MAX_BYTES))));
        return text;
    }

    /** By the names that {@link RecordFields} has. */
    Map<String, String> fields() {
        return Collections.unmodifiableMap(fields);
    }

    Optional<KeyId> id() {
        return id;
    }

    Optional<String> problem() {
        return problem;
    }

    /** The first line, if it is a newer version's. */
    Optional<String> newer() {
        return newer;
    }

    private void fail(String what) {
        problem = problem.or(() -> Optional.of(what));
    }

    private String decode(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            fail("it is no UTF-8");
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }

    private void readAll(String text) {
        if (!text.endsWith("\n")) {
            fail("its end is missing");
        }
        List<String> lines = text.lines().toList();
        String header = lines.isEmpty() ? "" : lines.get(0);
        boolean known = header.equals(HEADER) || header.equals(FIRST_HEADER);
        if (!known && ANY_HEADER.matcher(header).matches()) {
            newer = Optional.of(header);
        } else if (!known) {
            fail("it does not begin with " + HEADER);
        }
        // Where the first line is damaged, a line of either form may tell the mark.
        FirstRecordLines first = new FirstRecordLines(this::put);
        for (String line : lines.subList(Math.min(1, lines.size()), lines.size())) {
            boolean understood =
                    (!header.equals(FIRST_HEADER) && read(line)) || (!header.equals(HEADER) && first.read(line));
            if (!understood) {
                fail("the line '" + Printable.of(line, MOST_SHOWN) + "' is unknown");
            }
        }
        first.finish();
        if (id.isEmpty()) {
            fail("its id is missing");
        } else if (fields.isEmpty()) {
            fail("it holds no record");
        }
    }

    private boolean read(String line) {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches() || !(matcher.group(1).equals(ID) || FieldNames.isOurs(matcher.group(1)))) {
            return false;
        }
        put(matcher.group(1), matcher.group(2));
        return true;
    }

    private void put(String name, String value) {
        if (name.equals(ID)) {
            putId(value);
            return;
        }
        if (value.isEmpty()) {
            fail("'" + Printable.of(name, MOST_SHOWN) + "' is empty");
        }
        // An empty field would count as none; an empty mark is an illegible one.
        if (fields.putIfAbsent(name, value.isEmpty() ? "?" : value) != null) {
            fail("'" + Printable.of(name, MOST_SHOWN) + "' is there twice");
            if (name.equals(FieldNames.COMPROMISED_SINCE)) {
                fields.put(name, "?");
            }
        }
    }

    private void putId(String value) {
        try {
            if (id.isPresent()) {
                fail("its id is there twice");
            }
            id = Optional.of(new KeyId(value));
        } catch (ConfigurationException e) {
            fail("its id is '" + Printable.of(value, MOST_SHOWN) + "'");
        }
    }
}
