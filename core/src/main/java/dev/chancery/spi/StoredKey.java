package dev.chancery.spi;

import dev.chancery.KeyAttributes;
import dev.chancery.KeyId;
import dev.chancery.ProtectionLevel;
import dev.chancery.SignatureAlgorithm;
import dev.chancery.UnusableKey;
import java.security.PublicKey;
import java.util.Optional;
import java.util.Set;

/** A key as its backend found it: a {@link Sound} one, or one that must not be used. */
public sealed interface StoredKey {

    /**
     * What the store calls the key.
     *
     * @return the id
     */
    KeyId id();

    /**
     * A key that the backend could read. Whether its kind is supported is core's decision.
     *
     * @param id what the store calls the key
     * @param publicKey the public half
     * @param protection what protects the private half
     * @param attributes state, dates, ring and the rest
     * @param signingRefusal why the backend cannot sign with the key at present (no private half here, disabled by hand), a
     *     whole sentence that says what to do, or empty
     * @param confinedTo the only algorithms that the key may be used with, where its owner confined it (RFC 4055, 1.2) and
     *     {@code publicKey} does not say so itself, or empty
     */
    record Sound(
            KeyId id,
            PublicKey publicKey,
            ProtectionLevel protection,
            KeyAttributes attributes,
            Optional<String> signingRefusal,
            Optional<Set<SignatureAlgorithm>> confinedTo)
            implements StoredKey {

        /**
         * A key that may be used with all algorithms of its kind.
         *
         * @param id what the store calls the key
         * @param publicKey the public half
         * @param protection what protects the private half
         * @param attributes state, dates, ring and the rest
         * @param signingRefusal why the backend cannot sign with the key at present, or empty
         */
        public Sound(
                KeyId id,
                PublicKey publicKey,
                ProtectionLevel protection,
                KeyAttributes attributes,
                Optional<String> signingRefusal) {
            this(id, publicKey, protection, attributes, signingRefusal, Optional.empty());
        }
    }

    /**
     * A key that must not be used.
     *
     * @param why the problem and its reason
     */
    record Unusable(UnusableKey why) implements StoredKey {
        @Override
        public KeyId id() {
            return why.id();
        }
    }
}
