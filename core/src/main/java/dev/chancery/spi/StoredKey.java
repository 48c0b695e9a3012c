package dev.chancery.spi;

import dev.chancery.KeyAttributes;
import dev.chancery.KeyId;
import dev.chancery.ProtectionLevel;
import dev.chancery.UnusableKey;
import java.security.PublicKey;
import java.util.Optional;

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
     */
    record Sound(
            KeyId id,
            PublicKey publicKey,
            ProtectionLevel protection,
            KeyAttributes attributes,
            Optional<String> signingRefusal)
            implements StoredKey {}

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
