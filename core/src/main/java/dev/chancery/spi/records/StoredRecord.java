package dev.chancery.spi.records;

import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyName;
import java.time.Instant;
import java.util.Optional;

/** What the place keeps beside a key. */
public sealed interface StoredRecord {
    /**
     * A record that makes sense.
     *
     * @param record the record
     * @param version what the place tells two writings of it apart by (a hash, an ETag, a revision); empty where it cannot
     */
    record Present(KeyRecord record, String version) implements StoredRecord {}

    /** Nothing is there, or the place keeps no records. Whether the key is foreign or its record was lost is core's to judge, by {@link dev.chancery.spi.StoredKey#evidence()}. */
    record Absent() implements StoredRecord {
        @Override
        public String version() {
            return "";
        }
    }

    /**
     * Something is there that makes no sense. The mark of compromise is told even where nothing else can be read.
     *
     * @param mark the mark, if it is legible
     * @param why whole sentences: what is wrong, and what to do
     * @param version what the place tells two writings of it apart by; empty where it cannot
     */
    record Damaged(Optional<CompromisedSince> mark, String why, String version) implements StoredRecord {}

    /**
     * A newer version of Chancery wrote it.
     *
     * @param why whole sentences: which version, and what to do
     */
    record Newer(String why) implements StoredRecord {
        @Override
        public String version() {
            return why;
        }
    }

    /**
     * What two writings of it are told apart by.
     *
     * @return the place's version, or what is wrong with a newer one; empty for none, and where the place cannot tell
     */
    String version();

    /**
     * The record, where one makes sense.
     *
     * @return the record, or empty
     */
    default Optional<KeyRecord> legible() {
        return this instanceof Present present ? Optional.of(present.record()) : Optional.empty();
    }

    /**
     * Whether the record names a ring.
     *
     * @param ring the ring
     * @return whether the key is meant for a generation of it, or holds one
     */
    default boolean isOf(KeyName ring) {
        return legible().stream()
                .flatMap(KeyRecord::positions)
                .anyMatch(position -> position.ring().equals(ring));
    }

    /**
     * The mark of compromise, wherever it is legible.
     *
     * @return the mark, or empty
     */
    default Optional<CompromisedSince> mark() {
        return legible().flatMap(record -> record.attributes().compromisedSince());
    }

    /**
     * Whether the key holds a generation, or claims one, and so may not be removed as a candidate. A withdrawn candidate's claims have lost their election.
     *
     * @return {@code false} also where no record makes sense
     */
    default boolean holdsGeneration() {
        return legible()
                .filter(record -> !record.withdrawn() && !record.held().isEmpty())
                .isPresent();
    }

    /**
     * Whether this stands in no key's way to sign, for an opening that chooses among keys; core judges the one that is chosen.
     *
     * @param now the instant
     * @return whether there is no record, or one that {@link KeyRecord#letsSign lets the key sign}
     */
    default boolean letsSign(Instant now) {
        return this instanceof Absent
                || legible().filter(record -> record.letsSign(now)).isPresent();
    }
}
