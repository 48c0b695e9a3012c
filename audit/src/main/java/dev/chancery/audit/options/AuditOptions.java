package dev.chancery.audit.options;

import dev.chancery.audit.checkpoint.AnchorSink;
import dev.chancery.audit.checkpoint.Checkpoint;
import dev.chancery.audit.checkpoint.Origin;
import dev.chancery.error.ConfigurationException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/** How to keep an audit log. Immutable and thread-safe; {@link #DEFAULT} fails closed and tells SLF4J of every record. */
public final class AuditOptions {

    /** Fails closed; segments of 64 MiB or a day; checkpoints every 1,000 records and every minute. */
    public static final AuditOptions DEFAULT = builder().build();

    private final AuditMode mode;
    private final Clock clock;
    private final int segmentBytes;
    private final int checkpointRecords;
    private final Duration checkpointInterval;
    private final int queue;
    private final Duration patience;
    private final Duration openingPatience;
    private final boolean callerRequired;
    private final boolean verificationsAwaited;
    private final @Nullable SecretKey pseudonymKey;
    private final List<AuditSink> sinks;
    private final int sinkQueue;
    private final List<AnchorSink> anchors;
    private final @Nullable String log;
    private final List<Checkpoint> known;

    private AuditOptions(Builder builder) {
        mode = builder.mode;
        clock = builder.clock;
        segmentBytes = builder.segmentBytes;
        checkpointRecords = builder.checkpointRecords;
        checkpointInterval = builder.checkpointInterval;
        queue = builder.queue;
        patience = builder.patience;
        openingPatience = builder.openingPatience;
        callerRequired = builder.callerRequired;
        verificationsAwaited = builder.verificationsAwaited;
        pseudonymKey = builder.pseudonymKey;
        sinks = List.copyOf(builder.sinks);
        sinkQueue = builder.sinkQueue;
        anchors = List.copyOf(builder.anchors);
        log = builder.log;
        known = List.copyOf(builder.known);
    }

    /**
     * Starts from the defaults.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * What happens to a use of a key that cannot be written down.
     *
     * @return the mode
     */
    public AuditMode mode() {
        return mode;
    }

    /**
     * What dates records.
     *
     * @return the clock
     */
    public Clock clock() {
        return clock;
    }

    /**
     * How large a segment becomes before the next one begins. A new day (UTC) begins one, too.
     *
     * @return the size in bytes
     */
    public int segmentBytes() {
        return segmentBytes;
    }

    /**
     * After how many records a checkpoint is made.
     *
     * @return the number
     */
    public int checkpointRecords() {
        return checkpointRecords;
    }

    /**
     * After how long a checkpoint is made, if there are records since the last one.
     *
     * @return the time
     */
    public Duration checkpointInterval() {
        return checkpointInterval;
    }

    /**
     * How many records may wait for the disk.
     *
     * @return the number
     */
    public int queue() {
        return queue;
    }

    /**
     * How long a call waits for room in the queue, and for its record to become durable.
     *
     * @return the time
     */
    public Duration patience() {
        return patience;
    }

    /**
     * How long opening a log waits for its disk.
     *
     * @return the time
     */
    public Duration openingPatience() {
        return openingPatience;
    }

    /**
     * Whether a key may be used only on behalf of a known {@link dev.chancery.caller.Caller}.
     *
     * @return {@code true} to refuse signatures outside of any scope
     */
    public boolean callerRequired() {
        return callerRequired;
    }

    /**
     * Whether a verification's answer waits for its record.
     *
     * @return {@code false} to write it down without waiting
     */
    public boolean verificationsAwaited() {
        return verificationsAwaited;
    }

    /**
     * The key that personal fields are hidden with.
     *
     * @return the key, or empty to write them down as they are
     */
    public Optional<SecretKey> pseudonymKey() {
        return Optional.ofNullable(pseudonymKey);
    }

    /**
     * Who is told of records beside the chain.
     *
     * @return the sinks
     */
    public List<AuditSink> sinks() {
        return sinks;
    }

    /**
     * How many records may wait for the sinks.
     *
     * @return the number
     */
    public int sinkQueue() {
        return sinkQueue;
    }

    /**
     * Who is given the checkpoints.
     *
     * @return the sinks
     */
    public List<AnchorSink> anchors() {
        return anchors;
    }

    /**
     * Which log must be there.
     *
     * @return the log's id, or empty to take any, or none yet
     */
    public Optional<String> log() {
        return Optional.ofNullable(log);
    }

    /**
     * How far the log's chains are known to have come.
     *
     * @return checkpoints that have left the log
     */
    public List<Checkpoint> known() {
        return known;
    }

    /** Collects options. Not thread-safe. */
    public static final class Builder {
        private static final int SMALLEST_SEGMENT = 4 << 10;
        private static final int LARGEST_SEGMENT = 1 << 30;

        private AuditMode mode = AuditMode.FAIL_CLOSED;
        private Clock clock = Clock.systemUTC();
        private int segmentBytes = 64 << 20;
        private int checkpointRecords = 1_000;
        private Duration checkpointInterval = Duration.ofMinutes(1);
        private int queue = 1_024;
        private Duration patience = Duration.ofSeconds(2);
        private Duration openingPatience = Duration.ofSeconds(30);
        private boolean callerRequired;
        private boolean verificationsAwaited;
        private @Nullable SecretKey pseudonymKey;
        private final List<AuditSink> sinks = new ArrayList<>(List.of(new Slf4jSink()));
        private int sinkQueue = 10_000;
        private final List<AnchorSink> anchors = new ArrayList<>(List.of(AnchorSink.toLog()));

