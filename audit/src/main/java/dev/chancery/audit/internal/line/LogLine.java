package dev.chancery.audit.internal.line;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.chancery.audit.internal.tree.Hashes;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.audit.record.EventType;
import dev.chancery.audit.record.MalformedLogException;
import dev.chancery.audit.record.Proof;
import dev.chancery.audit.record.StoredRecord;
import dev.chancery.error.ConfigurationException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The form of a record in the log: one line of JSON in ASCII, {@code {"seq":1,"prev":"…","acked":0,"timestamp":"…",
 * "event_type":"…","event":"…",…,"seal":"…"}}. A value from outside is a JSON string with everything escaped that is not printable ASCII, so no
 * value can end a line, begin another, or steer a terminal.
 *
 * <p>The body, from the time on, is encoded by the thread that has something to tell; {@link SealedLines} puts number,
 * {@code prev} and {@code acked} in front of it and the seal behind it, for the one writer of the chain.
 */
public final class LogLine {
    /** What an entry of a C2SP tlog-tiles log may have, the newline included. */
    public static final int MAX_BYTES = 65_535;

    /** What stands before the seal. */
    static final byte[] SEAL = ",\"seal\":\"".getBytes(StandardCharsets.US_ASCII);

    /** From there to the end: the seal in hexadecimal digits, quote, brace and newline. */
    static final int SEAL_BYTES = SEAL.length + 2 * LineSeal.BYTES + 3;

    /** Where a body has its event: behind a timestamp of fixed length. */
    private static final int EVENT_AT = ",\"timestamp\":\"2026-11-30T12:00:00.000000Z\",".length();

    /** The uses of keys first, which are most. */
    private static final List<Statement> STATEMENTS =
            Stream.of(AuditEvent.values()).map(Statement::new).toList();

    /** What the longest number (18 digits), {@code prev} and {@code acked} take. */
    private static final int HEAD_BYTES = 126;

    static final byte NEWLINE = '\n';

    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.").withZone(ZoneOffset.UTC);

    /** The second that was formatted last: many records fall into one. */
    private static volatile Second second = new Second(0, SECONDS.format(Instant.EPOCH));

