package dev.chancery.spi.records;

import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyState;
import dev.chancery.key.RingPosition;
import java.security.PublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * What a place keeps beside a key, so that a fleet needs no database of ours. Immutable. Where there is little room, labels and history give way
 * to everything else, and everything else to the mark of compromise.
 *
 * @param attributes state, dates, mark, ring, labels and history; the ring's generation is the one that the key is meant for until it holds one
 * @param fingerprint SHA-256 of the public half's SPKI in hexadecimal; empty until core has seen the half or proven the pair
 * @param publicKey the public half, where there is room and the place may lose it
 * @param held the generations that the key holds or claims; written by a claim only, and only where core elects
 * @param revision how often the record was written, 1 for the first
 * @param successor who follows this key in its ring, once it does
 * @param emergencyFor the fingerprint (or id) of the compromised key that this one was made to replace
 * @param withdrawn whether the key is a candidate on its way out, which no generation may be claimed for
 * @param rotating who is about to make the next key, where places make keys that cannot be removed
 * @param notes what the place keeps in the record for itself; core preserves it
 */
public record KeyRecord(
        KeyAttributes attributes,
        Optional<String> fingerprint,
        Optional<PublicKey> publicKey,
        List<RingPosition> held,
        long revision,
        Optional<Successor> successor,
        Optional<String> emergencyFor,
        boolean withdrawn,
        Optional<Rotating> rotating,
        Map<String, String> notes) {

    /** The last two only so that every reader takes the same one: of two that were activated at once, the one that was first. */
    private static final Comparator<KeyRecord> FURTHER = Comparator.comparingLong(KeyRecord::revision)
            .thenComparing(record -> record.attributes().state())
            .thenComparing(record -> record.attributes().signFrom().orElse(Instant.MAX), Comparator.reverseOrder())
            .thenComparing(KeyRecord::toString);

    private static final Comparator<RingPosition> BY_GENERATION = Comparator.comparing(
                    (RingPosition position) -> position.ring().value())
            .thenComparingLong(RingPosition::generation);

    /**
     * The key that follows in a ring. Where it cannot be found, the ring has lost its current key and must not fall back to this one.
     *
     * @param generation its generation
     * @param fingerprint its fingerprint
     */
    public record Successor(long generation, String fingerprint) {}

    /**
     * A right to make the next key of a ring.
     *
     * @param who a random name
     * @param until when it ends by itself
     */
    public record Rotating(String who, Instant until) {}

    /** Copies the collections. */
    public KeyRecord {
        held = List.copyOf(held);
        notes = Map.copyOf(notes);
    }

    /**
     * The first record of a key.
     *
     * @param attributes its attributes
     * @return a record of revision 1 that has nothing else
     */
    public static KeyRecord of(KeyAttributes attributes) {
        return new Builder(attributes).build();
    }

    /**
     * Starts a changed copy.
     *
     * @return a builder that holds these values
     */
    public Builder toBuilder() {
        Builder copy = new Builder(attributes);
        copy.fingerprint = fingerprint;
        copy.publicKey = publicKey;
        copy.held = held;
        copy.revision = revision;
        copy.successor = successor;
        copy.emergencyFor = emergencyFor;
        copy.withdrawn = withdrawn;
        copy.rotating = rotating;
        copy.notes = notes;
        return copy;
    }

    /**
     * The same record with other attributes.
     *
     * @param change makes new attributes from these
     * @return the record, its revision unchanged
     */
    public KeyRecord with(UnaryOperator<KeyAttributes.Builder> change) {
        return toBuilder()
                .attributes(change.apply(attributes.toBuilder()).build())
                .build();
    }

    /**
     * The same record with a mark: the earlier of the two where it has one. The state becomes COMPROMISED unless the key is destroyed.
     *
     * @param since the mark
     * @return the record, its revision unchanged
     */
    public KeyRecord withMark(CompromisedSince since) {
        return toBuilder().attributes(attributes.withMark(since)).build();
    }

    /**
     * The generations that the key is meant for or holds.
     *
     * @return their positions in rings
     */
    public Stream<RingPosition> positions() {
        return Stream.concat(attributes.ring().stream(), held.stream());
    }

    /**
     * Whether the record itself lets the key sign, for an opening that chooses among keys; core judges the one that is chosen.
     *
     * @param now the instant
     * @return whether the key is active, and inside its signing period
     */
    public boolean letsSign(Instant now) {
        return attributes.state() == KeyState.ACTIVE
                && attributes.signFrom().filter(now::isBefore).isEmpty()
                && attributes.signUntil().filter(end -> !now.isBefore(end)).isEmpty();
    }

    /**
     * The record of a key of which only the archive knows.
     *
     * @param kept what the archive keeps
     * @return its record: what was activated held its generation
     */
    public static KeyRecord ofArchived(KeyMetadata kept) {
        return new Builder(kept.attributes())
                .fingerprint(kept.fingerprint())
                .held(kept.signFrom().flatMap(any -> kept.ring()).stream().toList())
                .build();
    }

    /**
     * Whether a place that is short of room may drop this record: a candidate on its way out has no past, a destroyed key has it in the archive.
     *
     * @param archived looks the record up that the archive has
     * @return whether nothing is lost, least of all a mark
     */
    public boolean isExpendable(Supplier<Optional<KeyRecord>> archived) {
        return withdrawn
                || (attributes.state() == KeyState.DESTROYED
                        && archived.get()
                                .filter(kept -> kept.withMark(attributes.compromisedSince())
                                        .equals(kept))
                                .isPresent());
    }

    private KeyRecord withMark(Optional<CompromisedSince> since) {
        return since.map(this::withMark).orElse(this);
    }

    /**
     * Makes one of two records of the same key. The earliest mark stands, even of the lower revision (UNKNOWN precedes every instant), and every
     * claim; else the higher revision, of two equal ones the state further on in the key's life. The order of the two does not matter.
     *
     * @param other another record of the key
     * @return what both say together
     */
    public KeyRecord join(KeyRecord other) {
        KeyRecord further = FURTHER.compare(this, other) >= 0 ? this : other;
        TreeSet<RingPosition> claims = new TreeSet<>(BY_GENERATION);
        claims.addAll(held);
        claims.addAll(other.held);
        KeyRecord joined = further.toBuilder().held(new ArrayList<>(claims)).build();
        for (KeyRecord one : List.of(this, other)) {
            Optional<CompromisedSince> mark = one.attributes.compromisedSince();
            joined = mark.isPresent() ? joined.withMark(mark.get()) : joined;
        }
        return joined;
    }

    /** Collects what a record has. Not thread-safe. */
    public static final class Builder {
        private KeyAttributes attributes;
        private Optional<String> fingerprint = Optional.empty();
        private Optional<PublicKey> publicKey = Optional.empty();
        private List<RingPosition> held = List.of();
        private long revision = 1;
        private Optional<Successor> successor = Optional.empty();
        private Optional<String> emergencyFor = Optional.empty();
        private boolean withdrawn;
        private Optional<Rotating> rotating = Optional.empty();
        private Map<String, String> notes = Map.of();

        /**
         * Starts with nothing but attributes, at revision 1.
         *
         * @param attributes the attributes
         */
        public Builder(KeyAttributes attributes) {
            this.attributes = attributes;
        }

        /**
         * Sets the attributes.
         *
         * @param value the attributes
         * @return this builder
         */
        public Builder attributes(KeyAttributes value) {
            attributes = value;
            return this;
        }

        /**
         * Sets the fingerprint.
         *
         * @param value SHA-256 of the SPKI in hexadecimal
         * @return this builder
         */
        public Builder fingerprint(String value) {
            fingerprint = Optional.of(value);
            return this;
        }

        /**
         * Sets the public half.
         *
         * @param value the key
         * @return this builder
         */
        public Builder publicKey(PublicKey value) {
            publicKey = Optional.of(value);
            return this;
        }

        /**
         * Sets the generations that the key holds.
         *
         * @param value the generations
         * @return this builder
         */
        public Builder held(List<RingPosition> value) {
            held = value;
            return this;
        }

        /**
         * Sets the revision.
         *
         * @param value the revision
         * @return this builder
         */
        public Builder revision(long value) {
            revision = value;
            return this;
        }

        /**
         * Sets who follows.
         *
         * @param value the successor
         * @return this builder
         */
        public Builder successor(Successor value) {
            successor = Optional.of(value);
            return this;
        }

        /**
         * Sets which compromised key this one replaces.
         *
         * @param value its fingerprint or id
         * @return this builder
         */
        public Builder emergencyFor(String value) {
            emergencyFor = Optional.of(value);
            return this;
        }

        /**
         * Sets whether the candidate is on its way out.
         *
         * @param value {@code true} to withdraw it
         * @return this builder
         */
        public Builder withdrawn(boolean value) {
            withdrawn = value;
            return this;
        }

        /**
         * Sets who makes the next key.
         *
         * @param value the right, or empty for none
         * @return this builder
         */
        public Builder rotating(Optional<Rotating> value) {
            rotating = value;
            return this;
        }

        /**
         * Sets what the place keeps for itself.
         *
         * @param value names and values
         * @return this builder
         */
        public Builder notes(Map<String, String> value) {
            notes = value;
            return this;
        }

        /**
         * Makes the record.
         *
         * @return the record
         */
        public KeyRecord build() {
            return new KeyRecord(
                    attributes,
                    fingerprint,
                    publicKey,
                    held,
                    revision,
                    successor,
                    emergencyFor,
                    withdrawn,
                    rotating,
                    notes);
        }
    }
}
