package dev.chancery.spi.records;

import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.error.ChanceryException;
import dev.chancery.error.ConfigurationException;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyName;
import dev.chancery.key.KeyOrigin;
import dev.chancery.key.KeyState;
import dev.chancery.key.RingPosition;
import dev.chancery.key.StateChange;
import dev.chancery.spi.support.Printable;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Reads a record out of fields that another hand may have changed. Each problem is named in printable ASCII of bounded length. What gives
 * way where there is no room, labels and history, makes no record damaged where only its end is missing: two writers who
 * each change some fields can leave the beginning of one history and the end of another.
 */
final class FieldReader {
    /** Whole Chancery records have fewer; the archive of {@code DirectoryArchive} has the longest. */
    static final int MAX_FIELDS = 1_000;

    static final int MAX_LENGTH = 400_000;

    /** The label that told an emergency's key before the record had a field for it. */
    private static final String EMERGENCY_LABEL = "emergency-for";

    private static final int VERSION = 1;
    private static final int MOST_SHOWN = 40;
    private static final Pattern LINE_BREAK = Pattern.compile("=0[Aa]");

    private final Map<String, String> fields = new HashMap<>();
    private final String what;
    private final String remedy;

    /**
     * Takes those fields that are a record's and not empty.
     *
     * @param what what to call the record in messages
     * @param remedy a whole sentence that says what to do if it is damaged
     */
    FieldReader(Map<String, String> all, String what, String remedy) {
        this.what = what;
        this.remedy = remedy;
        all.forEach((name, value) -> {
            if (!value.isEmpty() && FieldNames.isOurs(name)) {
                fields.put(name, value);
            }
        });
    }

    /** Reads the record. */
    StoredRecord read(String version) {
        if (fields.isEmpty()) {
            return new StoredRecord.Absent();
        }
        try {
            long form = read(FieldNames.VERSION, FieldValues::number).orElse((long) VERSION);
            if (form > VERSION) {
                return newer("form " + form, "form " + VERSION);
            }
            return new StoredRecord.Present(record(), version);
        } catch (MalformedFieldException | ConfigurationException e) {
            return damaged(String.valueOf(e.getMessage()), version);
        }
    }

    StoredRecord newer(String found, String known) {
        return new StoredRecord.Newer(what + " was written by a newer Chancery (" + found + "; this one reads " + known
                + "). Update this one.");
    }

    /** A record that makes no sense, with its mark. */
    StoredRecord damaged(String why, String version) {
        return new StoredRecord.Damaged(mark(), what + " makes no sense (" + why + "). " + remedy, version);
    }

    /** That a key is marked is legible even where the date is not, or is gone: then the date is unknown. */
    private Optional<CompromisedSince> mark() {
        String mark = fields.get(FieldNames.COMPROMISED_SINCE);
        if (mark == null) {
            boolean stated = KeyState.COMPROMISED.name().equals(fields.get(FieldNames.STATE));
            return stated ? Optional.of(CompromisedSince.UNKNOWN) : Optional.empty();
        }
        try {
            return Optional.of(FieldValues.mark(mark));
        } catch (DateTimeException | ConfigurationException e) {
            return Optional.of(CompromisedSince.UNKNOWN);
        }
    }

    private KeyRecord record() {
        requireBounded();
        KeyRecord.Builder record = new KeyRecord.Builder(attributes())
                .revision(read(FieldNames.REVISION, FieldValues::number).orElse(0L))
                .held(read(FieldNames.HELD, FieldValues::parsePositions).orElse(List.of()))
                .withdrawn(read(FieldNames.WITHDRAWN, FieldValues::flag).orElse(false))
                .rotating(read(FieldNames.ROTATING, FieldValues::rotating))
                .notes(notes());
        read(FieldNames.FINGERPRINT, FieldValues::fingerprint).ifPresent(record::fingerprint);
        read(FieldNames.PUBLIC_KEY, PublicKeyText::read).ifPresent(record::publicKey);
        read(FieldNames.SUCCESSOR, FieldValues::successor).ifPresent(record::successor);
        read(FieldNames.EMERGENCY_FOR, QEncoding::decode).ifPresent(record::emergencyFor);
        return requireOneKey(withoutEmergencyLabel(record.build()));
    }

    private void requireBounded() {
        int length = fields.entrySet().stream()
                .mapToInt(field -> field.getKey().length() + field.getValue().length())
                .sum();
        if (fields.size() > MAX_FIELDS || length > MAX_LENGTH) {
            throw new MalformedFieldException("it has " + fields.size() + " fields and " + length
                    + " characters, where a record has at most " + MAX_FIELDS + " and " + MAX_LENGTH);
        }
    }

    private static KeyRecord requireOneKey(KeyRecord record) {
        boolean same = record.fingerprint()
                .flatMap(fingerprint -> record.publicKey()
                        .map(key -> KeyMetadata.fingerprint(key).startsWith(fingerprint)))
                .orElse(true);
        if (!same) {
            throw new MalformedFieldException("the public key is not the one that the fingerprint names");
        }
        return record;
    }

