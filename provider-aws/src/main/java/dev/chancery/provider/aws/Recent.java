package dev.chancery.provider.aws;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * What this process has done within the last minute, which AWS may not yet tell everybody: its answers are eventually
 * consistent, within seconds as a rule. Thread-safe.
 */
final class Recent {
    private static final long WINDOW = Duration.ofMinutes(1).toNanos();
    private static final Set<String> NOT_YET =
            Set.of("NotFoundException", "KMSInvalidStateException", "DisabledException");

    private final LongSupplier ticker;
    private final Map<String, Entry<String>> aliases = new ConcurrentHashMap<>();
    private final Map<String, Entry<Boolean>> usable = new ConcurrentHashMap<>();
    private final Map<String, Entry<Map<String, String>>> tags = new ConcurrentHashMap<>();

    private record Entry<T>(T value, long nanos) {}

    Recent(LongSupplier ticker) {
        this.ticker = ticker;
    }

    private <T> void put(Map<String, Entry<T>> entries, String name, T value) {
        long now = ticker.getAsLong();
        entries.values().removeIf(entry -> now - entry.nanos() > WINDOW);
        entries.put(name, new Entry<>(value, now));
    }

    private <T> Optional<T> get(Map<String, Entry<T>> entries, String name) {
        return Optional.ofNullable(entries.get(name))
                .filter(entry -> ticker.getAsLong() - entry.nanos() <= WINDOW)
                .map(Entry::value);
    }

    /** A key that was made or enabled a moment ago. */
    void madeUsable(String keyId) {
        put(usable, keyId, true);
    }

    /** A key that was disabled or scheduled for deletion: its errors are no passing ones. */
    void madeUseless(String keyId) {
        usable.remove(keyId);
    }

    boolean isUsable(String keyId) {
        return get(usable, keyId).isPresent();
    }

    /** Whether an error about a key or an alias may be due to AWS not knowing of it yet. */
    boolean explains(String subject, String code) {
        return NOT_YET.contains(code)
                && (isUsable(subject) || alias(subject).filter(this::isUsable).isPresent());
    }

    void aliasMade(String alias, String keyId) {
        put(aliases, alias, keyId);
    }

    void aliasRemoved(String alias) {
        put(aliases, alias, "");
    }

    /** The key behind an alias that was made a moment ago. */
    Optional<String> alias(String alias) {
        return get(aliases, alias).filter(keyId -> !keyId.isEmpty());
    }

    /** Puts into a listing what it may lack, and takes out what it may still have. */
    void correct(Map<String, String> listing) {
        aliases.keySet()
                .forEach(alias -> get(aliases, alias).ifPresent(keyId -> {
                    if (keyId.isEmpty()) {
                        listing.remove(alias);
                    } else {
                        listing.putIfAbsent(alias, keyId);
                    }
                }));
    }

    void tagged(String keyId, Map<String, String> written) {
        put(tags, keyId, written);
    }

    Optional<Map<String, String>> tags(String keyId) {
        return get(tags, keyId);
    }
}
