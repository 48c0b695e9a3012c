package dev.chancery.spi;

import dev.chancery.key.KeyState;
import dev.chancery.spi.records.KeyRecord;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * How a place behaves, each trait with one meaning. Immutable.
 *
 * @param stateTtl how old a key's state may become before core reads it again
 * @param callsInFlight how many calls core sends side by side at most ({@code signAll}); 1 where nothing is gained by it
 * @param writes what {@link KeepsRecords#put} does with what another writer wrote
 * @param settle how long it takes until every reader sees what was written: zero in a directory, seconds in a cloud. Core waits on the store's
 *     clock
 * @param callTimeout how long one call of the application may take in all, with all its steps; waiting for the place to settle, the making of a
 *     key, and the step that writes a mark of compromise do not count
 * @param switchesWithRecord whether record and service are written in one call, so that {@link SwitchesKeys} is not needed
 * @param names what a name is to the place
 * @param deletes whether the material of a destroyed key goes, at once or after a delay
 * @param withholds the states in which the place keeps the public half back; core then puts it into the
 *     {@link dev.chancery.options.PublicArchive} first
 * @param remote whether a call costs a network, or a device that is as slow
 * @param signsMessages whether the place wants the message rather than its digest, for all algorithms
 * @param diagnosis the command of the place's own tool that shows whether the place answers, and who asks it: what a person types when health finds
 *     that it does not. Empty if there is none
 */
public record Traits(
        Duration stateTtl,
        int callsInFlight,
        Writes writes,
        Duration settle,
        Duration callTimeout,
        boolean switchesWithRecord,
        Names names,
        boolean deletes,
        Set<KeyState> withholds,
        boolean remote,
        boolean signsMessages,
        Optional<String> diagnosis) {

    /** What {@link KeepsRecords#put} does with what another writer wrote since core read. */
    public enum Writes {
        /** Compares under a lock, and writes nothing over it ({@link PutResult.Overtaken}). */
        COMPARED,
        /** Writes the fields that differ from what was read and leaves the others; only a marker ever writes the mark's field. */
        FIELDS,
        /** Writes everything over it. */
        WHOLE,
        /** Writes a second record beside it; reading joins all that are found ({@link KeyRecord#join}). */
        BESIDE
    }

    /** What a name is to the place. */
    public enum Names {
        /** One key has it; the place refuses a second one. */
        EXCLUSIVE,
        /** All keys of a ring share it, and each new key is a version under it. */
        RING,
        /** A label that several keys can bear. */
        LABEL
    }

    /** Checks the numbers and copies the set. */
    public Traits {
        boolean timely = !stateTtl.isNegative() && !settle.isNegative() && callTimeout.compareTo(Duration.ZERO) > 0;
        if (!timely || callsInFlight < 1) {
            throw new IllegalArgumentException(
                    "No time is negative, a call has some, and at least one call is in flight.");
        }
        withholds = Set.copyOf(withholds);
    }

    /**
     * Starts with a place in this process or on its disk: read again after a second, compared under a lock, deleting what is destroyed,
     * withholding nothing, signing messages; two minutes for a call.
     *
     * @return a builder
     */
    public static Builder ofLocalPlace() {
        return new Builder(false);
    }

    /**
     * Starts with a place beyond a network: read again after five seconds, fields written, settled after ten seconds, digests signed; a minute
     * for a call.
     *
     * @return a builder
     */
    public static Builder ofRemotePlace() {
        return new Builder(true);
    }

    /** Collects traits. Not thread-safe. */
    public static final class Builder {
        private final boolean remote;
        private Duration stateTtl;
        private int callsInFlight;
        private Writes writes;
        private Duration settle;
        private Duration callTimeout;
        private boolean switchesWithRecord;
        private Names names = Names.EXCLUSIVE;
        private boolean deletes = true;
        private Set<KeyState> withholds = Set.of();
        private boolean signsMessages;
        private Optional<String> diagnosis = Optional.empty();

        private Builder(boolean remote) {
            this.remote = remote;
            stateTtl = Duration.ofSeconds(remote ? 5 : 1);
            callsInFlight = remote ? 64 : 1;
            writes = remote ? Writes.FIELDS : Writes.COMPARED;
            settle = remote ? Duration.ofSeconds(10) : Duration.ZERO;
            callTimeout = Duration.ofMinutes(remote ? 1 : 2);
            signsMessages = !remote;
        }

        /**
         * Sets how old a state may become.
         *
         * @param value the time to live
         * @return this builder
         */
        public Builder stateTtl(Duration value) {
            stateTtl = value;
            return this;
        }

        /**
         * Sets how many calls may be in flight.
         *
         * @param value the number, at least 1
         * @return this builder
         */
        public Builder callsInFlight(int value) {
            callsInFlight = value;
            return this;
        }

        /**
         * Sets how many calls may be in flight and what bounds them: a call of the application takes several requests to a cloud, as a rule fewer than
         * ten.
         *
         * @param inFlight the number, at least 1
         * @param deadline how long one request may take
         * @return this builder
         */
        public Builder requests(int inFlight, Duration deadline) {
            return callsInFlight(inFlight).callTimeout(deadline.multipliedBy(6));
        }

        /**
         * Sets how records are written.
         *
         * @param value the way
         * @return this builder
         */
        public Builder writes(Writes value) {
            writes = value;
            return this;
        }

        /**
         * Sets how long a write takes to be seen by every reader.
         *
         * @param value the time
         * @return this builder
         */
        public Builder settle(Duration value) {
            settle = value;
            return this;
        }

        /**
         * Sets how long one call of the application may take in all.
         *
         * @param value the time, more than none
         * @return this builder
         */
        public Builder callTimeout(Duration value) {
            callTimeout = value;
            return this;
        }

        /**
         * Says that record and service are written in one call.
         *
         * @return this builder
         */
        public Builder switchesWithRecord() {
            switchesWithRecord = true;
            return this;
        }

        /**
         * Sets what a name is.
         *
         * @param value the kind of name
         * @return this builder
         */
        public Builder names(Names value) {
            names = value;
            return this;
        }

        /**
         * Says that material stays when a key is destroyed.
         *
         * @return this builder
         */
        public Builder neverDeletes() {
            deletes = false;
            return this;
        }

        /**
         * Sets the states in which the public half is kept back.
         *
         * @param states the states
         * @return this builder
         */
        public Builder withholds(KeyState... states) {
            withholds = Set.of(states);
            return this;
        }

        /**
         * Sets whether the place wants messages rather than digests.
         *
         * @param value {@code true} for messages
         * @return this builder
         */
        public Builder signsMessages(boolean value) {
            signsMessages = value;
            return this;
        }

        /**
         * Names the command that looks at the place without Chancery.
         *
         * @param command a line for a shell, without anything secret; empty if there is none
         * @return this builder
         */
        public Builder diagnosis(Optional<String> command) {
            diagnosis = command;
            return this;
        }

        /**
         * Makes the traits.
         *
         * @return the traits
         */
        public Traits build() {
            return new Traits(
                    stateTtl,
                    callsInFlight,
                    writes,
                    settle,
                    callTimeout,
                    switchesWithRecord,
                    names,
                    deletes,
                    withholds,
                    remote,
                    signsMessages,
                    diagnosis);
        }
    }
}
