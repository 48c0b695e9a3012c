package dev.chancery.spi;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyName;
import dev.chancery.key.KeyState;
import dev.chancery.key.ProtectionLevel;
import dev.chancery.spi.records.StoredRecord;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * A key as it is in its place: facts, and no judgment. Immutable.
 *
 * @param id what the place calls the key, for ever
 * @param spec the kind of key where the place says it apart from the public half, or empty
 * @param publicHalf the public half
 * @param record what is kept beside the key
 * @param service whether the place itself would sign with it
 * @param protection what protects the private half
 * @param created when the place says that the key was made, for keys without a record
 * @param evidence what shows that the key is ours and so once had a record (an alias under our prefix, a claim that names it), as a
 *     clause such as "it has the alias …"; empty for a key that another tool may have made
 * @param confinedTo the only algorithms that the key may be used with, where its owner confined it (RFC 4055, 1.2) and the public half does
 *     not say so itself, or empty
 * @param signsWith the only algorithms that the place signs with, where it does not take all that the key could; signatures that were made
 *     elsewhere verify all the same
 */
public record StoredKey(
        KeyId id,
        Optional<KeySpec> spec,
        PublicHalf publicHalf,
        StoredRecord record,
        Service service,
        ProtectionLevel protection,
        Instant created,
        Optional<String> evidence,
        Optional<Set<SignatureAlgorithm>> confinedTo,
        Optional<Set<SignatureAlgorithm>> signsWith) {

    /**
     * Starts with a key in service that has no record and that nothing shows to be ours.
     *
     * @param id what the place calls the key
     * @param publicHalf the public half
     * @param protection what protects the private half
     * @return a builder
     */
    public static Builder builder(KeyId id, PublicHalf publicHalf, ProtectionLevel protection) {
        return new Builder(id, publicHalf, protection);
    }

    /**
     * The same key with another record.
     *
     * @param changed the record
     * @return the key
     */
    public StoredKey withRecord(StoredRecord changed) {
        return new StoredKey(
                id, spec, publicHalf, changed, service, protection, created, evidence, confinedTo, signsWith);
    }

    /**
     * The same key with another public half.
     *
     * @param changed the public half
     * @return the key
     */
    public StoredKey withPublicHalf(PublicHalf changed) {
        return new StoredKey(id, spec, changed, record, service, protection, created, evidence, confinedTo, signsWith);
    }

    /**
     * The same key, in service or not.
     *
     * @param changed the service
     * @return the key
     */
    public StoredKey withService(Service changed) {
        return new StoredKey(
                id, spec, publicHalf, record, changed, protection, created, evidence, confinedTo, signsWith);
    }

    /**
     * The same key with other evidence.
     *
     * @param changed what shows that the key is ours, or empty
     * @return the key
     */
    public StoredKey withEvidence(Optional<String> changed) {
        return new StoredKey(
                id, spec, publicHalf, record, service, protection, created, changed, confinedTo, signsWith);
    }

    /**
     * Whether the record names a ring.
     *
     * @param ring the ring
     * @return whether the key is meant for a generation of it, or holds one
     */
    public boolean isOf(KeyName ring) {
        return record.isOf(ring);
    }

    /**
     * Whether this is a candidate that was removed: some places list one as long as they keep it.
     *
     * @return whether the record says that the key waits for a generation, and the private half goes or has gone
     */
    public boolean isRemovedCandidate() {
        boolean goes = service instanceof Service.Leaving || service instanceof Service.Gone;
        return goes
                && record.legible()
                        .filter(known -> known.attributes().state() == KeyState.PRE_ACTIVE)
                        .isPresent();
    }

    /** Collects facts. Not thread-safe. */
    public static final class Builder {
        private final KeyId id;
        private final PublicHalf publicHalf;
        private final ProtectionLevel protection;
        private Optional<KeySpec> spec = Optional.empty();
        private StoredRecord record = new StoredRecord.Absent();
        private Service service = new Service.In();
        private Instant created = Instant.EPOCH;
        private Optional<String> evidence = Optional.empty();
        private Optional<Set<SignatureAlgorithm>> confinedTo = Optional.empty();
        private Optional<Set<SignatureAlgorithm>> signsWith = Optional.empty();

        private Builder(KeyId id, PublicHalf publicHalf, ProtectionLevel protection) {
            this.id = id;
            this.publicHalf = publicHalf;
            this.protection = protection;
        }

        /**
         * Sets the kind of key.
         *
         * @param value the kind, as the place says it
         * @return this builder
         */
        public Builder spec(KeySpec value) {
            spec = Optional.of(value);
            return this;
        }

        /**
         * Sets what is kept beside the key.
         *
         * @param value the record
         * @return this builder
         */
        public Builder record(StoredRecord value) {
            record = value;
            return this;
        }

        /**
         * Sets whether the place signs with it.
         *
         * @param value the service
         * @return this builder
         */
        public Builder service(Service value) {
            service = value;
            return this;
        }

        /**
         * Sets when the place says that the key was made.
         *
         * @param value the instant
         * @return this builder
         */
        public Builder created(Instant value) {
            created = value;
            return this;
        }

        /**
         * Sets what shows that the key is ours.
         *
         * @param value a clause such as "it has the alias …"
         * @return this builder
         */
        public Builder evidence(String value) {
            return evidence(Optional.of(value));
        }

        /**
         * Sets what shows that the key is ours, if anything does.
         *
         * @param value a clause such as "it has the alias …", or empty
         * @return this builder
         */
        public Builder evidence(Optional<String> value) {
            evidence = value;
            return this;
        }

        /**
         * Sets what the key may be used with.
         *
         * @param value the only algorithms, or empty for all of its kind
         * @return this builder
         */
        public Builder confinedTo(Optional<Set<SignatureAlgorithm>> value) {
            confinedTo = value;
            return this;
        }

        /**
         * Sets what the place signs with.
         *
         * @param value the only algorithms
         * @return this builder
         */
        public Builder signsWith(Set<SignatureAlgorithm> value) {
            signsWith = Optional.of(value);
            return this;
        }

        /**
         * Makes the key.
         *
         * @return the key
         */
        public StoredKey build() {
            return new StoredKey(
                    id, spec, publicHalf, record, service, protection, created, evidence, confinedTo, signsWith);
        }
    }
}
