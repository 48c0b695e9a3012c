package dev.chancery.spi;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one opening of a place can do beyond finding keys and signing: one object for each ability that it has. Applications see
 * {@link dev.chancery.Capability}, which core derives from this. Immutable; the objects are thread-safe.
 */
public final class Abilities {
    /** Finds, signs, and nothing else. */
    public static final Abilities NONE = builder().build();

    private final @Nullable MakesKeys makesKeys;
    private final @Nullable ImportsKeys importsKeys;
    private final @Nullable KeepsRecords keepsRecords;
    private final @Nullable SwitchesKeys switchesKeys;
    private final @Nullable DestroysKeys destroysKeys;
    private final @Nullable ClaimsGenerations claimsGenerations;
    private final @Nullable FindsOrphans findsOrphans;
    private final @Nullable ReencryptsKeys reencryptsKeys;
    private final @Nullable BacksUpKeys backsUpKeys;
    private final @Nullable AttestsKeys attestsKeys;

    private Abilities(Builder builder) {
        makesKeys = builder.makesKeys;
        importsKeys = builder.importsKeys;
        keepsRecords = builder.keepsRecords;
        switchesKeys = builder.switchesKeys;
        destroysKeys = builder.destroysKeys;
        claimsGenerations = builder.claimsGenerations;
        findsOrphans = builder.findsOrphans;
        reencryptsKeys = builder.reencryptsKeys;
        backsUpKeys = builder.backsUpKeys;
        attestsKeys = builder.attestsKeys;
    }

    /**
     * All that some objects can do, as their interfaces say it: for a place whose openings are all alike.
     *
     * @param objects what implements abilities, one object for each
     * @return the abilities
     * @throws IllegalArgumentException if two of them have the same ability
     */
    public static Abilities of(Object... objects) {
        Builder found = builder();
        found.makesKeys = only(MakesKeys.class, objects);
        found.importsKeys = only(ImportsKeys.class, objects);
        found.keepsRecords = only(KeepsRecords.class, objects);
        found.switchesKeys = only(SwitchesKeys.class, objects);
        found.destroysKeys = only(DestroysKeys.class, objects);
        found.claimsGenerations = only(ClaimsGenerations.class, objects);
        found.findsOrphans = only(FindsOrphans.class, objects);
        found.reencryptsKeys = only(ReencryptsKeys.class, objects);
        found.backsUpKeys = only(BacksUpKeys.class, objects);
        found.attestsKeys = only(AttestsKeys.class, objects);
        return found.build();
    }

    private static <T> @Nullable T only(Class<T> ability, Object[] objects) {
        List<T> able = Stream.of(objects)
                .filter(ability::isInstance)
                .map(ability::cast)
                .toList();
        if (able.size() > 1) {
            throw new IllegalArgumentException(
                    "Two objects are " + ability.getSimpleName() + ": core would not know which to ask.");
        }
        return able.isEmpty() ? null : able.get(0);
    }

    /**
     * Starts with no ability.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Makes keys in the place.
     *
     * @return what does it, or empty
     */
    public Optional<MakesKeys> makesKeys() {
        return Optional.ofNullable(makesKeys);
    }

    /**
     * Takes in keys that were made elsewhere.
     *
     * @return what does it, or empty
     */
    public Optional<ImportsKeys> importsKeys() {
        return Optional.ofNullable(importsKeys);
    }

    /**
     * Keeps a record beside each key: state, dates, mark, ring.
     *
     * @return what does it, or empty
     */
    public Optional<KeepsRecords> keepsRecords() {
        return Optional.ofNullable(keepsRecords);
    }

    /**
     * Takes a key out of service and puts it back; the record of the key has no part in it.
     *
     * @return what does it, or empty
     */
    public Optional<SwitchesKeys> switchesKeys() {
        return Optional.ofNullable(switchesKeys);
    }

    /**
     * Destroys private halves.
     *
     * @return what does it, or empty
     */
    public Optional<DestroysKeys> destroysKeys() {
        return Optional.ofNullable(destroysKeys);
    }

