package dev.chancery;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.ConfigurationException;
import dev.chancery.key.KeyName;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What kind of key to generate and where to put it.
 *
 * @param spec the kind of key
 * @param name the key's name, or empty: then {@code <type>-<yyyy>-<mm>}, or {@code <ring>-<yyyy>-<mm>} in a ring, with
 *     {@code -2}, {@code -3}, … appended until it is free
 * @param ring the ring that the key belongs to, or empty; the first key of a ring is its current one
 * @param labels the user's own notes
 */
public record KeyRequest(KeySpec spec, Optional<KeyName> name, Optional<KeyName> ring, Map<String, String> labels) {

    /** Copies the labels. */
    public KeyRequest {
        labels = Map.copyOf(labels);
    }

    /**
     * A request for a key of a kind, with a name of the store's choice.
     *
     * @param spec the kind of key
     * @return the request
     */
    public static KeyRequest of(KeySpec spec) {
        return builder(spec).build();
    }

    /**
     * A request for a key of a kind, with a name.
     *
     * @param spec the kind of key
     * @param name the key's name
     * @return the request
     * @throws ConfigurationException if the name is not a {@link KeyName}
     */
    public static KeyRequest of(KeySpec spec, String name) {
        return builder(spec).name(name).build();
    }

    /**
     * Starts a request.
     *
     * @param spec the kind of key
     * @return a builder
     */
    public static Builder builder(KeySpec spec) {
        return new Builder(spec);
    }

    /** Collects a request. Not thread-safe. */
    public static final class Builder {
        private final KeySpec spec;
        private @Nullable KeyName name;
        private @Nullable KeyName ring;
        private final Map<String, String> labels = new TreeMap<>();

        private Builder(KeySpec spec) {
            this.spec = spec;
        }

        /**
         * Names the key.
         *
         * @param text the name
         * @return this builder
         * @throws ConfigurationException if the text is not a {@link KeyName}
         */
        public Builder name(String text) {
            name = new KeyName(text);
            return this;
        }

        /**
         * Puts the key into a ring.
         *
         * @param text the ring's name
         * @return this builder
         * @throws ConfigurationException if the text is not a {@link KeyName}
         */
        public Builder ring(String text) {
            ring = new KeyName(text);
            return this;
        }

        /**
         * Adds a label.
         *
         * @param key the label's name
         * @param value its value
         * @return this builder
         */
        public Builder label(String key, String value) {
            labels.put(key, value);
            return this;
        }

        /**
         * Makes the request.
         *
         * @return the request
         */
        public KeyRequest build() {
            return new KeyRequest(spec, Optional.ofNullable(name), Optional.ofNullable(ring), labels);
        }
    }
}
