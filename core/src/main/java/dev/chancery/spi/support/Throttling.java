package dev.chancery.spi.support;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The calls that places have refused for their number, by store, for health to tell of: each was made again and cost its caller time. Thread-safe. */
public final class Throttling {
    /** One small entry for each store that was ever throttled. */
    private static final Map<String, Noted> BY_STORE = new ConcurrentHashMap<>();

    private record Noted(long refused, String operation, long at) {}

    /**
     * What was seen of a store.
     *
     * @param refused how many calls were refused since this process began
     * @param operation the kind of the last one
     * @param ago how long ago that was
     */
    public record Seen(long refused, String operation, Duration ago) {}

    private Throttling() {}

    static void note(String store, String operation) {
        BY_STORE.merge(
                store,
                new Noted(1, operation, System.nanoTime()),
                (before, now) -> new Noted(before.refused() + 1, now.operation(), now.at()));
    }

    /**
     * What was seen of a store, however many times it is open.
     *
     * @param location the store's location
     * @return the refusals, or empty if there were none
     */
    public static Optional<Seen> of(String location) {
        return Optional.ofNullable(BY_STORE.get(location))
                .map(noted ->
                        new Seen(noted.refused(), noted.operation(), Duration.ofNanos(System.nanoTime() - noted.at())));
    }
}
