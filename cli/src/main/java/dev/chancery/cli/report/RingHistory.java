package dev.chancery.cli.report;

import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyState;
import dev.chancery.key.RingPosition;
import dev.chancery.key.StateChange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A ring with all its generations, the oldest first.
 *
 * @param name the ring's name
 * @param generations what is known of each
 */
record RingHistory(String name, List<Generation> generations) {

    RingHistory {
        generations = List.copyOf(generations);
    }

    /**
     * One key of a ring.
     *
     * @param key the key
     * @param begin when it became current, as far as its record says
     * @param followed when the next generation became current
     * @param signsUntil when it ceased to sign, or will
     * @param compromised whether it is marked as compromised
     */
    record Generation(
            KeyMetadata key,
            Instant begin,
            Optional<Instant> followed,
            Optional<Instant> signsUntil,
            boolean compromised) {

        long number() {
            return key.ring().map(RingPosition::generation).orElse(0L);
        }
    }

    /** The rings of some keys, by name. A key that waits to be promoted has no generation yet. */
    static List<RingHistory> of(List<KeyMetadata> keys) {
        Map<String, List<KeyMetadata>> byRing = new TreeMap<>();
        keys.stream()
                .filter(key -> key.state() != KeyState.PRE_ACTIVE)
                .forEach(key -> key.ring()
                        .ifPresent(position -> byRing.computeIfAbsent(
                                        position.ring().value(), name -> new ArrayList<>())
                                .add(key)));
        return byRing.entrySet().stream()
                .map(ring -> new RingHistory(ring.getKey(), generations(ring.getValue())))
                .toList();
    }

    private static List<Generation> generations(List<KeyMetadata> keys) {
        keys.sort(Comparator.comparingLong(
                key -> key.ring().map(RingPosition::generation).orElse(0L)));
        List<Generation> generations = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            KeyMetadata key = keys.get(i);
            Optional<Instant> followed = i + 1 < keys.size() ? Optional.of(begin(keys.get(i + 1))) : Optional.empty();
            generations.add(new Generation(
                    key, begin(key), followed, end(key), key.compromisedSince().isPresent()));
        }
        return generations;
    }

    private static Instant begin(KeyMetadata key) {
        return key.activation().orElse(key.created());
    }

    /** The state has the last word: a key that was retired early signs no longer, though its date is later. */
    private static Optional<Instant> end(KeyMetadata key) {
        return key.history().stream()
                .filter(change -> !signs(change.to()) && signs(change.from()))
                .map(StateChange::at)
                .max(Comparator.naturalOrder())
                .or(key::signUntil);
    }

    private static boolean signs(KeyState state) {
        return state == KeyState.ACTIVE || state == KeyState.SUSPENDED;
    }
}