    /** Escapes all that is not printable ASCII. */
    public static final JsonFactory JSON = new JsonFactoryBuilder()
            .characterEscapes(new DeleteToo())
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(2)
                    .maxStringLength(MAX_BYTES)
                    .maxNumberLength(20)
                    .build())
            .build();

    private LogLine() {}

    /** DEL is ASCII, and no terminal prints it. */
    private static final class DeleteToo extends CharacterEscapes {
        private static final int[] ESCAPES = escapes();

        private static int[] escapes() {
            int[] escapes = standardAsciiEscapesForJSON();
            escapes[0x7f] = ESCAPE_STANDARD;
            return escapes;
        }

        @Override
        public int[] getEscapeCodesForAscii() {
            return ESCAPES;
        }

        @Override
        public SerializableString getEscapeSequence(int character) {
            throw new IllegalStateException("No character has an escape of its own.");
        }
    }

    /** A second and its text. */
    private record Second(long epochSecond, String text) {}

    public static String timestamp(Instant instant) {
        Second last = second;
        if (last.epochSecond() != instant.getEpochSecond()) {
            last = new Second(instant.getEpochSecond(), SECONDS.format(instant));
            second = last;
        }
        String micros = Integer.toString(1_000_000 + instant.getNano() / 1_000);
        return last.text() + micros.substring(1) + 'Z';
    }

    /**
     * Encodes what stands between {@code acked} and the seal: a comma and the fields; and a brace, which comes behind the seal.
     *
     * @throws ConfigurationException if that is more than a line of the log may have
     */
    public static byte[] body(AuditRecord record) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(768);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("timestamp", timestamp(record.timestamp()));
            json.writeStringField("event_type", record.event().type().name());
            json.writeStringField("event", record.event().name());
            record.forEach((name, value) -> write(json, name, value));
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("Memory cannot fail to be written.", e);
        }
        byte[] body = bytes.toByteArray();
        if (body.length - 1 > MAX_BYTES - HEAD_BYTES - SEAL_BYTES) { // the seal has a brace of its own
            throw new ConfigurationException("A record " + record.event() + " of " + body.length
                    + " bytes is longer than a line of the audit log may be, " + MAX_BYTES
                    + " bytes. Give it fewer or shorter fields.");
        }
        body[0] = ',';
        return body;
    }

    /** How a line says what it tells of. */
    private static final class Statement {
        private final AuditEvent event;
        private final byte[] text;

        Statement(AuditEvent event) {
            this.event = event;
            this.text = ("\"event_type\":\"" + event.type() + "\",\"event\":\"" + event + "\"")
                    .getBytes(StandardCharsets.US_ASCII);
        }

        boolean isAt(byte[] bytes, int at) {
            int end = at + text.length;
            return end <= bytes.length && Arrays.equals(bytes, at, end, text, 0, text.length);
        }
    }

    /** What a body that {@link #body} made tells of, by its beginning alone; empty where it begins otherwise. */
    static Optional<AuditEvent> statedEvent(byte[] bytes, int from) {
        for (Statement statement : STATEMENTS) {
            if (statement.isAt(bytes, from + EVENT_AT)) {
                return Optional.of(statement.event);
            }
        }
        return Optional.empty();
    }

    /** What a body that {@link #body} made tells of. */
    public static AuditEvent event(byte[] body) {
        return statedEvent(body, 0).orElseThrow();
    }

    /** One value; also for what else writes records as JSON. */
    public static void write(JsonGenerator json, String name, Object value) {
        try {
            if (value instanceof String text) {
                json.writeStringField(name, text);
            } else if (value instanceof Long number) {
                json.writeNumberField(name, number);
            } else if (value instanceof Boolean flag) {
                json.writeBooleanField(name, flag);
            } else {
                json.writeArrayFieldStart(name);
                for (Object item : (List<?>) value) {
                    json.writeString(item.toString());
                }
                json.writeEndArray();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * What a line tells of, once it is sure that it is a record: what it costs to verify a log is mostly this.
     *
     * @throws MalformedLogException if it is none
     */
    static AuditEvent event(byte[] bytes, int from, int length, Path file, long line) {
        try (JsonParser json = JSON.createParser(bytes, from, length)) {
            Parsed parsed = new Parsed(json);
            AuditEvent event = parsed.head().event();
            parsed.skipFields();
            return event;
        } catch (IOException | IllegalArgumentException | DateTimeException e) {
            throw new MalformedLogException(file, line, "this is no record");
        }
    }

    /** Reads a record back. */
    public static StoredRecord parse(byte[] bytes, Path file, long line, int chain) {
        try (JsonParser json = JSON.createParser(bytes)) {
            return new Parsed(json).record(file, line, chain);
        } catch (IOException | IllegalArgumentException | DateTimeException | ConfigurationException e) {
            throw new MalformedLogException(file, line, "this is no record");
        }
    }

    /**
     * Encodes a record that is on its way to a log: a JSON object in one line.
     *
     * @throws ConfigurationException if it is more than a line of the log may have
     */
    public static String unsealed(AuditRecord record) {
        byte[] body = body(record);
        return "{" + new String(body, 1, body.length - 1, StandardCharsets.US_ASCII);
    }

    /**
     * Reads such a record back.
     *
     * @throws ConfigurationException if it is none
     */
    public static AuditRecord parseUnsealed(String text) {
        try (JsonParser json = JSON.createParser(text)) {
            return new Parsed(json).unsealed();
        } catch (IOException | IllegalArgumentException | DateTimeException e) {
            throw new ConfigurationException("This is no record of an audit log.", e);
        }
    }

    /** A line that is being read. */
    private static final class Parsed {
        private final JsonParser json;

        Parsed(JsonParser json) {
            this.json = json;
        }

        /** The first fields, which every record has. */
        private record Head(long sequence, String timestamp, AuditEvent event) {}

        Head head() throws IOException {
            require(json.nextToken() == JsonToken.START_OBJECT);
            long sequence = Long.parseLong(next("seq"));
            require(Hashes.isHash(next("prev")));
            long acknowledged = Long.parseLong(next("acked"));
            require(acknowledged >= 0 && acknowledged < sequence);
            String timestamp = next("timestamp");
            return new Head(sequence, timestamp, nextEvent());
        }

        private AuditEvent nextEvent() throws IOException {
            EventType type = EventType.valueOf(next("event_type"));
            AuditEvent event = AuditEvent.valueOf(next("event"));
            require(event.type() == type);
            return event;
        }

        AuditRecord unsealed() throws IOException {
            require(json.nextToken() == JsonToken.START_OBJECT);
            Instant timestamp = Instant.parse(next("timestamp"));
            AuditRecord.Builder record = AuditRecord.builder(timestamp, nextEvent());
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                field(record, json.currentName());
            }
            requireEnd();
            return record.build();
        }

        void skipFields() throws IOException {
            String last = "";
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                last = json.currentName();
                json.nextToken();
                json.skipChildren();
            }
            require(last.equals("seal"));
            requireEnd();
        }

        StoredRecord record(Path file, long line, int chain) throws IOException {
            Head head = head();
            AuditRecord.Builder record = AuditRecord.builder(Instant.parse(head.timestamp()), head.event());
            while (json.nextToken() == JsonToken.FIELD_NAME
                    && !json.currentName().equals("seal")) {
                field(record, json.currentName());
            }
            require(json.currentToken() == JsonToken.FIELD_NAME && json.nextToken() == JsonToken.VALUE_STRING);
            json.nextToken();
            requireEnd();
            return new StoredRecord(file, line, chain, head.sequence(), record.build(), Proof.UNPROVEN);
        }

        private void requireEnd() throws IOException {
            require(json.currentToken() == JsonToken.END_OBJECT && json.nextToken() == null);
        }

        private String next(String name) throws IOException {
            require(json.nextToken() == JsonToken.FIELD_NAME
                    && json.currentName().equals(name));
            require(json.nextToken().isScalarValue());
            return json.getText();
        }

        private void field(AuditRecord.Builder record, String name) throws IOException {
            switch (json.nextToken()) {
                case VALUE_STRING -> record.text(name, json.getText());
                case VALUE_NUMBER_INT -> record.number(name, json.getLongValue());
                case VALUE_TRUE, VALUE_FALSE -> record.flag(name, json.getBooleanValue());
                case START_ARRAY -> record.list(name, texts());
                default -> throw new IllegalArgumentException("Of no kind that records have.");
            }
        }

        private List<String> texts() throws IOException {
            List<String> texts = new ArrayList<>();
            while (json.nextToken() != JsonToken.END_ARRAY) {
                require(json.currentToken() == JsonToken.VALUE_STRING);
                texts.add(json.getText());
            }
            return texts;
        }

        private static void require(boolean holds) {
            if (!holds) {
                throw new IllegalArgumentException("Not the form of a record.");
            }
        }
    }
}
