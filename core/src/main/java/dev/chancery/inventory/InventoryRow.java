package dev.chancery.inventory;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyState;
import dev.chancery.key.RingPosition;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One key of an inventory.
 *
 * @param id what the store calls the key
 * @param spec the key's kind
 * @param created when it was made
 * @param state what to write for its state: {@code pre-active}, {@code active}, {@code suspended}, {@code archived} (a retired
 *     key, that is {@link KeyState#DEACTIVATED}), {@code compromised} (destroyed since or not), {@code destroyed}
 * @param ring its place in a ring, or empty
 * @param signUntil the first instant at which it may no longer sign, or empty
 * @param daysLeft whole days until then, 0 if it is past; empty without such an instant and for a key that never signs again
 * @param fingerprint SHA-256 of its SubjectPublicKeyInfo, in hexadecimal digits
 * @param lastRotation when its ring's current key became current, or empty in no ring or one that was never rotated
 */
public record InventoryRow(
        KeyId id,
        KeySpec spec,
        Instant created,
        String state,
        Optional<RingPosition> ring,
        Optional<Instant> signUntil,
        OptionalLong daysLeft,
        String fingerprint,
        Optional<Instant> lastRotation) {

    static InventoryRow of(KeyMetadata key, Optional<Instant> lastRotation, Instant now) {
        return new InventoryRow(
                key.id(),
                key.spec(),
                key.created(),
                word(key),
                key.ring(),
                key.signUntil(),
                key.daysLeft(now),
                key.fingerprint(),
                lastRotation);
    }

    private static String word(KeyMetadata key) {
        if (key.compromisedSince().isPresent()) {
            return "compromised";
        }
        return key.state() == KeyState.DEACTIVATED
                ? "archived"
                : key.state().name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * The key's family, as the guide and OpenSSL write it.
     *
     * @return {@code RSA}, {@code EC}, {@code ED25519} or {@code ML-DSA}
     */
    public String algorithm() {
        return switch (spec.algorithm()) {
            case RSA -> "RSA";
            case EC -> "EC";
            case EDDSA -> "ED25519";
            case ML_DSA -> "ML-DSA";
        };
    }

    /**
     * The size of the modulus (RSA) or of the field, in bits.
     *
     * @return the size
     */
    public int size() {
        return spec.bits();
    }
}
