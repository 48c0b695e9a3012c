package dev.chancery.key;

import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.error.ConfigurationException;
import dev.chancery.spi.support.Printable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What changes over a key's life, as opposed to its material, which never does. Immutable; {@link #toBuilder()} makes a
 * changed copy. The store keeps it where it keeps the key.
 *
 * @param state where the key stands in its life
 * @param created when the key was made, or first seen where its maker left no date
 * @param signFrom the start of the originator usage period (SP 800-57 Part 1, 5.3.4), or empty for "from the start"
 * @param signUntil the end of that period, exclusive, or empty where none was set
 * @param verifyUntil the end of the recipient usage period, exclusive, or empty for "for ever"
 * @param compromisedSince the mark of a compromised key, or empty; looked at before everything else
 * @param ring the key's place in a ring, or empty
 * @param origin how the key came into the store
 * @param defaultAlgorithm what the key signs with when the caller names no algorithm, or empty for its kind's default
 * @param history what happened to the state, oldest first; as much of it as the store has room for
 * @param labels the user's own notes, at most 64 of at most 256 characters each
 */
public record KeyAttributes(
        KeyState state,
        Instant created,
        Optional<Instant> signFrom,
        Optional<Instant> signUntil,
        Optional<Instant> verifyUntil,
        Optional<CompromisedSince> compromisedSince,
        Optional<RingPosition> ring,
        KeyOrigin origin,
        Optional<SignatureAlgorithm> defaultAlgorithm,
        List<StateChange> history,
        Map<String, String> labels) {

    /** The earliest date that a key's record holds: the year 1. */
    public static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");

    /** The last whole second that a key's record holds, of the year 9999: with more digits no two tools agree on a date. */
    public static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    private static final int MAX_LABELS = 64;
    private static final int MAX_LABEL = 256;

    /**
     * Checks the dates against {@link #EARLIEST}, {@link #LATEST} and each other, the mark against the state, and the labels
     * against their limits.
     *
     * @throws ConfigurationException if one is out of bounds, or they contradict each other
     */
    public KeyAttributes {
        checkDate("created", created);
        signFrom.ifPresent(date -> checkDate("signFrom", date));
        signUntil.ifPresent(date -> checkDate("signUntil", date));
        verifyUntil.ifPresent(date -> checkDate("verifyUntil", date));
        if (signFrom.isPresent() && signUntil.isPresent() && !signFrom.get().isBefore(signUntil.get())) {
            throw new ConfigurationException(
                    "signUntil (" + signUntil.get() + ") must be after signFrom (" + signFrom.get() + ").");
        }
        if (state == KeyState.COMPROMISED && compromisedSince.isEmpty()) {
            throw new ConfigurationException("A COMPROMISED key carries compromisedSince, an instant or UNKNOWN.");
        }
        if (compromisedSince.isPresent() && state != KeyState.COMPROMISED && state != KeyState.DESTROYED) {
            throw new ConfigurationException(
                    "A key that carries compromisedSince is COMPROMISED or DESTROYED, not " + state + ".");
        }
        if (labels.size() > MAX_LABELS) {
            throw new ConfigurationException("A key has at most " + MAX_LABELS + " labels, not " + labels.size() + ".");
        }
        labels.forEach(KeyAttributes::checkLabel);
        history = List.copyOf(history);
        labels = Map.copyOf(labels);
    }

    /** Refuses what no record holds; dates from there on would run over in calculations. */
    static void checkDate(String field, Instant date) {
        if (date.isBefore(EARLIEST) || date.getEpochSecond() > LATEST.getEpochSecond()) {
            throw new ConfigurationException(
                    "The date " + field + " of a key lies between the years 1 and 9999; " + date + " does not.");
        }
    }

    private static void checkLabel(String name, String value) {
        boolean fits = !name.isEmpty() && name.length() <= MAX_LABEL && value.length() <= MAX_LABEL;
        if (!fits || (name + value).chars().anyMatch(Character::isISOControl)) {
            throw new ConfigurationException("A label's name and value have at most " + MAX_LABEL
                    + " characters and no control characters; '" + Printable.of(name) + "' does not.");
        }
    }

    /**
     * Starts a set of attributes with nothing but the mandatory ones.
     *
     * @param state where the key stands in its life
     * @param created when the key was made
     * @param origin how the key came into the store
     * @return a builder
     */
    public static Builder builder(KeyState state, Instant created, KeyOrigin origin) {
        return new Builder(state, created, origin);
    }

    /**
     * The same attributes with a mark of compromise: the earlier one where there is a mark already. The state becomes COMPROMISED, unless
     * the key is destroyed. No line of history is added: who marks a key adds it with {@link Builder#state}.
     *
     * @param since the mark
     * @return the attributes
     */
    public KeyAttributes withMark(CompromisedSince since) {
        return new KeyAttributes(
                state == KeyState.DESTROYED ? state : KeyState.COMPROMISED,
                created,
                signFrom,
                signUntil,
                verifyUntil,
                Optional.of(compromisedSince.map(since::earlier).orElse(since)),
                ring,
                origin,
                defaultAlgorithm,
                history,
                labels);
    }

    /**
     * Starts a changed copy.
     *
     * @return a builder that holds these values
     */
    public Builder toBuilder() {
        Builder copy = new Builder(state, created, origin);
        copy.signFrom = signFrom.orElse(null);
        copy.signUntil = signUntil.orElse(null);
        copy.verifyUntil = verifyUntil.orElse(null);
        copy.compromisedSince = compromisedSince.orElse(null);
        copy.ring = ring.orElse(null);
        copy.defaultAlgorithm = defaultAlgorithm.orElse(null);
        copy.history.addAll(history);
        copy.labels.putAll(labels);
        return copy;
    }

    /** Collects attributes; {@link #build()} checks them. Not thread-safe. */
    public static final class Builder {
        private KeyState state;
        private final Instant created;
        private final KeyOrigin origin;
        private @Nullable Instant signFrom;
        private @Nullable Instant signUntil;
        private @Nullable Instant verifyUntil;
        private @Nullable CompromisedSince compromisedSince;
        private @Nullable RingPosition ring;
        private @Nullable SignatureAlgorithm defaultAlgorithm;
        private final List<StateChange> history = new ArrayList<>();
        private final Map<String, String> labels = new TreeMap<>();

        private Builder(KeyState state, Instant created, KeyOrigin origin) {
            this.state = state;
            this.created = created;
            this.origin = origin;
        }

        /**
         * Moves to another state and writes it into the history. Whether the step is allowed is decided by the store.
         *
         * @param to the new state
         * @param at when
         * @param reason why
         * @return this builder
         */
        public Builder state(KeyState to, Instant at, String reason) {
            history.add(new StateChange(at, state, to, reason));
            state = to;
            return this;
        }

        /**
         * Sets the start of the signing period.
         *
         * @param instant the first instant at which the key may sign, or null for "from the start"
         * @return this builder
         */
        public Builder signFrom(@Nullable Instant instant) {
            signFrom = instant;
            return this;
        }

        /**
         * Sets the end of the signing period.
         *
         * @param instant the first instant at which the key may no longer sign, or null for none
         * @return this builder
         */
        public Builder signUntil(@Nullable Instant instant) {
            signUntil = instant;
            return this;
        }

        /**
         * Sets the end of the verifying period.
         *
         * @param instant the first instant at which the key may no longer verify, or null for none
         * @return this builder
         */
        public Builder verifyUntil(@Nullable Instant instant) {
            verifyUntil = instant;
            return this;
        }

        /**
         * Marks the key as compromised.
         *
         * @param since the mark, or null for none
         * @return this builder
         */
        public Builder compromisedSince(@Nullable CompromisedSince since) {
            compromisedSince = since;
            return this;
        }

        /**
         * Places the key in a ring.
         *
         * @param position ring and generation, or null for none
         * @return this builder
         */
        public Builder ring(@Nullable RingPosition position) {
            ring = position;
            return this;
        }

        /**
         * Sets what the key signs with when the caller names no algorithm.
         *
         * @param algorithm an algorithm that fits the key, or null for its kind's default
         * @return this builder
         */
        public Builder defaultAlgorithm(@Nullable SignatureAlgorithm algorithm) {
            defaultAlgorithm = algorithm;
            return this;
        }

        /**
         * Adds an old line of history without changing the state; for stores that read attributes back.
         *
         * @param change the line, younger than those added before
         * @return this builder
         */
        public Builder history(StateChange change) {
            history.add(change);
            return this;
        }

        /**
         * Adds or replaces a label.
         *
         * @param name the label's name
         * @param value its value
         * @return this builder
         */
        public Builder label(String name, String value) {
            labels.put(name, value);
            return this;
        }

        /**
         * Checks the values and makes the attributes.
         *
         * @return the attributes
         * @throws ConfigurationException if one is out of bounds, or they contradict each other
         */
        public KeyAttributes build() {
            return new KeyAttributes(
                    state,
                    created,
                    Optional.ofNullable(signFrom),
                    Optional.ofNullable(signUntil),
                    Optional.ofNullable(verifyUntil),
                    Optional.ofNullable(compromisedSince),
                    Optional.ofNullable(ring),
                    origin,
                    Optional.ofNullable(defaultAlgorithm),
                    history,
                    labels);
        }
    }
}
