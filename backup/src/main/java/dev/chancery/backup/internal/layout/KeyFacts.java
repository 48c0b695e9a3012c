package dev.chancery.backup.internal.layout;

import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyState;
import dev.chancery.key.RingPosition;
import java.util.Optional;

/**
 * How far a key has come, as one place knows it.
 *
 * @param state its state
 * @param mark since when it is compromised
 * @param removed whether it is known to be gone for good: a candidate that never signed
 */
public record KeyFacts(KeyState state, Optional<CompromisedSince> mark, boolean removed) {
    /** Of a key without a record: it signs. */
    public static final KeyFacts FOREIGN = new KeyFacts(KeyState.ACTIVE, Optional.empty(), false);

    public static KeyFacts of(KeyMetadata key) {
        return new KeyFacts(key.state(), key.compromisedSince(), false);
    }

    /** A marked key is compromised in every state but destroyed. */
    public KeyFacts {
        if (mark.isPresent() && state != KeyState.DESTROYED) {
            state = KeyState.COMPROMISED;
        }
        if (state == KeyState.COMPROMISED && mark.isEmpty()) {
            mark = Optional.of(CompromisedSince.UNKNOWN);
        }
    }

    /** What both amount to: the earlier mark, and the state that is further on. */
    public KeyFacts join(KeyFacts other) {
        Optional<CompromisedSince> earliest = mark.isPresent() && other.mark.isPresent()
                ? Optional.of(mark.get().earlier(other.mark.get()))
                : mark.or(other::mark);
        KeyState further = state.compareTo(other.state) >= 0 ? state : other.state;
        return new KeyFacts(further, earliest, removed || other.removed);
    }

    /** In words. */
    public String words() {
        return removed
                ? "removed"
                : mark.map(since -> state + ", compromised since " + since).orElse(state.name());
    }

    /**
     * Where a key stands in a ring.
     *
     * @param ring the ring's name
     * @param generation its generation
     */
    public record Place(String ring, long generation) {
        public static Place of(RingPosition position) {
            return new Place(position.ring().value(), position.generation());
        }
    }
}