    /**
     * Claims a ring's generation for one key, atomically. Where a place keeps records and lacks this, core elects.
     *
     * @return what does it, or empty
     */
    public Optional<ClaimsGenerations> claimsGenerations() {
        return Optional.ofNullable(claimsGenerations);
    }

    /**
     * Finds what a creation left that was cut off.
     *
     * @return what does it, or empty
     */
    public Optional<FindsOrphans> findsOrphans() {
        return Optional.ofNullable(findsOrphans);
    }

    /**
     * Writes a private key again in the strongest form that the place knows.
     *
     * @return what does it, or empty
     */
    public Optional<ReencryptsKeys> reencryptsKeys() {
        return Optional.ofNullable(reencryptsKeys);
    }

    /**
     * Hands out backups that only the place can read.
     *
     * @return what does it, or empty
     */
    public Optional<BacksUpKeys> backsUpKeys() {
        return Optional.ofNullable(backsUpKeys);
    }

    /**
     * Fetches what the place or its hardware states about a key.
     *
     * @return what does it, or empty
     */
    public Optional<AttestsKeys> attestsKeys() {
        return Optional.ofNullable(attestsKeys);
    }

    /** Collects abilities. Not thread-safe. */
    public static final class Builder {
        private @Nullable MakesKeys makesKeys;
        private @Nullable ImportsKeys importsKeys;
        private @Nullable KeepsRecords keepsRecords;
        private @Nullable SwitchesKeys switchesKeys;
        private @Nullable DestroysKeys destroysKeys;
        private @Nullable ClaimsGenerations claimsGenerations;
        private @Nullable FindsOrphans findsOrphans;
        private @Nullable ReencryptsKeys reencryptsKeys;
        private @Nullable BacksUpKeys backsUpKeys;
        private @Nullable AttestsKeys attestsKeys;

        private Builder() {}

        /**
         * Adds an ability.
         *
         * @param ability what makes keys
         * @return this builder
         */
        public Builder makesKeys(MakesKeys ability) {
            makesKeys = ability;
            return this;
        }

        /**
         * Adds an ability.
         *
         * @param ability what imports keys
         * @return this builder
         */
        public Builder importsKeys(ImportsKeys ability) {
            importsKeys = ability;
            return this;
        }

        /**
         * Adds an ability.
         *
         * @param ability what keeps records
         * @return this builder
         */
        public Builder keepsRecords(KeepsRecords ability) {
            keepsRecords = ability;
            return this;
        }

        /**
         * Adds an ability.
         *
         * @param ability what switches keys
         * @return this builder
         */
        public Builder switchesKeys(SwitchesKeys ability) {
            switchesKeys = ability;
            return this;
        }

        /**
         * Adds an ability.
         *
         * @param ability what destroys private halves
         * @return this builder
         */
        public Builder destroysKeys(DestroysKeys ability) {
            destroysKeys = ability;
            return this;
        }

        /**
         * Adds an ability.
         *
         * @param ability what claims generations atomically
         * @return this builder
         */
        public Builder claimsGenerations(ClaimsGenerations ability) {
            claimsGenerations = ability;
            return this;
        }

        /**
         * Adds an ability.
         *
         * @param ability what finds orphans
         * @return this builder
         */
        public Builder findsOrphans(FindsOrphans ability) {
            findsOrphans = ability;
            return this;
        }

        /**
         * Adds an ability.
         *
         * @param ability what writes private keys again
         * @return this builder
         */
        public Builder reencryptsKeys(ReencryptsKeys ability) {
            reencryptsKeys = ability;
            return this;
        }

        /**
         * Adds an ability.
         *
         * @param ability what hands out backups
         * @return this builder
         */
        public Builder backsUpKeys(BacksUpKeys ability) {
            backsUpKeys = ability;
            return this;
        }

        /**
         * Adds an ability.
         *
         * @param ability what fetches attestations
         * @return this builder
         */
        public Builder attestsKeys(AttestsKeys ability) {
            attestsKeys = ability;
            return this;
        }

        /**
         * Makes the abilities.
         *
         * @return the abilities
         */
        public Abilities build() {
            return new Abilities(this);
        }
    }
}