        private @Nullable String log;
        private final List<Checkpoint> known = new ArrayList<>();

        private Builder() {}

        /**
         * Sets what happens to a use of a key that cannot be written down.
         *
         * @param value the mode
         * @return this builder
         */
        public Builder mode(AuditMode value) {
            mode = value;
            return this;
        }

        /**
         * Sets what dates records.
         *
         * @param value the clock
         * @return this builder
         */
        public Builder clock(Clock value) {
            clock = value;
            return this;
        }

        /**
         * Sets how large a segment becomes.
         *
         * @param value the size in bytes, 4 KiB to 1 GiB
         * @return this builder
         */
        public Builder segmentBytes(int value) {
            if (value < SMALLEST_SEGMENT || value > LARGEST_SEGMENT) {
                throw new ConfigurationException("A segment has 4 KiB to 1 GiB, not " + value + " bytes.");
            }
            segmentBytes = value;
            return this;
        }

        /**
         * Sets when a checkpoint is made.
         *
         * @param records after how many records, at least 1
         * @param interval after how long, at the latest
         * @return this builder
         */
        public Builder checkpoints(int records, Duration interval) {
            if (records < 1 || interval.isNegative() || interval.isZero()) {
                throw new ConfigurationException("A checkpoint is made after one record or more, and some time.");
            }
            checkpointRecords = records;
            checkpointInterval = interval;
            return this;
        }

        /**
         * Sets how much may wait for the disk, and how long.
         *
         * @param records how many records, at least 1
         * @param time how long a call waits
         * @return this builder
         */
        public Builder queue(int records, Duration time) {
            if (records < 1 || time.isNegative()) {
                throw new ConfigurationException("One record at least must be able to wait, and no negative time.");
            }
            queue = records;
            patience = time;
            return this;
        }

        /**
         * Sets how long opening a log waits for its disk: 30 seconds unless this says otherwise, in which a segment of the largest size is read
         * several times.
         *
         * @param time the time
         * @return this builder
         */
        public Builder openingPatience(Duration time) {
            if (time.isNegative()) {
                throw new ConfigurationException("Opening an audit log cannot wait for a negative time.");
            }
            openingPatience = time;
            return this;
        }

        /**
         * Refuses signatures outside of any {@link dev.chancery.caller.Caller}'s scope.
         *
         * @param value {@code true} to refuse them
         * @return this builder
         */
        public Builder callerRequired(boolean value) {
            callerRequired = value;
            return this;
        }

        /**
         * Lets the answer of a verification wait for its record.
         *
         * @param value {@code true} to wait
         * @return this builder
         */
        public Builder verificationsAwaited(boolean value) {
            verificationsAwaited = value;
            return this;
        }

        /**
         * Hides user id, address and user agent behind an HMAC-SHA-256: who holds the key finds a caller's records by
         * computing the same, who does not sees only which are equal.
         *
         * @param value the key, at least 32 bytes
         * @return this builder
         */
        public Builder pseudonymKey(SecretKey value) {
            pseudonymKey = value;
            return this;
        }

        /**
         * Adds a sink that is told of records beside the chain.
         *
         * @param value the sink; the log closes it
         * @return this builder
         */
        public Builder sink(AuditSink value) {
            sinks.add(value);
            return this;
        }

        /**
         * Sets how many records may wait for the sinks.
         *
         * @param value the number
         * @return this builder
         */
        public Builder sinkQueue(int value) {
            sinkQueue = value;
            return this;
        }

        /**
         * Adds a sink that is given the checkpoints.
         *
         * @param value the sink
         * @return this builder
         */
        public Builder anchor(AnchorSink value) {
            anchors.add(value);
            return this;
        }

        /**
         * Insists on a log that was opened before: where another is, or none, it was replaced or removed.
         *
         * @param id the log's id, {@code AuditLog.id()}
         * @return this builder
         * @throws ConfigurationException if that is no log's id
         */
        public Builder log(String id) {
            if (!Origin.isId(id)) {
                throw new ConfigurationException("A log's id has 32 lower-case hexadecimal digits.");
            }
            log = id;
            return this;
        }

        /**
         * Says how far the log's chains had come: a chain that is behind that is not continued, and a log whose own chain is, is
         * refused. What other keys have signed, and what is of other logs, is passed over.
         *
         * @param checkpoints checkpoints that have left the log, as {@link dev.chancery.audit.checkpoint.Anchors} reads them
         * @return this builder
         */
        public Builder known(List<Checkpoint> checkpoints) {
            known.addAll(checkpoints);
            return this;
        }

        /**
         * Drops what is there by default: the SLF4J sink for records and the one for checkpoints.
         *
         * @return this builder
         */
        public Builder quiet() {
            sinks.clear();
            anchors.clear();
            return this;
        }

        /**
         * Makes the options.
         *
         * @return the options
         */
        public AuditOptions build() {
            return new AuditOptions(this);
        }
    }
}
