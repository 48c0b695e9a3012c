package dev.chancery.audit.record;

import dev.chancery.error.ConfigurationException;
import dev.chancery.interception.SignPurpose;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One thing that happened, as it is written down. Immutable and thread-safe. Fields have an order, names in lower case with
 * underscores, and values that are text, numbers, booleans or lists of text; {@code docs/audit.md} says what each means.
 *
 * <p>Text is cut at {@value #MAX_TEXT} characters, and the names of the cut fields stand in the field {@code cut}.
 */
public final class AuditRecord {

    /** How many characters of a text are kept. */
    public static final int MAX_TEXT = 1_024;

    /** What the log writes in front of the fields and behind them. */
    private static final Set<String> RESERVED =
            Set.of("seq", "prev", "acked", "timestamp", "event_type", "event", "seal");

    private final Instant timestamp;
    private final AuditEvent event;
    private final String[] names;
    private final Object[] values;

    private AuditRecord(Instant timestamp, AuditEvent event, String[] names, Object[] values) {
        this.timestamp = timestamp;
        this.event = event;
        this.names = names;
        this.values = values;
    }

    /**
     * Starts a record.
     *
     * @param timestamp when it happened; written in microseconds
     * @param event what happened
     * @return a builder
     */
    public static Builder builder(Instant timestamp, AuditEvent event) {
        return new Builder(timestamp, event);
    }

    /**
     * When it happened.
     *
     * @return the instant, by the clock of the machine that wrote it down
     */
    public Instant timestamp() {
        return timestamp;
    }

    /**
     * What happened.
     *
     * @return the event
     */
    public AuditEvent event() {
        return event;
    }

    /**
     * A field, as text.
     *
     * @param name the field's name
     * @return its value, or empty
     */
    public Optional<String> field(String name) {
        return value(name, Object.class).map(Object::toString);
    }

    private <T> Optional<T> value(String name, Class<T> type) {
        for (int i = 0; i < names.length; i++) {
            if (names[i].equals(name) && type.isInstance(values[i])) {
                return Optional.of(type.cast(values[i]));
            }
        }
        return Optional.empty();
    }

    /**
     * A field that is a number.
     *
     * @param name the field's name
     * @return the number; empty where there is no such field, or where it is something else
     */
    public OptionalLong number(String name) {
        return value(name, Long.class).map(OptionalLong::of).orElse(OptionalLong.empty());
    }

    /**
     * A field that is a list of texts.
     *
     * @param name the field's name
     * @return the texts; none where there is no such field
     */
    public List<String> list(String name) {
        List<?> texts = value(name, List.class).orElse(List.of());
        return texts.stream().map(Object::toString).toList();
    }

    /**
     * Whether it can be about a store.
     *
     * @param location the store's location
     * @return {@code false} if it names another one
     */
    public boolean isOf(String location) {
        return field("store").map(location::equals).orElse(true);
    }

    /**
     * Whether what it tells of was done.
     *
     * @return {@code true} if its {@code outcome} is {@code done}
     */
    public boolean isDone() {
        return field("outcome").filter("done"::equals).isPresent();
    }

    /**
     * Whether it tells of a signature over core's own random bytes, as a health check makes: core says so, no caller can.
     *
     * @return {@code true} if its {@code purpose} is {@link SignPurpose#SELF_TEST}
     */
    public boolean isSelfTest() {
        return field("purpose").filter(SignPurpose.SELF_TEST.name()::equals).isPresent();
    }

    /**
     * The fields behind time and event, in their order.
     *
     * @param consumer takes each name with its value: a {@link String}, {@link Long}, {@link Boolean} or list of strings
     */
    public void forEach(BiConsumer<String, Object> consumer) {
        for (int i = 0; i < names.length; i++) {
            consumer.accept(names[i], values[i]);
        }
    }

    /**
     * The fields behind time and event, in their order.
     *
     * @return a new map
     */
    public Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        forEach(fields::put);
        return fields;
    }

    /** Returns event, time and fields; may be long. */
    @Override
    public String toString() {
        return "AuditRecord[" + event + " " + timestamp + " " + fields() + "]";
    }

    /** Collects the fields of a record. Not thread-safe. */
    public static final class Builder {
        private final Instant timestamp;
        private final AuditEvent event;
        private String[] names = new String[24];
        private Object[] values = new Object[24];
        private int count;
        private @Nullable List<String> cut;

        private Builder(Instant timestamp, AuditEvent event) {
            this.timestamp = timestamp;
            this.event = event;
        }

        /**
         * Adds a text, cut where it is too long.
         *
         * @param name the field's name
         * @param value the text; null leaves the field out
         * @return this builder
         * @throws ConfigurationException if the name is one of the log's own
         */
        public Builder text(String name, @Nullable String value) {
            if (value == null) {
                return this;
            }
            if (value.length() <= MAX_TEXT) {
                return add(name, value);
            }
            if (cut == null) {
                cut = new ArrayList<>();
            }
            cut.add(name);
            boolean splitsPair = Character.isHighSurrogate(value.charAt(MAX_TEXT - 1));
            return add(name, value.substring(0, splitsPair ? MAX_TEXT - 1 : MAX_TEXT));
        }

        /**
         * Adds a text where there is one.
         *
         * @param name the field's name
         * @param value the text; empty leaves the field out
         * @return this builder
         * @throws ConfigurationException if the name is one of the log's own
         */
        public Builder text(String name, Optional<String> value) {
            return text(name, value.orElse(null));
        }

        /**
         * Adds a number.
         *
         * @param name the field's name
         * @param value the number
         * @return this builder
         * @throws ConfigurationException if the name is one of the log's own
         */
        public Builder number(String name, long value) {
            return add(name, value);
        }

        /**
         * Adds a truth value.
         *
         * @param name the field's name
         * @param value the value
         * @return this builder
         * @throws ConfigurationException if the name is one of the log's own
         */
        public Builder flag(String name, boolean value) {
            return add(name, value);
        }

        /**
         * Adds a list of short texts.
         *
         * @param name the field's name
         * @param value the texts; an empty list leaves the field out
         * @return this builder
         * @throws ConfigurationException if the name is one of the log's own
         */
        public Builder list(String name, List<String> value) {
            return value.isEmpty() ? this : add(name, List.copyOf(value));
        }

        private Builder add(String name, Object value) {
            if (RESERVED.contains(name)) {
                throw new ConfigurationException("The field '" + name + "' is the log's own. Name yours differently.");
            }
            if (count == names.length) {
                names = Arrays.copyOf(names, 2 * count);
                values = Arrays.copyOf(values, 2 * count);
            }
            names[count] = name;
            values[count] = value;
            count++;
            return this;
        }

        /**
         * Makes the record.
         *
         * @return the record
         */
        public AuditRecord build() {
            if (cut != null) {
                list("cut", cut);
            }
            return new AuditRecord(timestamp, event, Arrays.copyOf(names, count), Arrays.copyOf(values, count));
        }
    }
}