    private static KeyRecord withoutEmergencyLabel(KeyRecord record) {
        String replaced = record.attributes().labels().get(EMERGENCY_LABEL);
        if (replaced == null || record.emergencyFor().isPresent()) {
            return record;
        }
        return record.toBuilder()
                .attributes(Attributes.withoutLabel(record.attributes(), EMERGENCY_LABEL))
                .emergencyFor(replaced)
                .build();
    }

    private KeyAttributes attributes() {
        Optional<CompromisedSince> mark = read(FieldNames.COMPROMISED_SINCE, FieldValues::mark);
        KeyState state = require(FieldNames.STATE, KeyState::valueOf);
        KeyAttributes.Builder attributes = KeyAttributes.builder(
                mark.isPresent() && state != KeyState.DESTROYED ? KeyState.COMPROMISED : state,
                require(FieldNames.CREATED, Instant::parse),
                require(FieldNames.ORIGIN, KeyOrigin::valueOf));
        mark.ifPresent(attributes::compromisedSince);
        read(FieldNames.SIGN_FROM, Instant::parse).ifPresent(attributes::signFrom);
        read(FieldNames.SIGN_UNTIL, Instant::parse).ifPresent(attributes::signUntil);
        read(FieldNames.VERIFY_UNTIL, Instant::parse).ifPresent(attributes::verifyUntil);
        read(FieldNames.RING, KeyName::new)
                .ifPresent(ring ->
                        attributes.ring(new RingPosition(ring, require(FieldNames.GENERATION, FieldValues::number))));
        read(FieldNames.ALGORITHM, SignatureAlgorithm::valueOf).ifPresent(attributes::defaultAlgorithm);
        readLabels(attributes);
        for (String line : lines(FieldNames.HISTORY)) {
            change(line).ifPresent(attributes::history);
        }
        return attributes.build();
    }

    /** Half a label at the end is none. */
    private void readLabels(KeyAttributes.Builder attributes) {
        List<String> lines = lines(FieldNames.LABELS);
        for (int i = 0; i + 1 < lines.size(); i += 2) {
            attributes.label(
                    parse(FieldNames.LABELS, lines.get(i), QEncoding::decode),
                    parse(FieldNames.LABELS, lines.get(i + 1), QEncoding::decode));
        }
    }

    /** A line that is no whole one says nothing. */
    private static Optional<StateChange> change(String line) {
        try {
            String[] parts = QEncoding.decode(line).split(" ", 4);
            return parts.length < 4
                    ? Optional.empty()
                    : Optional.of(new StateChange(
                            Instant.parse(parts[0]), KeyState.valueOf(parts[1]), KeyState.valueOf(parts[2]), parts[3]));
        } catch (IllegalArgumentException | DateTimeException | ConfigurationException e) {
            return Optional.empty();
        }
    }

    /** The lines that end; what follows the last one is cut off. */
    private List<String> lines(String name) {
        String[] lines = LINE_BREAK.split(text(name).orElse(""), -1);
        return Arrays.asList(lines).subList(0, lines.length - 1);
    }

    private Map<String, String> notes() {
        Map<String, String> notes = new LinkedHashMap<>();
        for (String field : fields.keySet()) {
            String name = field.substring(Math.min(field.length(), FieldNames.NOTE.length()));
            if (field.startsWith(FieldNames.NOTE) && name.indexOf('.') < 0) {
                notes.put(
                        parse(field, name, QEncoding::decode),
                        read(field, QEncoding::decode).orElse(""));
            }
        }
        return notes;
    }

    /** A field's value, all pieces of it. */
    private Optional<String> text(String name) {
        StringBuilder text = new StringBuilder(fields.getOrDefault(name, ""));
        int number = text.isEmpty() ? 1 : 2;
        for (String piece; (piece = fields.get(FieldNames.piece(name, number))) != null; number++) {
            text.append(piece);
        }
        return text.isEmpty() ? Optional.empty() : Optional.of(text.toString());
    }

    private <T> Optional<T> read(String name, Function<String, T> parser) {
        return text(name).map(value -> parse(name, value, parser));
    }

    private <T> T require(String name, Function<String, T> parser) {
        return read(name, parser).orElseThrow(() -> new MalformedFieldException("'" + name + "' is missing"));
    }

    private static <T> T parse(String name, String value, Function<String, T> parser) {
        try {
            return parser.apply(value);
        } catch (IllegalArgumentException | DateTimeException | ChanceryException e) {
            throw new MalformedFieldException(
                    "'" + Printable.of(name, MOST_SHOWN) + "' is '" + Printable.of(value, MOST_SHOWN) + "'");
        }
    }

    /** A field makes no sense; the message names it. */
    private static final class MalformedFieldException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        MalformedFieldException(String message) {
            super(message);
        }
    }
}
