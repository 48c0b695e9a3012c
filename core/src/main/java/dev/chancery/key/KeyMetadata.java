package dev.chancery.key;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.spi.support.Sha256;
import java.security.PublicKey;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Everything about a key but its private half. Immutable: a snapshot of what the store said.
 *
 * @param id what the store calls the key
 * @param spec the key's kind
 * @param publicKey the public half
 * @param fingerprint SHA-256 of the DER-encoded SubjectPublicKeyInfo, 64 lower-case hexadecimal digits
 * @param protection what stands between a thief of the store and the private key
 * @param attributes state, dates, ring, history and labels
 * @param proven whether the public half is known to be the key's own; {@code false} only in a list, of a key beside whose private half another
 *     hand could have put it (on a token) and that has proven nothing yet. Nothing verifies with it before one signature has
 * @param algorithms what the key signs with in its place; those of its kind, where neither its owner nor the place takes fewer. A policy may
 *     allow less. Unmodifiable
 * @param leftOver whether the private half of a destroyed key is still in its place: a crash cut the destruction off, or an older copy was put
 *     back. Destroying the key again completes it
 */
public record KeyMetadata(
        KeyId id,
        KeySpec spec,
        PublicKey publicKey,
        String fingerprint,
        ProtectionLevel protection,
        KeyAttributes attributes,
        boolean proven,
        Set<SignatureAlgorithm> algorithms,
        boolean leftOver) {

    /** Keeps the algorithms in the order of their names' enumeration. */
    public KeyMetadata {
        Set<SignatureAlgorithm> inOrder = EnumSet.noneOf(SignatureAlgorithm.class);
        inOrder.addAll(algorithms);
        algorithms = Collections.unmodifiableSet(inOrder);
    }

    /**
     * A key whose public half is known to be its own, that signs with every algorithm of its kind, and of which nothing is left over.
     *
     * @param id what the store calls the key
     * @param spec the key's kind
     * @param publicKey the public half
     * @param fingerprint its fingerprint
     * @param protection what stands between a thief of the store and the private key
     * @param attributes state, dates, ring, history and labels
     */
    public KeyMetadata(
            KeyId id,
            KeySpec spec,
            PublicKey publicKey,
            String fingerprint,
            ProtectionLevel protection,
            KeyAttributes attributes) {
        this(id, spec, publicKey, fingerprint, protection, attributes, true, spec.algorithms(), false);
    }

    /**
     * Computes the fingerprint of a public key.
     *
     * @param key a public key with an X.509 encoding
     * @return SHA-256 of its SubjectPublicKeyInfo, 64 lower-case hexadecimal digits
     */
    public static String fingerprint(PublicKey key) {
        return Sha256.hex(key.getEncoded());
    }

    /**
     * Where the key stands in its life.
     *
     * @return the state that the store records; dates may forbid more
     */
    public KeyState state() {
        return attributes.state();
    }

    /**
     * When the key was made.
     *
     * @return the instant, or when it was first seen where its maker left no date
     */
    public Instant created() {
        return attributes.created();
    }

    /**
     * The start of the signing period.
     *
     * @return the first instant at which the key may sign, or empty
     */
    public Optional<Instant> signFrom() {
        return attributes.signFrom();
    }

    /**
     * The end of the signing period.
     *
     * @return the first instant at which the key may no longer sign, or empty
     */
    public Optional<Instant> signUntil() {
        return attributes.signUntil();
    }

    /**
     * The end of the verifying period.
     *
     * @return the first instant at which the key may no longer verify, or empty for "for ever"
     */
    public Optional<Instant> verifyUntil() {
        return attributes.verifyUntil();
    }

    /**
     * The mark of a compromised key.
     *
     * @return the mark, or empty for a key without one
     */
    public Optional<CompromisedSince> compromisedSince() {
        return attributes.compromisedSince();
    }

    /**
     * The key's place in a ring.
     *
     * @return ring and generation, or empty
     */
    public Optional<RingPosition> ring() {
        return attributes.ring();
    }

    /**
     * How the key came into the store.
     *
     * @return the origin
     */
    public KeyOrigin origin() {
        return attributes.origin();
    }

    /**
     * What happened to the state.
     *
     * @return the changes, oldest first; as many as the store has room for
     */
    public List<StateChange> history() {
        return attributes.history();
    }

    /**
     * What the key signs with when the caller names no algorithm.
     *
     * @return an algorithm that fits the key
     */
    public SignatureAlgorithm defaultAlgorithm() {
        return attributes.defaultAlgorithm().orElse(spec.defaultAlgorithm());
    }

    /**
     * How long the key signs.
     *
     * @param now from when on
     * @return whole days until its signing ends, 0 if it has ended; empty for a key that never signs again, or without an end
     */
    public OptionalLong daysLeft(Instant now) {
        return state().maySignAgain() && signUntil().isPresent()
                ? OptionalLong.of(
                        Math.max(0, ChronoUnit.DAYS.between(now, signUntil().get())))
                : OptionalLong.empty();
    }

    /**
     * When the key was taken into use.
     *
     * @return {@code signFrom}, else the last time that it became {@code ACTIVE} after it had waited; empty if neither is known
     */
    public Optional<Instant> activation() {
        return signFrom()
                .or(() -> history().stream()
                        .filter(change -> change.from() == KeyState.PRE_ACTIVE && change.to() == KeyState.ACTIVE)
                        .map(StateChange::at)
                        .max(Comparator.naturalOrder()));
    }

    /** Returns id, kind, state and fingerprint, and what is true of few keys only, in one line. */
    @Override
    public String toString() {
        String mark =
                compromisedSince().map(since -> ", compromised since " + since).orElse("");
        String place = ring().map(position -> ", ring " + position.ring() + " generation " + position.generation())
                .orElse("");
        return "Key[" + id + ", " + spec + ", " + state() + mark + place + ", SHA-256 " + fingerprint
                + (proven ? "" : " (unproven)") + "]";
    }
}
