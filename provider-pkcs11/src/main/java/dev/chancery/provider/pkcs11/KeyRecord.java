package dev.chancery.provider.pkcs11;

import dev.chancery.KeyAttributes;
import dev.chancery.RingPosition;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What is kept of a key beside the key itself.
 *
 * @param id the key's whole id
 * @param publicKey the public half, which outlives the private one; empty while the key is being made
 * @param attributes state, dates, ring, history
 * @param claims the generations that the key holds
 * @param revision grows with every change: where two are found, the higher one counts
 */
record KeyRecord(
        TokenKeyId id,
        Optional<PublicKey> publicKey,
        KeyAttributes attributes,
        List<RingPosition> claims,
        long revision) {
    KeyRecord {
        claims = List.copyOf(claims);
    }

    /** The record of a key that is being made. */
    static KeyRecord halfMade(TokenKeyId id, KeyAttributes attributes) {
        return new KeyRecord(id, Optional.empty(), attributes, List.of(), 1);
    }

    /** The first record of a key that was made elsewhere. */
    static KeyRecord foreign(TokenKeyId id, PublicKey publicKey, KeyAttributes attributes) {
        return new KeyRecord(id, Optional.of(publicKey), attributes, List.of(), 0);
    }

    boolean isHalfMade() {
        return publicKey.isEmpty();
    }

    KeyRecord with(PublicKey made) {
        return new KeyRecord(id, Optional.of(made), attributes, claims, revision + 1);
    }

    /** This one, if nothing changes. */
    KeyRecord with(KeyAttributes changed) {
        return changed.equals(attributes) ? this : new KeyRecord(id, publicKey, changed, claims, revision + 1);
    }

    /** This one, if the generation is held already. */
    KeyRecord with(RingPosition claim) {
        if (claims.contains(claim)) {
            return this;
        }
        List<RingPosition> more = new ArrayList<>(claims);
        more.add(claim);
        return new KeyRecord(id, publicKey, attributes, more, revision + 1);
    }

    /** Whether somebody wrote this one while the other was made, which so lacks a change. */
    boolean isRivalOf(KeyRecord other) {
        return revision >= other.revision && !Arrays.equals(KeyRecordFormat.write(this), KeyRecordFormat.write(other));
    }
}
